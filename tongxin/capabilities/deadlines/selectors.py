"""What pages and other rooms ask about deadlines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Value

from tongxin.capabilities.deadlines.calendars import LocalDay, calendar_with, explanation_of, stages
from tongxin.capabilities.deadlines.models import AnnouncedYear, CalendarDay, Deadline
from tongxin.capabilities.deadlines.workdays import workdays_between

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from tongxin.capabilities.deadlines.calendars import CommitteeCalendar
    from tongxin.capabilities.deadlines.workdays import Calendar, Explanation

_YEAR = "year"


def calendar_of(committee_id: int) -> CommitteeCalendar:
    """Return the working calendar of a committee: the announced years and its own days. One query."""
    days = CalendarDay.objects.filter(committee_id=committee_id).order_by()
    years = AnnouncedYear.objects.filter(committee_id=committee_id).order_by()
    local, entered = [], []
    for on, year, kind, name, basis in days.annotate(of=Value(0)).values_list(
        "on", "of", "kind", "name", "basis"
    ).union(
        years.annotate(on=Value(None, CalendarDay._meta.get_field("on")), kind=Value(_YEAR), name=Value("")).values_list(  # noqa: SLF001
            "on", "year", "kind", "name", "basis"
        ),
        all=True,
    ):
        if kind == _YEAR:
            entered.append((year, basis))
        else:
            local.append(LocalDay(on, kind == CalendarDay.Kind.WORKDAY, name, basis))
    return calendar_with(tuple(sorted(local, key=lambda day: day.on)), tuple(sorted(entered)))


def explain(deadline: Deadline, calendar: Calendar) -> Explanation:
    """Return how the date came about (这个日期是怎么来的), in the language of the reader. No query."""
    return explanation_of(deadline, calendar)


def days_left(due: Deadline | date, today: date, calendar: Calendar) -> int:
    """Return the working days left: 0 only on the last day itself, below 0 once it is past."""
    due_on = due.due_on if isinstance(due, Deadline) else due
    if due_on == today:
        return 0
    counted = workdays_between(today, due_on, calendar)
    # On the Saturday after a Friday no working day has passed, and yet it is too late.
    return max(counted, 1) if due_on > today else min(counted, -1)


def running_for(matter_ids: Iterable[UUID]) -> dict[UUID, list[Deadline]]:
    """Return the running deadlines of these matters, the nearest first. One query."""
    found: dict[UUID, list[Deadline]] = {}
    for deadline in Deadline.objects.running().filter(matter_id__in=list(matter_ids)).order_by("due_on", "kind"):
        found.setdefault(deadline.matter_id, []).append(deadline)
    return found


@dataclass(frozen=True)
class Change:
    """A deadline whose date moves."""

    deadline: Deadline
    before: date
    after: date


def changes_under(deadlines: Iterable[Deadline], calendar: Calendar) -> list[Change]:
    """Return which of these deadlines move under a calendar. The rows already carry the new date, unsaved."""
    moved = []
    for deadline in deadlines:
        found = stages(deadline, calendar)
        before, deadline.due_on = deadline.due_on, found[-1].due_on
        deadline.provisional = any(stage.provisional for stage in found)
        if deadline.due_on != before:
            moved.append(Change(deadline, before, deadline.due_on))
    return moved
