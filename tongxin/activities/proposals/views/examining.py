"""Examination: taking up, opinions, decisions, merging and converting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.activities.proposals.actions import converting, merging, reviewing
from tongxin.activities.proposals.actions.advising import advise_proposal
from tongxin.activities.proposals.enums import ProposalState
from tongxin.activities.proposals.forms.desk import DecisionForm
from tongxin.activities.proposals.forms.examining import AdviceForm, ConvertForm, UnmergeForm
from tongxin.activities.proposals.lifecycle import PROPOSAL
from tongxin.activities.proposals.models import Proposal
from tongxin.activities.proposals.selectors.desk import could_lead, due_of
from tongxin.activities.proposals.selectors.lists import read_ids, read_wanted, search
from tongxin.activities.proposals.selectors.review import examination, suggested_decision
from tongxin.activities.proposals.selectors.similar import similar_to
from tongxin.activities.proposals.views.asked import proposal_of, show_form
from tongxin.activities.proposals.views.bulk import do_each, say_refusals
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest

_FOUND_AT_MOST = 20


def _to_detail(proposal_id: UUID) -> HttpResponse:
    return redirect("proposals:detail", pk=proposal_id)


@policy(Role.STAFF, Role.REVIEWER)
@require_POST
@once
def take_up(request: ActorRequest) -> HttpResponse:
    """Put the ticked proposals on the table for examination."""
    ids = read_ids(request.POST.getlist("proposals"))
    proposals = list(Proposal.objects.visible_to(request.actor).filter(pk__in=ids).for_list())
    done, refused = do_each(proposals, lambda p: reviewing.take_up_proposal(actor=request.actor, proposal=p))
    if done:
        messages.success(request, ngettext("开始审查{n}件", "开始审查{n}件", done).format(n=done))
    elif not proposals:
        messages.warning(request, _("请先勾选提案。"))
    say_refusals(request, refused)
    if len(proposals) == 1 and done and request.actor.has(Role.REVIEWER):
        return redirect("proposals:review", pk=proposals[0].pk)
    return redirect(reverse("proposals:list") + "?tab=review")


def _decide(request: ActorRequest, proposal: Proposal, form: DecisionForm) -> str:
    """Carry out the reviewer's decision; return what happened, in words."""
    actor, found = request.actor, form.cleaned_data
    match found["decision"]:
        case "file":
            filed = reviewing.file_proposal(
                actor=actor, proposal=proposal, topic=found["topic"], is_livelihood=found["is_livelihood"]
            )
            return _("已立案，编号{code}").format(code=filed.matter.code)
        case "return":
            reviewing.return_proposal(actor=actor, proposal=proposal, reason=found["return_reason"])
            return _("已退回提案者修改")
        case "not_file":
            reviewing.refuse_proposal(
                actor=actor,
                proposal=proposal,
                reason=found["reject_reason"],
                explanation=found["explanation"],
            )
            return _("已不予立案，理由会告诉提案者")
        case "ask_conversion":
            converting.ask_conversion(actor=actor, proposal=proposal, note=found["convert_note"])
            return _("已请提案者答复是否同意转社情民意")
        case _:
            # Chosen only by who has the consent already, and says how.
            reviewing.convert_proposal(
                actor=actor, proposal=proposal, consent=True, note=found["convert_note"]
            )
            return _("已转为社情民意信息")


@policy(Role.REVIEWER)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def review(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show the text beside the decision, and take it."""
    proposal = proposal_of(request, pk)
    if proposal.state != ProposalState.SUBMITTED:
        PROPOSAL.check("file", request.actor, proposal)
    form = DecisionForm(request.POST or None, actor=request.actor, initial=suggested_decision(proposal))
    if request.method == "POST" and form.is_valid():
        messages.success(request, _decide(request, proposal, form))
        return _to_detail(pk)
    return show_form(
        request,
        "review",
        form,
        proposal=proposal,
        due=due_of(pk, "review", proposal.committee_id),
        **examination(request.actor, proposal),
    )


@policy(Role.REVIEWER)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def merge(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Choose the proposal that this one is merged into, with both texts side by side (并案)."""
    proposal = proposal_of(request, pk)
    PROPOSAL.check("merge", request.actor, proposal)
    if request.method == "POST":
        # Whether it can still lead is for the action to say, with the text of the page kept.
        into = proposal_of(request, next(iter(read_ids([request.POST.get("into", "")])), pk))
        reviewing.merge_proposal(actor=request.actor, proposal=proposal, into=into)
        messages.success(request, _("已并入{name}").format(name=into.matter.code or into.matter.title))
        return _to_detail(into.pk)
    candidates = could_lead(request.actor, proposal)
    chosen = read_ids([request.GET.get("into", "")])
    lead: Proposal | None = get_object_or_404(candidates, pk=chosen[0]) if chosen else None
    words = read_wanted(request.GET).q
    return show_form(
        request,
        "merge",
        proposal=proposal,
        lead=lead,
        words=words,
        found=candidates.filter(search(words)).order_by("-filed_on", "-pk")[:_FOUND_AT_MOST] if words else (),
        alike=[] if words or lead else similar_to(request.actor, proposal, candidates),
    )


@policy(Role.REVIEWER)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def advise(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show the text beside the opinion that comes before the decision, and take it (预审、复审)."""
    proposal = proposal_of(request, pk)
    PROPOSAL.check("advise", request.actor, proposal)
    shown = examination(request.actor, proposal)
    form = AdviceForm(
        request.POST or None,
        actor=request.actor,
        proposal=proposal,
        initial={"topic": proposal.topic_id},
    )
    if request.method == "POST" and form.is_valid():
        opinion = advise_proposal(actor=request.actor, proposal=proposal, advice=form.given)
        messages.success(request, _("已记下{stage}意见").format(stage=opinion.get_stage_display()))
        return redirect(reverse("proposals:list") + "?tab=review")
    due = due_of(pk, "review", proposal.committee_id)
    return show_form(request, "advise", form, proposal=proposal, due=due, **shown)


@policy(Role.REVIEWER)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def unmerge(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Take a proposal out of the one it was merged into (撤销并案)."""
    proposal = proposal_of(request, pk)
    PROPOSAL.check("unmerge", request.actor, proposal)
    form = UnmergeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        merging.unmerge_proposal(actor=request.actor, proposal=proposal, note=form.cleaned_data["note"])
        messages.success(request, _("已撤销并案，恢复单独办理"))
        return _to_detail(pk)
    lead = proposal.merged_into
    context = {
        "layout": "layouts/desk.html",
        "title": _("撤销并案吗"),
        "text": _(
            "「{title}」不再并入「{lead}」。有提案号的回到待交办，没有的回到审查，期限重新计算。"
        ).format(title=proposal.matter.title, lead=lead.matter.code or lead.matter.title if lead else ""),
        "form": form,
        "button": _("撤销并案"),
        "harmless": True,
        "cancel_url": reverse("proposals:detail", args=[pk]),
        "hidden": [("once", new_key())],
    }
    return render(request, "ui/confirm.html", context, status=422 if form.errors else 200)


@policy(Role.REVIEWER)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def convert(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Ask the proposer whether it may become an opinion report, or note down the consent they gave."""
    proposal = proposal_of(request, pk)
    PROPOSAL.check("convert", request.actor, proposal)
    form = ConvertForm(request.POST or None, asked=proposal.conversion_asked_on is not None)
    if request.method == "POST" and form.is_valid():
        actor, note = request.actor, form.cleaned_data["note"]
        if form.cleaned_data["how"] == ConvertForm.ASK:
            converting.ask_conversion(actor=actor, proposal=proposal, note=note)
            messages.success(request, _("已请提案者答复是否同意转社情民意"))
        else:
            reviewing.convert_proposal(actor=actor, proposal=proposal, consent=True, note=note)
            messages.success(request, _("已转为社情民意信息"))
        return _to_detail(pk)
    return show_form(request, "convert", form, proposal=proposal)
