"""The numbers that this room can answer; which rows they are stands in ``figures_nodes`` and its neighbours."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tongxin.activities.grassroots import figures_nodes, figures_problems, figures_sessions
from tongxin.activities.grassroots.figures_problems import solved_problems
from tongxin.activities.grassroots.figures_sessions import held_sessions, member_attendances, suggestions
from tongxin.foundation.core.figures import Area, Drawing, register_areas, register_figures

__all__ = [
    "AREA",
    "FIGURES",
    "held_sessions",
    "member_attendances",
    "register",
    "solved_problems",
    "suggestions",
]

FIGURES = (*figures_nodes.FIGURES, *figures_sessions.FIGURES, *figures_problems.FIGURES)
AREA = Area(
    "grassroots",
    _("基层协商"),
    standing=(
        "grassroots.stations",
        "grassroots.councils",
        "grassroots.rooms",
        "grassroots.seconded_members",
        "grassroots.problems_open",
        "grassroots.problems_overdue",
    ),
    done=(
        "topics.collected",
        "grassroots.sessions",
        "grassroots.member_attendances",
        "grassroots.suggestions",
        "grassroots.problems_solved",
    ),
    drawings=(
        Drawing("grassroots.sessions", "month", "columns"),
        Drawing("grassroots.problems_solved", "month", "columns"),
        Drawing("grassroots.sessions", "venue", "bars"),
        Drawing("grassroots.problems_solved", "unit", "bars"),
        Drawing("grassroots.sessions", "host", "ring"),
        Drawing("grassroots.sessions", "year", "line", beside="grassroots.problems_solved"),
    ),
    table_by="place",
    table=(
        "grassroots.stations",
        "grassroots.councils",
        "grassroots.rooms",
        "grassroots.sessions",
        "grassroots.member_attendances",
        "topics.collected",
        "grassroots.problems_solved",
    ),
    order=40,
)


def register() -> None:
    """Make the figures of this room known."""
    register_figures(*FIGURES)
    register_areas(AREA)
