"""Figures: numbers that a room can answer, each with its definition and the rows behind it.

A room declares them in ``figures.py`` and registers them when it is ready. Whoever shows a number takes it from
here, so that the number and the list that it opens count the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Sum
from django.urls import reverse
from django.utils.http import urlencode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise


_TENTH = Decimal("0.1")


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


EVER = Period()


def calendar_year(year: int) -> Period:
    """Return the span of one calendar year."""
    return Period(date(year, 1, 1), date(year, 12, 31), str(year))


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of one committee.

    Attributes:
        id: ``grassroots.sessions``; stable, it stands in reports.
        name: what it is called.
        unit: 场次, 件, 人次; the unit of the value.
        definition: what is counted, in a sentence, as a reader may ask.
        rows: the rows behind it in a period: ``rows(committee_id, period)``. Exactly as many as the value, unless
            ``summed`` or ``distinct`` says otherwise.
        summed: the field whose sum is the value; without it rows are counted.
        distinct: count different values of this field (persons, not person-times).
        out_of: all rows of which ``rows`` are a part; then the value is the share in percent, to one decimal, and
            0 where there are none.
        page: the URL name of the list that it opens, and the parameters that make the list hold these rows.
    """

    id: str
    name: _StrPromise | str
    unit: _StrPromise | str
    definition: _StrPromise | str
    rows: Callable[[int, Period], QuerySet[Any]]
    summed: str = ""
    distinct: str = ""
    out_of: Callable[[int, Period], QuerySet[Any]] | None = None
    page: str = ""
    params: Mapping[str, str] = field(default_factory=dict)

    def value(self, committee_id: int, period: Period = EVER) -> int | Decimal:
        """Return the number. One query; a share takes two."""
        rows = self.rows(committee_id, period).order_by()
        if self.out_of is not None:
            whole = self.out_of(committee_id, period).order_by().count()
            return share_of(rows.count(), whole)
        if self.summed:
            return rows.aggregate(total=Sum(self.summed))["total"] or Decimal(0)
        if self.distinct:
            return rows.values(self.distinct).distinct().count()
        return rows.count()

    def url(self, period: Period = EVER) -> str:
        """Return the address of the list that holds exactly these rows; empty when it has none."""
        if not self.page:
            return ""
        params = dict(self.params) | ({"year": period.year} if period.year else {})
        return reverse(self.page) + (f"?{urlencode(params)}" if params else "")


def share_of(part: int, whole: int) -> Decimal:
    """Return a share in percent, to one decimal; 0 where there is no whole."""
    return (Decimal(100 * part) / whole).quantize(_TENTH) if whole else Decimal(0)


_figures: dict[str, Figure] = {}


def register_figures(*figures: Figure) -> None:
    """Make figures known; a room calls it in ``apps.ready``."""
    for figure in figures:
        _figures[figure.id] = figure


def all_figures() -> tuple[Figure, ...]:
    """Return every figure that a room has declared, by id."""
    return tuple(_figures[key] for key in sorted(_figures))


def figure(figure_id: str) -> Figure:
    """Return one figure.

    Raises:
        KeyError: no room declares it.
    """
    return _figures[figure_id]


def hedged(value: int, word: str, *, step: int = 0) -> str:
    """Return a number as a page hedges it: 412 as 400余. Rounded down only, never up.

    Args:
        value: the exact number.
        word: 余 or 多; empty leaves the number as it is.
        step: what it is rounded down to; without it tens below 100, then hundreds.
    """
    ten, hundred = 10, 100
    if not word or value < ten:
        return str(value)
    step = step or (ten if value < hundred else hundred)
    floor = value // step * step
    return f"{floor}{word}" if floor else str(value)
