"""What pages and other rooms ask about deadlines."""

from __future__ import annotations

from calendar import Calendar as MondayFirst
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, DateField, F, Q, Value, Window
from django.db.models.functions import RowNumber

from tongxin.capabilities.deadlines.calendars import LocalDay, calendar_with, explanation_of, stages
from tongxin.capabilities.deadlines.models import AnnouncedYear, CalendarDay, Deadline
from tongxin.capabilities.deadlines.workdays import MONTHS_A_YEAR, workdays_between

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from tongxin.capabilities.deadlines.calendars import CommitteeCalendar
    from tongxin.capabilities.deadlines.models import DeadlineQuerySet
    from tongxin.capabilities.deadlines.workdays import Calendar, Explanation

_YEAR = "year"


def calendar_of(committee_id: int) -> CommitteeCalendar:
    """Return the working calendar of a committee: the announced years and its own days. One query."""
    days = CalendarDay.objects.filter(committee_id=committee_id).order_by().annotate(year=Value(0))
    years = AnnouncedYear.objects.filter(committee_id=committee_id).annotate(
        on=Value(None, DateField()), kind=Value(_YEAR), name=Value("")
    )
    columns = ("on", "year", "kind", "name", "basis")
    local, entered = [], []
    rows = days.values_list(*columns).union(years.values_list(*columns), all=True)
    for on, year, kind, name, basis in rows:
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
    running = Deadline.objects.running().filter(matter_id__in=list(matter_ids))
    for deadline in running.order_by("due_on", "kind", "pk"):
        found.setdefault(deadline.matter_id, []).append(deadline)
    return found


def deadlines_touching(committee_id: int, day: date) -> DeadlineQuerySet:
    """Return running deadlines in whose span this day lies; a change of the day can move no other."""
    return Deadline.objects.running().filter(committee_id=committee_id, starts_on__lt=day, due_on__gte=day)


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


def changes_if(committee_id: int, day: date, calendar: Calendar) -> list[Change]:
    """Return what would move if this day were as in the given calendar; nothing is written. One query."""
    touched = deadlines_touching(committee_id, day).select_related("matter", "unit").order_by("due_on", "pk")
    return changes_under(touched, calendar)


@dataclass(frozen=True)
class Cell:
    """One day of a month's sheet.

    Attributes:
        kind: ``off`` holiday, ``makeup`` weekend day that is worked, ``weekend``, or empty for a working day.
        name: the holiday's name, or what the day is.
        is_own: set by this committee.
    """

    on: date
    kind: str
    name: str
    is_own: bool
    is_today: bool


@dataclass(frozen=True)
class Month:
    """One month as weeks of seven places; a place outside the month is None."""

    first: date
    weeks: list[list[Cell | None]]


@dataclass(frozen=True)
class YearPage:
    """What the calendar page shows of a year."""

    year: int
    months: list[Month]
    is_announced: bool
    basis: str
    workdays: int


def year_page(year: int, calendar: CommitteeCalendar, today: date) -> YearPage:
    """Return a year's sheets, ready for the page. No query."""
    known = calendar.years.get(year)
    return YearPage(
        year=year,
        months=[_month(year, number, calendar, today) for number in range(1, MONTHS_A_YEAR + 1)],
        is_announced=known is not None,
        basis=known.basis if known else "",
        workdays=len(calendar.workdays_of(year)),
    )


def _month(year: int, number: int, calendar: CommitteeCalendar, today: date) -> Month:
    def cell(day: date) -> Cell | None:
        if day.month != number:
            return None
        if name := calendar.holiday(day):
            kind = "off"
        elif calendar.is_makeup(day):
            kind, name = "makeup", calendar.day_name(day)
        else:
            kind = "" if calendar.is_workday(day) else "weekend"
        return Cell(day, kind, name, day in calendar.local, day == today)

    weeks = [[cell(day) for day in week] for week in MondayFirst().monthdatescalendar(year, number)]
    return Month(date(year, number, 1), weeks)


def counted_and_first(asked: DeadlineQuerySet, limit: int) -> tuple[dict[str, int], list[Deadline]]:
    """Return how many of these there are of each kind, and those that are due first with their matters. One query."""
    by_due = [F("due_on").asc(), F("pk").asc()]
    rows: list[Any] = list(
        asked.annotate(
            of_kind=Window(Count("pk"), partition_by="kind"),
            nth_of_kind=Window(RowNumber(), partition_by="kind", order_by=by_due),
            nth=Window(RowNumber(), order_by=by_due),
        )
        .filter(Q(nth_of_kind=1) | Q(nth__lte=limit))
        .select_related("matter")
        .order_by("due_on", "pk")
    )
    return {row.kind: row.of_kind for row in rows}, [row for row in rows if row.nth <= limit]
