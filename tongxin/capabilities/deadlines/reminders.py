"""When somebody is reminded of a date: 7, 3 and 1 working days before, when it is past, then every week.

The room that owns the dates says whom; here is kept what was said already. A date that moved lawfully is
another date: nobody hears of the old one again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from tongxin.capabilities.deadlines.models import Deadline, SentReminder
from tongxin.capabilities.deadlines.selectors import calendar_of, days_left
from tongxin.capabilities.deadlines.workdays import workdays_between
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from tongxin.capabilities.deadlines.workdays import Calendar

# Working days that are left, the nearest first.
STEPS = (1, 3, 7)
_WEEK_DAYS = 7
# Names the lock of a night's reminders among all advisory locks; any number that nobody else uses.
_LOCK = 72_101


@dataclass(frozen=True, slots=True)
class Due:
    """A date that comes near or is past.

    Attributes:
        left: working days; below 0 when it is past.
        step: which reminder it is at; None while the next one is still to come.
    """

    deadline: Deadline
    left: int
    step: int | None


def step_of(deadline: Deadline, today: date, calendar: Calendar) -> int | None:
    """Return which reminder a date is at: working days left, or below 0 the week of being late.

    A limit of five days is not announced seven days before: nobody is reminded of what they just got.
    """
    left = days_left(deadline, today, calendar)
    if left < 0:
        return -1 - ((today - deadline.due_on).days - 1) // _WEEK_DAYS
    whole = workdays_between(deadline.starts_on, deadline.due_on, calendar)
    return next((step for step in STEPS if left <= step < whole), None)


def near_dates(committee_id: int, kinds: Iterable[str]) -> list[Due]:
    """Return the running dates of these kinds that are past or at most seven working days away.

    Empty on a day off: offices read reminders when they work. Two queries.
    """
    calendar, today = calendar_of(committee_id), clock.today()
    if not calendar.is_workday(today):
        return []
    running = Deadline.objects.running().filter(committee_id=committee_id, kind__in=list(kinds))
    found = []
    for deadline in running.order_by("due_on", "pk"):
        left = days_left(deadline, today, calendar)
        if left <= STEPS[-1]:
            found.append(Due(deadline, left, step_of(deadline, today, calendar)))
    return found


def lock_reminders(committee_id: int) -> None:
    """Let no other machine send this committee's reminders until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, committee_id % 2**31])


def not_sent_yet(dates: Sequence[Due]) -> list[Due]:
    """Return those of the dates whose present reminder nobody got yet. One query."""
    sent = set(
        SentReminder.objects.filter(deadline__in=[d.deadline.pk for d in dates]).values_list(
            "deadline_id", "due_on", "step"
        )
    )
    return [d for d in dates if d.step is not None and (d.deadline.pk, d.deadline.due_on, d.step) not in sent]


def note_sent(dates: Iterable[Due]) -> int:
    """Write down that these reminders were sent."""
    rows = [
        SentReminder(
            committee_id=d.deadline.committee_id,
            deadline=d.deadline,
            due_on=d.deadline.due_on,
            step=d.step,
            sent_on=clock.today(),
        )
        for d in dates
        if d.step is not None
    ]
    return len(SentReminder.objects.bulk_create(rows, batch_size=500))
