"""Offices of Party committee and government: handing on to their units, answering requests for more time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from tongxin.activities.proposals.actions import extending, passing_on
from tongxin.activities.proposals.actions.handling import HandOver, assign_proposal
from tongxin.activities.proposals.actions.moving import lock_proposals
from tongxin.activities.proposals.forms.desk import NoteForm
from tongxin.activities.proposals.forms.handover import ExtensionAnswerForm, OfficeForm
from tongxin.activities.proposals.lifecycle import ASSIGNMENT, PROPOSAL
from tongxin.activities.proposals.models import Assignment
from tongxin.activities.proposals.selectors.desk import due_of
from tongxin.activities.proposals.selectors.extension import extension_page
from tongxin.activities.proposals.selectors.lists import read_ids, read_wanted
from tongxin.activities.proposals.selectors.office import own_units, passing_on_page, to_hand_on
from tongxin.activities.proposals.views.asked import proposal_of, show_form
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.core.templatetags.ui import zh_date
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def hand_to_office(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Give a filed proposal to the office that hands it on (归口转交)."""
    proposal = proposal_of(request, pk)
    PROPOSAL.check("hand_to_office", request.actor, proposal)
    form = OfficeForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        office = form.cleaned_data["office"]
        passing_on.hand_to_office(actor=request.actor, proposal=proposal, office=office)
        messages.success(request, _("已交{unit}转交").format(unit=office.name))
        return redirect("proposals:detail", pk=pk)
    due = due_of(pk, "hand_on" if proposal.office_id else "assign", proposal.committee_id)
    return show_form(
        request, "hand_to_office", form, proposal=proposal, due=due, wished=proposal.wished_units.all()
    )


@policy(Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def return_from_office(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Give a proposal back to the committee, with the reason."""
    proposal = proposal_of(request, pk)
    PROPOSAL.check("return_from_office", request.actor, proposal)
    form = NoteForm(request.POST or None, label=_("为什么不由贵单位转交"), help_text=_("最好写出该由谁办"))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["note"]
        passing_on.return_from_office(actor=request.actor, proposal=proposal, reason=reason)
        messages.success(request, _("已退回政协"))
        return redirect("proposals:passing_on")
    due = due_of(pk, "hand_on", proposal.committee_id)
    return show_form(request, "return_from_office", form, proposal=proposal, due=due)


@policy(Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def passing_on_list(request: ActorRequest) -> HttpResponse:
    """Show an office what it has to hand on, and hand the ticked ones to one of its units."""
    if request.method == "POST":
        return _hand_on(request)
    shown = passing_on_page(request.actor, page_number=read_wanted(request.GET).page)
    return render(request, "proposals/passing_on.html", {"shown": shown, "once": new_key()})


def _hand_on(request: ActorRequest) -> HttpResponse:
    chosen = read_ids([request.POST.get("unit", "")])
    unit = own_units(request.actor).filter(pk__in=chosen).first()
    found = to_hand_on(request.actor).filter(pk__in=read_ids(request.POST.getlist("proposals")))
    proposals = list(found.select_related("matter"))
    if unit is None or not proposals:
        messages.warning(request, _("请勾选提案，再选一个单位。"))
        return redirect("proposals:passing_on")
    lock_proposals(p.pk for p in proposals)
    done = 0
    for proposal in proposals:
        try:
            with transaction.atomic():
                assign_proposal(actor=request.actor, proposal=proposal, to=HandOver((unit,)))
        except (Refused, PermissionDenied) as no:
            name = proposal.matter.code or proposal.matter.title
            messages.warning(request, _("{title}：{why}").format(title=name, why=no))
        else:
            done += 1
    if done:
        sentence = ngettext("已交{unit}办理{n}件", "已交{unit}办理{n}件", done)
        messages.success(request, sentence.format(unit=unit.name, n=done))
    return redirect("proposals:passing_on")


@policy(Role.STAFF, Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def answer_extension(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Grant a unit the time it asks for, or tell it why not."""
    found = Assignment.objects.visible_to(request.actor).select_related(
        "unit", "proposal__matter", "proposal__lead_member", "proposal__body", "proposal__topic"
    )
    part: Assignment = get_object_or_404(found, pk=pk)
    ASSIGNMENT.check("grant_extension", request.actor, part)
    shown = extension_page(part)
    if shown.asked is None:
        raise Refused(_("现在没有要答复的延期申请。可能别人刚刚答复过了。"))
    form = ExtensionAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        messages.success(request, _answer(request, part, form))
        return redirect("proposals:detail", pk=part.proposal_id)
    due = due_of(part.proposal_id, "extension_answer", part.committee_id, part.pk)
    return show_form(
        request, "answer_extension", form, part=part, proposal=part.proposal, shown=shown, due=due
    )


def _answer(request: ActorRequest, part: Assignment, form: ExtensionAnswerForm) -> str:
    note = form.cleaned_data["note"]
    if form.cleaned_data["grant"] == "no":
        extending.refuse_extension(actor=request.actor, assignment=part, note=note)
        return _("已答复：按原期限答复")
    moved = extending.grant_extension(actor=request.actor, assignment=part, note=note)
    return _("已同意延期，答复期限改为{day}").format(day=zh_date(moved.due_on))
