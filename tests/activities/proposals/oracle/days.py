"""Dates counted by hand: working days of 2026 as the State Council announced them, and months.

The oracle has a calendar of its own, so that a mistake in the product's cannot hide in both.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

_DAY = timedelta(days=1)
_HOLIDAYS = (
    (date(2026, 1, 1), date(2026, 1, 3)),
    (date(2026, 2, 15), date(2026, 2, 23)),
    (date(2026, 4, 4), date(2026, 4, 6)),
    (date(2026, 5, 1), date(2026, 5, 5)),
    (date(2026, 6, 19), date(2026, 6, 21)),
    (date(2026, 9, 25), date(2026, 9, 27)),
    (date(2026, 10, 1), date(2026, 10, 7)),
)
_WORKED = {
    date(2026, 1, 4),
    date(2026, 2, 14),
    date(2026, 2, 28),
    date(2026, 5, 9),
    date(2026, 9, 20),
    date(2026, 10, 10),
}
_SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Whether offices work on this day."""
    off = any(first <= day <= last for first, last in _HOLIDAYS)
    return day in _WORKED or (day.weekday() < _SATURDAY and not off)


def working_days_after(day: date, count: int) -> date:
    """The day on which this many working days have passed; the first day is not counted."""
    while count:
        day += _DAY
        count -= is_working_day(day)
    return day


def months_after(day: date, count: int) -> date:
    """The same day so many months on, or the last of that month; never on a day off."""
    months = day.month - 1 + count
    year, month = day.year + months // 12, months % 12 + 1
    day = date(year, month, min(day.day, monthrange(year, month)[1]))
    while not is_working_day(day):
        day += _DAY
    return day
