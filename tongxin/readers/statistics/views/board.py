"""Pages of numbers that open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongxin.foundation.core import clock
from tongxin.foundation.core.access import policy
from tongxin.foundation.organization.enums import Role
from tongxin.readers.statistics.selectors import board, chosen_year, figure_rows

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest

# Who may open what the numbers count; administrators read neither topics nor sessions.
_LOOKS = (Role.STAFF, Role.LEADER, Role.AUDITOR)


@policy(*_LOOKS)
@require_safe
def grassroots(request: ActorRequest) -> HttpResponse:
    """Show what a committee did at the grass roots in a year."""
    actor = request.actor
    shown = board(actor.committee_id or 0, chosen_year(request.GET.get("year", "")))
    return render(request, "statistics/grassroots.html", {"board": shown, "now": clock.now()})


@policy(*_LOOKS)
@require_safe
def figures(request: ActorRequest) -> HttpResponse:
    """Show every number that a room can answer, with what is counted."""
    actor = request.actor
    year = chosen_year(request.GET.get("year", ""))
    context = {
        "rows": figure_rows(actor.committee_id or 0, year),
        "year": year,
        "now": clock.now(),
    }
    return render(request, "statistics/figures.html", context)
