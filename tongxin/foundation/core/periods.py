"""Spans of days, as people name them: 2021, 2021-03, 今年, 五年."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

_YEAR = re.compile(r"\d{4}")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_SPAN = re.compile(r"(\d{4}-\d{2}-\d{2})?\.\.(\d{4}-\d{2}-\d{2})?")
_FIVE = 5
_FIRST, _LAST = 1949, 2199


@dataclass(frozen=True, slots=True)
class Period:
    """A span of days, both counted. Without days: everything there is."""

    since: date | None = None
    until: date | None = None
    # As it stands in an address: "2021". Empty when it is not a calendar year.
    year: str = ""

    def within(self, field_name: str) -> dict[str, date]:
        """Return the conditions on a date field."""
        found = {}
        if self.since:
            found[f"{field_name}__gte"] = self.since
        if self.until:
            found[f"{field_name}__lte"] = self.until
        return found

    @property
    def key(self) -> str:
        """What stands for it in an address and in commands; ``parse_period`` reads it. Empty: everything."""
        if self.year or (self.since is None and self.until is None):
            return self.year
        if self.since and self.until and self == calendar_month(self.since.year, self.since.month):
            return f"{self.since:%Y-%m}"
        return f"{self.since or ''}..{self.until or ''}"

    @property
    def label(self) -> str:
        """What it is called, in the reader's language."""
        if self.year:
            return _("%(year)s年") % {"year": self.year}
        if self.since is None and self.until is None:
            return _("全部")
        if self.since and self.until and self == calendar_month(self.since.year, self.since.month):
            return _("%(year)s年%(month)s月") % {"year": self.since.year, "month": self.since.month}
        if self.since and self.until:
            return _("%(since)s至%(until)s") % {
                "since": day_label(self.since),
                "until": day_label(self.until),
            }
        if self.since:
            return _("%(since)s以来") % {"since": day_label(self.since)}
        return _("截至%(until)s") % {"until": day_label(self.until or date.max)}

    @property
    def before(self) -> Period | None:
        """The same span a year earlier, to compare with; nothing where it has no beginning or no end."""
        if self.since is None or self.until is None:
            return None
        if self.year:
            return calendar_year(int(self.year) - 1)
        return Period(_a_year_before(self.since), _a_year_before(self.until))


EVER = Period()


def calendar_year(year: int) -> Period:
    """Return the span of one calendar year."""
    return Period(date(year, 1, 1), date(year, 12, 31), str(year))


def calendar_month(year: int, month: int) -> Period:
    """Return the span of one calendar month."""
    return Period(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def parse_period(text: str, today: date) -> Period:
    """Return the span that is meant: ``2021``, ``2021-03``, ``2021-01-01..2021-06-30``, 今年, 去年, 五年; empty: all.

    五年 are the five years that end today.

    Raises:
        ValueError: nobody knows what is meant.
    """
    text = text.strip()
    if text in _WORDS:
        return _WORDS[text](today)
    if _YEAR.fullmatch(text) and _FIRST <= int(text) <= _LAST:
        return calendar_year(int(text))
    if (found := _MONTH.fullmatch(text)) and _FIRST <= int(found[1]) <= _LAST:
        return calendar_month(int(found[1]), int(found[2]))
    if (span := _SPAN.fullmatch(text)) and any(span.groups()):
        since, until = (date.fromisoformat(day) if day else None for day in span.groups())
        if not (since and until) or since <= until:
            return span_of(since, until)
    raise ValueError(text)


def day_label(day: date) -> str:
    """Return a day as the reader's language writes it."""
    return _("%(y)d年%(m)d月%(d)d日") % {"y": day.year, "m": day.month, "d": day.day}


def span_of(since: date | None, until: date | None) -> Period:
    """Return the span of these days; a calendar year is that year, however it was said."""
    # One name for one span, so that a year is a year however it was typed.
    if since and until and (whole := calendar_year(since.year)).until == until and whole.since == since:
        return whole
    return Period(since, until)


def _a_year_before(day: date) -> date:
    last = monthrange(day.year - 1, day.month)[1]
    # The end of February stays the end of February.
    return date(
        day.year - 1, day.month, last if day.day == monthrange(day.year, day.month)[1] else min(day.day, last)
    )


def _five_years(today: date) -> Period:
    begin = date(today.year - _FIVE, today.month, min(today.day, 28))
    return Period(begin + timedelta(days=1), today)


_WORDS: dict[str, Callable[[date], Period]] = {
    "": lambda _today: EVER,
    "今年": lambda today: calendar_year(today.year),
    "去年": lambda today: calendar_year(today.year - 1),
    "五年": _five_years,
    "近五年": _five_years,
}
