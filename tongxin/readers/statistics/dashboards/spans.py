"""The span that a dashboard is of, those that can be chosen, and the one that it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import Period, calendar_year
from tongxin.readers.statistics.asking import TERM, read_period
from tongxin.readers.statistics.charts.steps import months_in

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIVE_YEARS = "五年"
_YEAR = 12
# However early a record is dated, the list of years stays one that can be read.
_MOST_YEARS = 30


@dataclass(frozen=True, slots=True)
class Span:
    """What was asked for.

    Attributes:
        asked: as it stands in an address; empty for this year.
        label: what it is called: 2021年, 本届.
        compared: the same days a year earlier; nothing for spans of more than a year.
    """

    asked: str
    label: str
    period: Period
    compared: Period | None

    @property
    def is_running(self) -> bool:
        """Whether it has begun and is not over: what is there is not yet all."""
        period, today = self.period, clock.today()
        return (not period.since or period.since <= today) and (not period.until or today < period.until)

    @property
    def compared_label(self) -> str:
        """What the span to compare with is called."""
        if self.compared is None:
            return ""
        if self.is_running:
            return _("上年同期")
        return _("上年") if self.period.year else _("上年同期")


def span_asked(asked: str, committee_id: int) -> Span:
    """Return the span that is meant; this year where nothing, or nothing sensible, was asked. One query for 本届."""
    today = clock.today()
    this_year = calendar_year(today.year)
    period = read_period(asked, committee_id, otherwise=this_year)
    words = asked.strip()
    label = words if words in (TERM, _FIVE_YEARS) else period.label
    months = months_in(period)
    compared = None
    if months is not None and months <= _YEAR:
        until = today if period.since and period.until and period.since <= today < period.until else None
        compared = Period(period.since, until).before if until else period.before
    kept = "" if period == this_year else words if words in (TERM, _FIVE_YEARS) else period.key
    return Span(kept, _named(label), period, compared)


def choices(span: Span, first_year: int | None) -> Sequence[tuple[str, str]]:
    """Return what can be chosen, as it stands in an address and as it is called: years back to the first record."""
    this = clock.today().year
    first = max(min(first_year or this, this), this - _MOST_YEARS)
    found = [(str(year), calendar_year(year).label) for year in range(this, first - 1, -1)]
    found += [(TERM, _named(TERM)), (_FIVE_YEARS, _named(_FIVE_YEARS))]
    asked = span.asked or str(this)
    if asked not in dict(found):
        found.insert(0, (asked, span.label))
    return found


def _named(label: str) -> str:
    return {TERM: _("本届"), _FIVE_YEARS: _("近五年")}.get(label, label)
