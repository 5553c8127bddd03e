"""The report of a session: on screen, on paper, in Word and Excel, and the rows behind its counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongxin.activities.proposals.querysets import OFFICE
from tongxin.activities.proposals.reports.documents import paper, workbook
from tongxin.activities.proposals.reports.pages import (
    PARTS,
    choose_session,
    members_page,
    ratings_page,
    section_of,
    units_page,
)
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.access import policy

if TYPE_CHECKING:
    from django.core.paginator import Page

    from tongxin.activities.proposals.reports.pages import Choice
    from tongxin.foundation.core.access import ActorRequest


_OFFICE_FILE = "application/vnd.openxmlformats-officedocument"
FILES = {
    "docx": (paper, f"{_OFFICE_FILE}.wordprocessingml.document"),
    "xlsx": (workbook, f"{_OFFICE_FILE}.spreadsheetml.sheet"),
}


@policy(*OFFICE)
@require_safe
def report(request: ActorRequest) -> HttpResponse:
    """Show the review, handling or rating report of a session."""
    part = request.GET.get("part", "")
    part = part if part in PARTS else "review"
    choice = choose_session(request.actor, request.GET)
    context = {
        "choice": choice,
        "part": part,
        "now": clock.now(),
        "tabs": choice.tabs(part) if choice else [],
        "section": section_of(request.actor, choice.session, part) if choice else None,
    }
    return render(request, "proposals/report/report.html", context)


@policy(*OFFICE)
@require_safe
def report_file(request: ActorRequest, kind: str) -> HttpResponse:
    """Hand out the report of a session as Word or Excel."""
    choice = choose_session(request.actor, request.GET)
    if choice is None:
        raise Http404
    make, content_type = FILES[kind]
    made = make(request.actor, choice.session)
    record(actor=request.actor, action="proposals.report", session=str(choice.session.pk), kind=kind)
    name = f"proposals-report-{choice.session.code_prefix}-{clock.today():%Y%m%d}.{kind}"
    return HttpResponse(
        made, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@policy(*OFFICE)
@require_safe
def units(request: ActorRequest) -> HttpResponse:
    """Show what each unit did in a session."""
    choice = choose_session(request.actor, request.GET)
    shown = units_page(request.actor, choice.session, request.GET) if choice else None
    return render(request, "proposals/report/units.html", _rows(choice, shown, shown.page if shown else None))


@policy(*OFFICE)
@require_safe
def members(request: ActorRequest) -> HttpResponse:
    """Show the members of the term with what they handed in."""
    choice = choose_session(request.actor, request.GET)
    shown = members_page(request.actor, choice.session, request.GET) if choice else None
    return render(
        request, "proposals/report/members.html", _rows(choice, shown, shown.page if shown else None)
    )


@policy(*OFFICE)
@require_safe
def ratings(request: ActorRequest) -> HttpResponse:
    """Show the forms of the proposers."""
    choice = choose_session(request.actor, request.GET)
    shown = ratings_page(request.actor, choice.session, request.GET) if choice else None
    return render(
        request, "proposals/report/ratings.html", _rows(choice, shown, shown.page if shown else None)
    )


def _rows(choice: Choice | None, shown: object, page: Page[Any] | None) -> dict[str, Any]:
    return {
        "choice": choice,
        "shown": shown,
        "page_range": list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))
        if page
        else [],
    }
