"""One station's sheet: both points side by side, scoring oneself, checking, giving back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongxin.activities.grassroots.actions import scoring
from tongxin.activities.grassroots.forms.appraisal import PointsForm, ReasonForm
from tongxin.activities.grassroots.models import AppraisalScheme, StationScore
from tongxin.activities.grassroots.permissions_appraisal import can_run_appraisal, can_self_score
from tongxin.activities.grassroots.selectors.appraisal import sheet_of
from tongxin.activities.grassroots.views.appraisal_pages import READERS, score_of, show
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.errors import Refused, ensure
from tongxin.foundation.core.once import once
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.activities.grassroots.models import ItemScore
    from tongxin.foundation.core.access import ActorRequest

_State = StationScore.State


@policy(*READERS)
@require_safe
def score(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show a station's own points and those after the check, side by side."""
    found = score_of(request, pk)
    runs = can_run_appraisal(request.actor) and found.scheme.state == AppraisalScheme.State.OPEN
    return show(
        request,
        "appraisal_score",
        sheet=sheet_of(found, _rows(found)),
        can_score=can_self_score(request.actor, found.node_id) and found.state == _State.OPEN,
        can_check=runs and found.state in {_State.SUBMITTED, _State.CHECKED},
        can_give_back=runs and found.state in {_State.SUBMITTED, _State.CHECKED},
        is_office=request.actor.has(Role.STAFF, Role.LEADER, Role.AUDITOR),
    )


def _rows(found: StationScore) -> list[ItemScore]:
    return list(found.items.select_related("item"))


@policy(Role.STATION_HEAD, Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def score_self(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Write a station's own points, keep them or hand them in."""
    found = score_of(request, pk)
    ensure(found.state == _State.OPEN, because=_("自评已经提交，要改请先请政协机关退回。"))
    rows = _rows(found)
    form = PointsForm(request.POST or None, rows=rows, version=found.version, checks=False)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        submits = request.POST.get("step") == "submit"
        try:
            scoring.score_self(
                actor=request.actor,
                score=found,
                given=form.given(),
                submits=submits,
                version=form.cleaned_data["version"],
            )
        except Refused as no:
            refusal = no.message
        else:
            messages.success(request, _("自评已提交") if submits else _("已保存，还没有提交"))
            return redirect("grassroots:score", pk=pk)
    sheet = sheet_of(found, rows, form)
    faulty = request.method == "POST"
    return show(request, "appraisal_self", sheet=sheet, form=form, refusal=refusal, faulty=faulty)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def check_score(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Write the points after the check."""
    found = score_of(request, pk)
    ensure(found.state != _State.APPROVED, because=_("考核结果已经审定，不能再改。"))
    rows = _rows(found)
    form = PointsForm(request.POST or None, rows=rows, version=found.version, checks=True)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            scoring.check_score(actor=request.actor, score=found, given=form.given(), version=version)
        except Refused as no:
            refusal = no.message
        else:
            messages.success(request, _("已核查"))
            return redirect("grassroots:scheme", pk=found.scheme_id)
    sheet = sheet_of(found, rows, form)
    faulty = request.method == "POST"
    return show(request, "appraisal_check", sheet=sheet, form=form, refusal=refusal, faulty=faulty)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def give_back_score(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Let a station write its own points again."""
    found = score_of(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        scoring.give_back_score(actor=request.actor, score=found, reason=form.cleaned_data["reason"])
        messages.success(request, _("已退回，站长会收到提醒"))
        return redirect("grassroots:scheme", pk=found.scheme_id)
    return show(request, "appraisal_give_back", score=found, form=form, faulty=bool(form.errors))
