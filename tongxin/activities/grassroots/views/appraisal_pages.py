"""What the views of the appraisal share: who may come, the rows that were asked for, a page with its form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, render

from tongxin.activities.grassroots.permissions_appraisal import OFFICE
from tongxin.activities.grassroots.selectors.appraisal import (
    visible_reports,
    visible_schemes,
    visible_scores,
)
from tongxin.foundation.core.once import new_key
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.activities.grassroots.models import AppraisalScheme, StationReport, StationScore
    from tongxin.foundation.core.access import ActorRequest

READERS = (*OFFICE, Role.STATION_HEAD)


def scheme_of(request: ActorRequest, pk: UUID) -> AppraisalScheme:
    """Return the scheme; one that may not be opened is not there."""
    found: AppraisalScheme = get_object_or_404(visible_schemes(request.actor), pk=pk)
    return found


def score_of(request: ActorRequest, pk: UUID) -> StationScore:
    """Return a station's sheet with its station and scheme."""
    rows = visible_scores(request.actor).select_related("node", "scheme", "grade")
    found: StationScore = get_object_or_404(rows, pk=pk)
    return found


def report_of(request: ActorRequest, pk: UUID) -> StationReport:
    """Return a head's report with its station."""
    found: StationReport = get_object_or_404(visible_reports(request.actor).select_related("node"), pk=pk)
    return found


def show(request: ActorRequest, template: str, *, faulty: bool = False, **context: object) -> HttpResponse:
    """Show a page of the appraisal; one whose form came with faults answers 422."""
    context |= {"once": new_key(), "actor": request.actor}
    return render(request, f"grassroots/{template}.html", context, status=422 if faulty else 200)
