"""A committee's own calendar: the announced years, and on top of them what its staff changed.

Also how a deadline's length becomes a date under a calendar. Pure: nothing here reads the database.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from tongxin.capabilities.deadlines.workdays import (
    Calendar,
    YearCalendar,
    due,
    months,
    promised,
    shipped_calendar,
    working_days,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tongxin.capabilities.deadlines.models import Deadline
    from tongxin.capabilities.deadlines.workdays import DueDate, Explanation


@dataclass(frozen=True)
class LocalDay:
    """A day that the committee treats otherwise than the announcement."""

    on: date
    is_workday: bool
    name: str
    basis: str


@dataclass(frozen=True)
class CommitteeCalendar(Calendar):
    """The announced years with the committee's own days, which win.

    An own day in a year that is not announced counts, and yet the year stays unannounced.
    """

    local: Mapping[date, LocalDay] = field(default_factory=dict)

    def with_local(self, day: LocalDay) -> CommitteeCalendar:
        """Return the calendar in which this day reads as given."""
        return CommitteeCalendar(self.years, {**self.local, day.on: day})

    def without_local(self, on: date) -> CommitteeCalendar:
        """Return the calendar in which this day is again as announced."""
        return CommitteeCalendar(self.years, {day: own for day, own in self.local.items() if day != on})

    @cached_property
    def _off(self) -> dict[date, str]:
        off = {day: name for _, year in sorted(self.years.items()) for day, name in year.holidays.items()}
        for day, own in self.local.items():
            if own.is_workday:
                off.pop(day, None)
            else:
                off[day] = own.name
        return off

    @cached_property
    def _worked(self) -> frozenset[date]:
        announced = frozenset[date]().union(*(year.workdays for year in self.years.values()))
        own = {day for day, local in self.local.items() if local.is_workday}
        return (announced - self.local.keys()) | own


@lru_cache(maxsize=256)
def calendar_with(
    local: tuple[LocalDay, ...], entered_years: tuple[tuple[int, str], ...]
) -> CommitteeCalendar:
    """Return the shipped calendar with own days and with years that staff entered (year and basis).

    Kept by content: committees without own days share one calendar, and its years are counted out once.
    """
    entered = {year: YearCalendar(year, {}, frozenset(), basis) for year, basis in entered_years}
    return CommitteeCalendar({**entered, **shipped_calendar().years}, {day.on: day for day in local})


def stages(deadline: Deadline, calendar: Calendar) -> list[DueDate]:
    """Return how the date comes about: the period itself, and after it what was added by approval.

    The last one's ``due_on`` is the deadline's.
    """
    found = [_period_itself(deadline, calendar)]
    added = []
    if deadline.extension_months and not deadline.months:
        added.append(months(deadline.extension_months))
    if deadline.extension_working_days:
        added.append(working_days(deadline.extension_working_days))
    for more in added:
        found.append(due(found[-1].due_on, more, calendar, event=gettext("到期，经批准延长")))
    return found


def _period_itself(deadline: Deadline, calendar: Calendar) -> DueDate:
    if deadline.fixed_on:
        return promised(
            deadline.starts_on, deadline.fixed_on, calendar, event=deadline.reason, rule=deadline.basis
        )
    if deadline.months:
        period = months(deadline.months, extension=deadline.extension_months)
    else:
        period = working_days(deadline.working_days)
    return due(deadline.starts_on, period, calendar, event=deadline.reason, rule=deadline.basis)


def explanation_of(deadline: Deadline, calendar: Calendar) -> Explanation:
    """Return the sentence, the days, the basis and the reservation, ready for the page."""
    found = stages(deadline, calendar)
    whole = found[0].explanation
    for stage in found[1:]:
        more = stage.explanation
        whole = replace(
            whole,
            pieces=(*whole.pieces, *more.pieces),
            days=(*whole.days, *more.days),
            basis=gettext("；").join(dict.fromkeys(text for text in (whole.basis, more.basis) if text)),
            provisional_note=more.provisional_note or whole.provisional_note,
        )
    bases = [whole.basis] if whole.basis else []
    if deadline.extension_reason:
        bases.append(gettext("延长原因：%(reason)s") % {"reason": deadline.extension_reason})
    if isinstance(calendar, CommitteeCalendar):
        last = found[-1].due_on
        passed = [own for day, own in sorted(calendar.local.items()) if deadline.starts_on < day <= last]
        bases += [own.basis for own in passed]
    return replace(whole, basis=gettext("；").join(dict.fromkeys(text for text in bases if text)))
