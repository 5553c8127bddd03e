"""The committee's office: entering, examining, handing over, reminding, reviewing replies."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.activities.proposals.actions import handling, replying
from tongxin.activities.proposals.actions.drafting import draft_proposal
from tongxin.activities.proposals.actions.handling import HandOver
from tongxin.activities.proposals.actions.moving import lock_proposals
from tongxin.activities.proposals.actions.reminding import remind_proposers
from tongxin.activities.proposals.enums import ProposalState
from tongxin.activities.proposals.forms.desk import (
    AssignForm,
    DeclineAnswerForm,
    EnterForm,
    ReplyReviewForm,
)
from tongxin.activities.proposals.lifecycle import ASSIGNMENT, PROPOSAL
from tongxin.activities.proposals.models import Assignment, Proposal, ReplyClass
from tongxin.activities.proposals.selectors.desk import (
    choice_of_units,
    due_of,
    present_parts,
    sent_back,
)
from tongxin.activities.proposals.selectors.lists import read_ids
from tongxin.activities.proposals.selectors.versions import drafts_of
from tongxin.activities.proposals.selectors.waiting import left_out
from tongxin.activities.proposals.views.asked import proposal_of, show_form
from tongxin.activities.proposals.views.bulk import do_each, say_refusals
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest

_FOUND_AT_MOST = 20


def _part(request: ActorRequest, pk: UUID) -> Assignment:
    found = Assignment.objects.visible_to(request.actor).select_related(
        "unit",
        "proposal__matter",
        "proposal__lead_member",
        "proposal__body",
        "proposal__session",
        "proposal__topic",
    )
    part: Assignment = get_object_or_404(found, pk=pk)
    return part


def _to_detail(proposal_id: UUID) -> HttpResponse:
    return redirect("proposals:detail", pk=proposal_id)


# ── entering ──


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def enter(request: ActorRequest) -> HttpResponse:
    """Begin a proposal for a member or a body that handed it in on paper (代录)."""
    form = EnterForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        proposal = draft_proposal(
            actor=request.actor, title=form.cleaned_data["title"], member=form.member, body=form.body
        )
        return redirect("proposals:edit", pk=proposal.pk)
    return show_form(request, "enter", form)


# ── handing over ──


@policy(Role.STAFF, Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def assign(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Choose the units, see the dates that follow, and hand over (交办)."""
    proposal = proposal_of(request, pk)
    PROPOSAL.check("assign", request.actor, proposal)
    present = present_parts(proposal)
    form = AssignForm(
        request.POST if request.method == "POST" else None,
        actor=request.actor,
        present=present,
        office=None if request.actor.has(Role.STAFF) else proposal.office_id,
    )
    step = request.POST.get("step", "")
    if step == "confirm" and form.is_valid():
        made = handling.assign_proposal(actor=request.actor, proposal=proposal, to=form.to)
        units = _("、").join(a.unit.name for a in made)
        messages.success(request, _("已交办{units}").format(units=units))
        return _to_detail(pk)
    # Looking for a unit is not yet an answer: no fault is found with it.
    faulty = step not in ("", "find") and not form.is_valid()
    context = {
        "proposal": proposal,
        "form": form,
        "shown": choice_of_units(proposal, form, present, shows_limits=step == "check" and not faulty),
        "show_errors": faulty,
        "due": due_of(pk, "hand_on" if proposal.office_id else "assign", proposal.committee_id),
        "once": new_key(),
    }
    return render(request, "proposals/assign.html", context, status=422 if faulty else 200)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def assign_many(request: ActorRequest) -> HttpResponse:
    """Hand several filed proposals over, each to one unit, with the first wished one suggested."""
    asked = request.POST if request.method == "POST" else request.GET
    ids = read_ids(asked.getlist("proposals"))
    found = Proposal.objects.visible_to(request.actor).filter(matter__state=ProposalState.FILED)
    found = (found.filter(pk__in=ids) if ids else found).for_list().order_by("number", "pk")
    proposals = list(found.prefetch_related("wished_units")[:100])
    units = {u.pk: u for u in Unit.objects.visible_to(request.actor).filter(ended_on=None)}
    if request.method == "POST" and request.POST.get("step") == "confirm":
        return _hand_over(request, proposals, units, asked=len(ids))
    rows = []
    for p in proposals:
        wished = [u for u in p.wished_units.all() if u.pk in units]
        rows.append({"proposal": p, "wished": wished, "chosen": wished[0].pk if wished else None})
    return show_form(
        request,
        "assign_many",
        rows=rows,
        units=sorted(units.values(), key=lambda u: u.name),
        passed_over=len(ids) - len(proposals) if ids else 0,
    )


def _hand_over(
    request: ActorRequest, proposals: Sequence[Proposal], units: dict[UUID, Unit], *, asked: int
) -> HttpResponse:
    to = {
        p.pk: units[chosen[0]]
        for p in proposals
        if (chosen := read_ids([request.POST.get(f"unit-{p.pk}", "")])) and chosen[0] in units
    }
    ready = [p for p in proposals if p.pk in to]
    done, refused = do_each(
        ready,
        lambda p: handling.assign_proposal(actor=request.actor, proposal=p, to=HandOver((to[p.pk],))),
    )
    if done:
        messages.success(request, ngettext("已交办{n}件", "已交办{n}件", done).format(n=done))
    if left := asked - len(ready):
        sentence = ngettext(
            "{n}件没有选单位或已不在待交办，没有动", "{n}件没有选单位或已不在待交办，没有动", left
        )
        messages.warning(request, sentence.format(n=left))
    say_refusals(request, refused)
    return redirect(reverse("proposals:list") + "?tab=all&state=filed")


@policy(Role.STAFF, Role.SUPERVISOR)
@require_POST
@once
def remind(request: ActorRequest) -> HttpResponse:
    """Remind the units of the ticked proposals, or of single parts, of what they have not done (催办).

    Where the answer is out already, it is the proposer who is reminded, by staff.
    """
    parts = Assignment.objects.visible_to(request.actor).in_force()
    chosen = parts.filter(pk__in=read_ids(request.POST.getlist("assignments")))
    proposals = Proposal.objects.visible_to(request.actor).filter(
        pk__in=read_ids(request.POST.getlist("proposals"))
    )
    chosen = chosen | parts.filter(proposal__in=proposals)
    unrated = (
        list(proposals.filter(matter__state=ProposalState.REPLIED)) if request.actor.has(Role.STAFF) else []
    )
    reminded = list(chosen.select_related("proposal"))
    lock_proposals({*(a.proposal_id for a in reminded), *(p.pk for p in unrated)})
    n = handling.remind_units(actor=request.actor, assignments=reminded)
    raters = remind_proposers(actor=request.actor, proposals=unrated)
    if n:
        messages.success(request, ngettext("已催办{n}个单位", "已催办{n}个单位", n).format(n=n))
    if raters:
        sentence = ngettext("已提醒{n}件的提案者评价", "已提醒{n}件的提案者评价", raters)
        messages.success(request, sentence.format(n=raters))
    if not n + raters:
        messages.warning(request, _("选中的提案现在没有要催办的单位。"))
    return redirect(_came_from(request))


def _came_from(request: ActorRequest) -> str:
    """Return the page that the form stood on, if it is one of ours; else the list."""
    page = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(page, {request.get_host()}):
        parts = urlsplit(page)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return reverse("proposals:list")


@policy(Role.STAFF, Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def answer_decline(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Release a unit that asks for it, or tell it why the work stays with it."""
    part = _part(request, pk)
    ASSIGNMENT.check("accept_decline", request.actor, part)
    form = DeclineAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        accept = form.cleaned_data["accept"] == "yes"
        handling.answer_decline(
            actor=request.actor, assignment=part, accept=accept, note=form.cleaned_data["note"]
        )
        part.proposal.matter.refresh_from_db()
        messages.success(request, _("已同意退回") if accept else _("已答复：仍由该单位办理"))
        if accept and part.proposal.state == ProposalState.FILED and request.actor.has(Role.STAFF):
            return redirect("proposals:assign", pk=part.proposal_id)
        return _to_detail(part.proposal_id)
    return show_form(
        request,
        "answer_decline",
        form,
        part=part,
        proposal=part.proposal,
        due=due_of(part.proposal_id, "decline_answer", part.committee_id, part.pk),
    )


@policy(Role.STAFF, Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def review_reply(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Read a unit's reply, and send it to the proposers or back to the unit."""
    part = _part(request, pk)
    ASSIGNMENT.check("pass_reply", request.actor, part)
    reply = part.reply
    form = ReplyReviewForm(
        request.POST or None, actor=request.actor, initial={"reply_class": reply.reply_class_id}
    )
    if request.method == "POST" and form.is_valid():
        messages.success(request, _judge(request, part, form))
        return _to_detail(part.proposal_id)
    return show_form(
        request,
        "review_reply",
        form,
        part=part,
        proposal=part.proposal,
        reply=reply,
        due=due_of(part.proposal_id, "reply_review", part.committee_id, part.pk),
        returned=sent_back(part.proposal_id, ("return_reply",), part.unit_id),
        drafts=drafts_of(reply),
        left_out=left_out(part, reply),
    )


def _judge(request: ActorRequest, part: Assignment, form: ReplyReviewForm) -> str:
    found = form.cleaned_data
    if found["decision"] == "return":
        replying.return_reply(actor=request.actor, assignment=part, note=found["note"])
        return _("已退回单位重写")
    chosen: ReplyClass | None = found["reply_class"]
    replying.pass_reply(actor=request.actor, assignment=part, reply_class=chosen)
    return _("已正式答复提案者")
