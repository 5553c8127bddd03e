"""After the reply: ratings, reminders of them, and what follows a no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongxin.activities.proposals.actions import rating
from tongxin.activities.proposals.actions.attaching import attach_rating_form
from tongxin.activities.proposals.actions.reminding import remind_proposers
from tongxin.activities.proposals.forms.desk import NoteForm
from tongxin.activities.proposals.forms.rating import GRADED, QUESTIONS, AfterRatingForm, RatingForm, form_of
from tongxin.activities.proposals.lifecycle import PROPOSAL
from tongxin.activities.proposals.models import Promise, Proposal
from tongxin.activities.proposals.permissions import can_rate_proposal, is_proposer
from tongxin.activities.proposals.selectors.desk import due_of
from tongxin.activities.proposals.selectors.desk import sent_replies as replies_of
from tongxin.activities.proposals.selectors.promises import links_of
from tongxin.activities.proposals.selectors.writing import sent_replies
from tongxin.activities.proposals.views.asked import proposal_of
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.forms import BaseForm
    from django.http import HttpResponse

    from tongxin.activities.proposals.models import Reply
    from tongxin.foundation.core.access import ActorRequest

_RATERS = (Role.MEMBER, Role.SUBMITTER, Role.STAFF)


def _reply(request: ActorRequest, pk: UUID) -> Reply:
    reply: Reply = get_object_or_404(sent_replies(request.actor), pk=pk)
    require(can_rate_proposal(request.actor, reply.assignment.proposal), because=_("答复只能由提案者评价。"))
    return reply


def _page(request: ActorRequest, template: str, form: BaseForm, **context: object) -> HttpResponse:
    faulty = form.is_bound and not form.is_valid()
    context |= {"form": form, "once": new_key()}
    return render(request, f"proposals/{template}.html", context, status=422 if faulty else 200)


@policy(*_RATERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def rate(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Say how satisfied the proposer is with a reply."""
    reply = _reply(request, pk)
    proposal = reply.assignment.proposal
    from_paper = not is_proposer(request.actor, proposal)
    ensure(not hasattr(reply, "rating"), because=_("这份答复已经评价过了。"))
    form = RatingForm(
        request.POST or None,
        request.FILES or None,
        committee_id=reply.committee_id,
        from_paper=from_paper,
    )
    if request.method == "POST" and form.is_valid():
        _keep_rating(request, reply, form)
        return redirect("proposals:detail", pk=proposal.pk)
    if request.simple_mode and not from_paper:
        return _one_question(request, reply, form)
    return _page(request, "rate", form, reply=reply, proposal=proposal, from_paper=from_paper)


def _keep_rating(request: ActorRequest, reply: Reply, form: RatingForm) -> None:
    with transaction.atomic():
        made = rating.rate_reply(actor=request.actor, reply=reply, **form.answers)
        if scan := form.cleaned_data.get("scan"):
            attach_rating_form(actor=request.actor, rating=made, upload=scan)
    messages.success(request, _("谢谢，您的评价已经记下，单位看得到，不能改动。"))


def _one_question(request: ActorRequest, reply: Reply, form: RatingForm) -> HttpResponse:
    """Ask the first thing that is not answered yet, with what was answered carried along."""
    known = {str(name): form.data[name] for name in GRADED if form.said(name)}
    ask = next((name for name in GRADED if name not in known), "comment")
    context = {
        "reply": reply,
        "proposal": reply.assignment.proposal,
        "ask": form[ask],
        "known": known.items(),
        "step": len(known) + 1,
        "wanting": "comment" in request.POST,
        "once": new_key(),
    }
    return render(request, "proposals/rate_simple.html", context)


@policy(*_RATERS)
@require_safe
def rating_paper(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show the paper form (征询意见表) for one reply, filled in as far as is known, to be printed."""
    reply = _reply(request, pk)
    proposal = reply.assignment.proposal
    offered = form_of(reply.committee_id)
    context = {
        "reply": reply,
        "proposal": proposal,
        "questions": [(QUESTIONS[axis][0], answers) for axis, answers in offered.items() if answers],
        "due": due_of(proposal.pk, "rating", proposal.committee_id, reply.assignment_id),
    }
    return render(request, "proposals/rating_paper.html", context)


@policy(Role.STAFF)
@require_POST
@once
def remind_proposer(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Remind the proposers of one proposal that their word on the reply is missing."""
    proposal = proposal_of(request, pk)
    PROPOSAL.check("remind_proposer", request.actor, proposal)
    remind_proposers(actor=request.actor, proposals=[proposal])
    messages.success(request, _("已提醒提案者"))
    return redirect("proposals:detail", pk=pk)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def after_rating(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Order re-handling, or close after a talk face to face, when the proposer is not satisfied."""
    proposal = proposal_of(request, pk)
    PROPOSAL.check("rehandle", request.actor, proposal)
    form = AfterRatingForm(
        request.POST or None,
        request.FILES or None,
        can_close=proposal.round > 1,
        since=proposal.replied_on,
    )
    if request.method == "POST" and form.is_valid():
        messages.success(request, _decide(request, proposal, form))
        return redirect("proposals:detail", pk=pk)
    due = due_of(pk, "rehandle", proposal.committee_id)
    return _page(request, "after_rating", form, proposal=proposal, replies=replies_of(proposal), due=due)


def _decide(request: ActorRequest, proposal: Proposal, form: AfterRatingForm) -> str:
    """Carry out what follows a no; return what happened, in words."""
    found = form.cleaned_data
    if found["decision"] == "close":
        rating.close_after_talk(
            actor=request.actor, proposal=proposal, talk=form.talk, record_file=found["record"]
        )
        return _("已办结")
    again = rating.order_rehandling(actor=request.actor, proposal=proposal, note=found["note"])
    return _("已交单位重新办理，第{n}轮").format(n=again.round)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def finish_tracking(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Close a tracked proposal once what was promised is done."""
    proposal = proposal_of(request, pk)
    PROPOSAL.check("finish_tracking", request.actor, proposal)
    form = NoteForm(
        request.POST or None,
        label=_("办成了什么样，有什么凭据"),
        help_text=_("例如：6处护栏于9月20日装完，交通局已验收，附照片"),
    )
    if request.method == "POST" and form.is_valid():
        rating.finish_tracking(actor=request.actor, proposal=proposal, evidence=form.cleaned_data["note"])
        messages.success(request, _("已办结"))
        return redirect("proposals:detail", pk=pk)
    open_ones = Promise.objects.filter(proposal=proposal).unsettled().select_related("unit")
    for promise in (left := list(open_ones)):
        promise.proposal = proposal
    return _page(
        request,
        "finish_tracking",
        form,
        proposal=proposal,
        replies=replies_of(proposal),
        left=[(p, links_of(request.actor, p)) for p in left],
    )
