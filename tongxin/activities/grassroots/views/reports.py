"""Reports of stations' heads: the list of a year, writing, handing in, reviewing, archiving, printing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongxin.activities.grassroots.actions import reporting
from tongxin.activities.grassroots.actions.appraising import stations_of
from tongxin.activities.grassroots.forms.appraisal import ReasonForm, ReportForm, ReviewForm
from tongxin.activities.grassroots.models import StationReport
from tongxin.activities.grassroots.papers.report import report_document
from tongxin.activities.grassroots.papers.serving import as_pdf
from tongxin.activities.grassroots.permissions_appraisal import can_review_report, heads_station
from tongxin.activities.grassroots.selectors.appraisal import (
    REPORT_TONES,
    own_station,
    report_figures,
    report_rows,
)
from tongxin.activities.grassroots.views.appraisal_pages import READERS, report_of, show
from tongxin.foundation.core import clock
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.errors import Refused, ensure
from tongxin.foundation.core.once import once
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest

_State = StationReport.State
_YEAR_DIGITS = 4


@policy(*READERS)
@require_safe
def reports(request: ActorRequest) -> HttpResponse:
    """Show which stations reported in a year: the office all, a head the own one."""
    asked = request.GET.get("year", "")
    today = clock.today().year
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == _YEAR_DIGITS else today
    year = min(max(year, 2000), today)
    nodes = list(stations_of(request.actor.committee_id or 0, year))
    rows = report_rows(request.actor, year, nodes)
    return show(request, "reports", rows=rows, year=year, earlier=year - 1, later=year + 1, today=today)


@policy(Role.STATION_HEAD)
@require_POST
@once
def begin_report(request: ActorRequest, node: UUID, year: int) -> HttpResponse:
    """Begin the report of the own station."""
    station = own_station(request.actor, node)
    if station is None:
        raise Http404
    made = reporting.begin_report(actor=request.actor, node=station, year=year)
    return redirect("grassroots:edit_report", pk=made.pk)


@policy(*READERS)
@require_safe
def report(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show a report with its figures, fixed and of today."""
    found = report_of(request, pk)
    own = heads_station(request.actor, found.node_id)
    return show(
        request,
        "report",
        report=found,
        tone=REPORT_TONES[found.state],
        figures=report_figures(found),
        can_edit=own and found.state == _State.DRAFT,
        can_review=can_review_report(request.actor)
        and not own
        and found.state in {_State.SUBMITTED, _State.REVIEWED},
        can_archive=request.actor.has(Role.STAFF) and found.state == _State.REVIEWED,
    )


@policy(Role.STATION_HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def edit_report(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Write the report; it saves itself meanwhile."""
    found = report_of(request, pk)
    ensure(found.state == _State.DRAFT, because=_("述职报告已经提交，要改请先请政协机关退回。"))
    form = ReportForm(request.POST or None, initial={"text": found.text, "version": found.version})
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        saved = reporting.save_report(
            actor=request.actor, report=found, text=words["text"], version=words["version"]
        )
        if request.POST.get("step") == "submit":
            reporting.submit_report(actor=request.actor, report=saved)
            messages.success(request, _("述职报告已提交"))
        else:
            messages.success(request, _("已保存"))
        return redirect("grassroots:report", pk=pk)
    figures = report_figures(found)
    return show(request, "report_edit", report=found, form=form, figures=figures, faulty=bool(form.errors))


@policy(Role.STATION_HEAD)
@require_POST
def autosave_report(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Keep the text while it is being typed."""
    form = ReportForm(request.POST)
    found = report_of(request, pk)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors.get_json_data()}, status=422)
    words = form.cleaned_data
    try:
        saved = reporting.save_report(
            actor=request.actor, report=found, text=words["text"], version=words["version"]
        )
    except Refused as no:
        return JsonResponse({"message": no.message}, status=409)
    return JsonResponse({"version": saved.version})


@policy(Role.STATION_HEAD)
@require_POST
def submit_report(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Hand the report in as it stands."""
    reporting.submit_report(actor=request.actor, report=report_of(request, pk))
    messages.success(request, _("述职报告已提交"))
    return redirect("grassroots:report", pk=pk)


@policy(Role.STAFF, Role.LEADER)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def give_back_report(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Let the head write on."""
    found = report_of(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reporting.give_back_report(actor=request.actor, report=found, reason=form.cleaned_data["reason"])
        messages.success(request, _("已退回，站长会收到提醒"))
        return redirect("grassroots:reports")
    return show(request, "report_give_back", report=found, form=form, faulty=bool(form.errors))


@policy(Role.STAFF, Role.LEADER)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def review_report(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Say what the office thinks of a report."""
    found = report_of(request, pk)
    form = ReviewForm(request.POST or None, initial={"points": found.points, "review": found.review})
    if request.method == "POST" and form.is_valid():
        reporting.review_report(actor=request.actor, report=found, **form.cleaned_data)
        messages.success(request, _("已评议"))
        return redirect("grassroots:report", pk=pk)
    figures = report_figures(found)
    return show(request, "report_review", report=found, form=form, figures=figures, faulty=bool(form.errors))


@policy(Role.STAFF)
@require_POST
def archive_report(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Close a reviewed report."""
    reporting.archive_report(actor=request.actor, report=report_of(request, pk))
    messages.success(request, _("已归档"))
    return redirect("grassroots:report", pk=pk)


@policy(*READERS)
@require_safe
def report_paper(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Hand out a report as PDF."""
    found = report_of(request, pk)
    paper = report_document(request.actor.committee, found, report_figures(found))
    return as_pdf(paper, f"{found.node.name}{found.year}年述职报告")
