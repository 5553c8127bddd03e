"""Promises: the list of all, what units report, what the office says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongxin.activities.proposals.actions import tracking
from tongxin.activities.proposals.forms.promises import AddPromiseForm, ChangeForm, CheckForm, ReportForm
from tongxin.activities.proposals.lifecycle import PROPOSAL
from tongxin.activities.proposals.lifecycle_promises import PROMISE
from tongxin.activities.proposals.models import Promise, Proposal
from tongxin.activities.proposals.selectors.desk import due_of, sent_replies
from tongxin.activities.proposals.selectors.lists import read_wanted
from tongxin.activities.proposals.selectors.promises import pictures_of, promises_page
from tongxin.foundation.core import clock
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.forms import BaseForm
    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest

_UNIT = (Role.UNIT_CLERK, Role.UNIT_LEADER)
_READERS = (Role.STAFF, Role.REVIEWER, Role.LEADER, Role.AUDITOR, Role.SUPERVISOR, *_UNIT)


def _promise(request: ActorRequest, pk: UUID) -> Promise:
    found = Promise.objects.visible_to(request.actor).select_related(
        "unit",
        "reply__reply_class",
        "proposal__matter",
        "proposal__lead_member",
        "proposal__body",
        "proposal__session",
    )
    promise: Promise = get_object_or_404(found, pk=pk)
    return promise


def _page(
    request: ActorRequest, template: str, promise: Promise, form: BaseForm, **context: object
) -> HttpResponse:
    faulty = form.is_bound and not form.is_valid()
    context |= {"promise": promise, "proposal": promise.proposal, "form": form, "once": new_key()}
    return render(request, f"proposals/{template}.html", context, status=422 if faulty else 200)


def _to_detail(promise: Promise) -> HttpResponse:
    return redirect("proposals:detail", pk=promise.proposal_id)


@policy(*_READERS)
@require_safe
def promises(request: ActorRequest) -> HttpResponse:
    """Show promises by how they stand: the office all, a unit its own."""
    shown = promises_page(
        request.actor, tab=request.GET.get("tab", ""), page_number=read_wanted(request.GET).page
    )
    return render(request, "proposals/promises.html", {"shown": shown, "now": clock.today()})


@policy(*_UNIT)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def report_promise(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Say for the unit that a promise is kept, with what shows it."""
    promise = _promise(request, pk)
    PROMISE.check("report_promise", request.actor, promise)
    form = ReportForm(request.POST or None, request.FILES or None, initial={"evidence": promise.evidence})
    if request.method == "POST" and form.is_valid():
        tracking.report_promise(
            actor=request.actor,
            promise=promise,
            evidence=form.cleaned_data["evidence"],
            photos=form.cleaned_data["photos"],
        )
        messages.success(request, _("已报告，等政协核实"))
        return _to_detail(promise)
    due = due_of(promise.proposal_id, "promise", promise.committee_id, promise.pk)
    return _page(request, "report_promise", promise, form, due=due)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def check_promise(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Agree that a promise is kept, or tell the unit what is still lacking."""
    promise = _promise(request, pk)
    PROMISE.check("confirm_promise", request.actor, promise)
    form = CheckForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        if form.cleaned_data["decision"] == "confirm":
            tracking.confirm_promise(actor=request.actor, promise=promise, note=note)
            messages.success(request, _("已确认兑现"))
        else:
            tracking.return_promise(actor=request.actor, promise=promise, note=note)
            messages.success(request, _("已退回单位继续兑现"))
        return _to_detail(promise)
    due = due_of(promise.proposal_id, "promise_check", promise.committee_id, promise.pk)
    pictures = pictures_of(promise.proposal_id, promise.pk)
    return _page(request, "check_promise", promise, form, due=due, pictures=pictures)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def change_promise(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Give a promise a later day, or follow it no longer, with the reason."""
    promise = _promise(request, pk)
    PROMISE.check("drop_promise", request.actor, promise)
    form = ChangeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        if found["decision"] == "postpone":
            tracking.postpone_promise(
                actor=request.actor, promise=promise, due_on=found["due_on"], reason=found["note"]
            )
            messages.success(request, _("已延期，单位会收到提醒"))
        else:
            tracking.drop_promise(actor=request.actor, promise=promise, reason=found["note"])
            messages.success(request, _("已不再跟踪"))
        return _to_detail(promise)
    return _page(request, "change_promise", promise, form)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def add_promise(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Note a promise that a reply makes in its text only."""
    found = Proposal.objects.visible_to(request.actor).for_list()
    proposal: Proposal = get_object_or_404(found, pk=pk)
    PROPOSAL.check("add_promise", request.actor, proposal)
    form = AddPromiseForm(request.POST or None, proposal=proposal)
    if request.method == "POST" and form.is_valid():
        tracking.add_promise(
            actor=request.actor, proposal=proposal, unit=form.cleaned_data["unit"], promised=form.promised
        )
        messages.success(request, _("已记入，单位会收到提醒"))
        return redirect("proposals:detail", pk=pk)
    context = {"proposal": proposal, "form": form, "replies": sent_replies(proposal), "once": new_key()}
    return render(request, "proposals/add_promise.html", context, status=422 if form.errors else 200)
