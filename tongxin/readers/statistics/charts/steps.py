"""The months or years along which a trend is drawn, those without rows among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import Period, calendar_year
from tongxin.foundation.core.periods import calendar_month

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tongxin.foundation.core.breakdowns import Breakdown
    from tongxin.foundation.core.figures import Figure

# Longer spans are drawn by year.
_MOST_MONTHS = 24
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Step:
    """One month or year.

    Attributes:
        key: what stands for it as a part: 2021-03, 2021.
        name: as short as it stands below a mark.
    """

    key: str
    name: str
    span: Period

    @property
    def label(self) -> str:
        """Its name in full: 2021年3月."""
        return self.span.label

    @property
    def before(self) -> str:
        """The key of the same month a year earlier."""
        return f"{int(self.key[:4]) - 1}{self.key[4:]}"


def axis_of(figure: Figure, by: Breakdown, period: Period) -> Breakdown:
    """Return along what a figure is drawn: by year instead of by month where the span is long."""
    if by.key != "month" or ((months := months_in(period)) is not None and months <= _MOST_MONTHS):
        return by
    return figure.breakdown("year") or by


def months_in(period: Period) -> int | None:
    """Return over how many months a span reaches; nothing where it has no beginning or no end."""
    if period.since is None or period.until is None:
        return None
    return _MONTHS * (period.until.year - period.since.year) + period.until.month - period.since.month + 1


def steps(by: Breakdown, period: Period, keys: Iterable[str], *, is_full: bool) -> list[Step]:
    """Return every month or year of a span, in order.

    Args:
        keys: those that have rows.
        is_full: also those that are yet to come.
    """
    form = "%Y-%m" if by.key == "month" else "%Y"
    present = sorted(key for key in keys if key)
    first = f"{period.since:{form}}" if period.since else min(present, default="")
    last = f"{period.until:{form}}" if period.until else max(present, default="")
    if not is_full:
        # What has rows is drawn, even if somebody gave it a day to come.
        last = min(last, max(f"{clock.today():{form}}", *present, "")) if last else ""
    if not first or not last:
        return []
    if by.key == "year":
        years = range(int(first), int(last) + 1)
        return [Step(str(y), str(y), calendar_year(y)) for y in years]
    return _months(first, last)


def _months(first: str, last: str) -> list[Step]:
    begin, end = (int(m[:4]) * _MONTHS + int(m[5:]) - 1 for m in (first, last))
    found = []
    for number in range(begin, end + 1):
        year, month = number // _MONTHS, number % _MONTHS + 1
        name = _("{n}月").format(n=month) if end - begin < _MONTHS else f"{year % 100:02d}.{month}"
        found.append(Step(f"{year}-{month:02d}", name, calendar_month(year, month)))
    return found
