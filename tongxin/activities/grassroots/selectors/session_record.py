"""Page data of the plain record page, and of archiving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tongxin.activities.grassroots.enums import Presence, Side
from tongxin.activities.grassroots.gaps import gaps_in
from tongxin.activities.grassroots.selectors.session import Task, tasks_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.activities.grassroots.models import Attendee, DeliberationSession, Statement, Suggestion


@dataclass(frozen=True, slots=True)
class SideRows:
    """One side of the table with everybody on its list."""

    label: str
    rows: list[Attendee]
    there: int


@dataclass(frozen=True, slots=True)
class RecordPage:
    """What stands on the page of the record beside its texts."""

    sides: list[SideRows]
    there: int
    total: int
    statements: Sequence[Statement]
    suggestions: Sequence[Suggestion]
    tasks: list[Task]
    gaps: list[str]


def record_page(session: DeliberationSession) -> RecordPage:
    """Return the page of the record. Five queries."""
    attendees = list(session.attendees.all())
    there = sum(a.presence == Presence.PRESENT for a in attendees)
    sides = []
    for side in Side:
        if rows := [a for a in attendees if a.side == side]:
            here = sum(a.presence == Presence.PRESENT for a in rows)
            sides.append(SideRows(str(side.label), rows, here))
    disputed = session.conflicts.filter(resolved_at__isnull=True).exists()
    return RecordPage(
        sides=sides,
        there=there,
        total=len(attendees),
        statements=list(session.statements.all()),
        suggestions=list(session.suggestions.all()),
        tasks=tasks_of(session),
        gaps=gaps_in(session, somebody_came=there > 0, is_disputed=disputed),
    )
