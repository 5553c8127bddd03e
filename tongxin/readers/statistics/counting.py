"""Counting figures: many in one query, and one along its breakdowns.

Everything that shows a number asks here, so that a tile, a chart, a table, a report and a command say the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, IntegerField, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.http import urlencode

from tongxin.foundation.core.breakdowns import Crossed
from tongxin.foundation.core.figures import EVER, Figure, Period, share_of
from tongxin.foundation.organization.models import Committee
from tongxin.readers.statistics.suppression import hidden_cells, hidden_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from tongxin.foundation.core.breakdowns import Breakdown


@dataclass(frozen=True, slots=True)
class Counted:
    """What a figure is.

    Attributes:
        value: the number; of a share, percent.
        part, whole: of a share, what it is made of; otherwise nothing.
    """

    value: int | Decimal
    part: int | None = None
    whole: int | None = None

    @property
    def number(self) -> int | Decimal:
        """How many there are: of a share the part, not the percentage."""
        return self.value if self.part is None else self.part


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a figure along a breakdown.

    Attributes:
        key: what stands for it in an address; empty: rows without a value.
        counted: what it is; nothing where it is not told because it could single out a person.
    """

    key: str
    label: str
    counted: Counted | None

    @property
    def value(self) -> int | Decimal:
        """The number; 0 where it is not told."""
        return self.counted.value if self.counted else 0

    @property
    def is_suppressed(self) -> bool:
        """Whether it is too small to be told."""
        return self.counted is None


def opened_url(figure_id: str, period: Period = EVER, by: str = "", part: str | None = None) -> str:
    """Return the address of the page behind a number; with a breakdown, of one part of it.

    A part without a name (rows without a value) is said in so many words: without it the page shows all parts.
    """
    asked = {"period": period.key} if period.key else {}
    if by and part is not None:
        asked |= {"by": by, "part": part}
    query = urlencode(asked)
    return reverse("statistics:opened", args=[figure_id]) + (f"?{query}" if query else "")


def values_of(figures: Iterable[Figure], committee_id: int, period: Period) -> dict[str, Counted]:
    """Return what each figure is. One query for all of them."""
    asked = {f"n{n}": one for n, one in enumerate(figures)}
    if not asked:
        return {}
    wholes = {f"{name}_of": one.out_of for name, one in asked.items() if one.out_of}
    found = (
        Committee.objects.filter(pk=committee_id)
        .annotate(**{name: scalar(one, one.rows(committee_id, period)) for name, one in asked.items()})
        .annotate(**{name: count_of(of(committee_id, period)) for name, of in wholes.items()})
        .values(*asked, *wholes)
        .get()
    )
    return {one.id: counted(one, found[name], found.get(f"{name}_of")) for name, one in asked.items()}


def value_of(figure: Figure, committee_id: int, period: Period, by: str = "", part: str = "") -> Counted:
    """Return what a figure, or one part of it, is. One query; a share takes two.

    Raises:
        ValueError: there can be no such part.
    """
    found = figure.value_of(rows_of(figure, committee_id, period, by, part))
    whole = None
    if figure.out_of is not None:
        whole = _narrowed(figure, figure.out_of(committee_id, period), by, part).order_by().count()
    return counted(figure, found, whole)


def rows_of(figure: Figure, committee_id: int, period: Period, by: str = "", part: str = "") -> QuerySet[Any]:
    """Return the rows of a figure, or of one part of it.

    Raises:
        ValueError: there can be no such part.
    """
    return _narrowed(figure, figure.rows(committee_id, period), by, part)


def parts_of(figure: Figure, committee_id: int, period: Period, by: Breakdown) -> list[Part]:
    """Return the parts of a figure, by order or by size. Two queries; a share takes three.

    Where parts under a limit are not told and one alone would be left out, the next smallest is left out too:
    otherwise it could be worked out from the whole.
    """
    if isinstance(by, Crossed):
        return _cells_as_parts(figure, committee_id, period, by)
    counts = _grouped(figure, figure.rows(committee_id, period), by)
    wholes = _grouped(figure, figure.out_of(committee_id, period), by) if figure.out_of else {}
    names = by.named(committee_id, list(dict.fromkeys((*counts, *wholes))))
    return as_parts(figure, by, counts, wholes, names)


def as_parts(
    figure: Figure,
    by: Breakdown,
    counts: Mapping[Any, int | Decimal],
    wholes: Mapping[Any, int | Decimal],
    names: Mapping[str, str],
) -> list[Part]:
    """Return parts in their order, without those that are not told.

    Args:
        counts: how many there are, by the value that the breakdown gives them.
        wholes: of how many; empty where the figure is no share.
        names: of the parts.
    """
    values = list(dict.fromkeys((*counts, *wholes)))
    values.sort(key=lambda v: (v is None, v if by.by_order or v is None else 0))
    found = [
        (by.part_of(v), counted(figure, counts.get(v, 0), int(wholes.get(v, 0)) if figure.out_of else None))
        for v in values
    ]
    if not by.by_order:
        found.sort(key=lambda one: (not one[0], -one[1].value, names.get(one[0], "")))
    hidden = hidden_parts({key: one.number for key, one in found}, figure.suppressed_below)
    return [Part(key, names.get(key, key), None if key in hidden else one) for key, one in found]


@dataclass(frozen=True, slots=True)
class Crossing:
    """A figure along two breakdowns.

    Attributes:
        rows, columns: the parts of each, with their totals.
        cells: by row and column; a cell without rows is missing, one that is not told is nothing.
    """

    rows: list[Part]
    columns: list[Part]
    cells: Mapping[tuple[str, str], Counted | None]


def crossed(
    figure: Figure,
    committee_id: int,
    period: Period,
    rows: Breakdown,
    columns: Breakdown,
    *,
    sides: tuple[list[Part], list[Part]] | None = None,
) -> Crossing:
    """Return what a figure is in each cell of two breakdowns, with rows and columns. Five queries; a share eight.

    What is not told of a cell does not depend on which of the two lies across.

    Args:
        sides: the parts of rows and columns, where they are known; one query then, of a share two.
    """
    first, second = sorted((rows, columns), key=lambda by: by.key)
    counts = _crossed(figure, figure.rows(committee_id, period), first, second)
    wholes = _crossed(figure, figure.out_of(committee_id, period), first, second) if figure.out_of else {}
    if sides is None:
        sides = parts_of(figure, committee_id, period, rows), parts_of(figure, committee_id, period, columns)
    down, across = sides if first is rows else sides[::-1]
    hidden = hidden_cells(counts, _untold(down), _untold(across), figure.suppressed_below)
    cells = {
        cell: None
        if cell in hidden
        else counted(figure, counts.get(cell, 0), int(wholes.get(cell, 0)) if figure.out_of else None)
        for cell in {*counts, *wholes, *hidden}
    }
    if first is not rows:
        cells = {(row, column): one for (column, row), one in cells.items()}
    return Crossing(*sides, cells)


def _untold(parts: list[Part]) -> dict[str, bool]:
    return {part.key: part.is_suppressed for part in parts}


def _cells_as_parts(figure: Figure, committee_id: int, period: Period, by: Crossed) -> list[Part]:
    found = crossed(figure, committee_id, period, *by.pair)
    return [
        Part(
            by.joined(row.key, column.key), by.both(row.label, column.label), found.cells[row.key, column.key]
        )
        for row in found.rows
        for column in found.columns
        if (row.key, column.key) in found.cells
    ]


def _crossed(
    figure: Figure, rows: QuerySet[Any], first: Breakdown, second: Breakdown
) -> dict[tuple[str, str], int | Decimal]:
    found = second.divided(first.divided(rows, "down"), "across").order_by()
    return {
        (first.part_of(down), second.part_of(across)): n or 0
        for down, across, n in found.values_list("down", "across").annotate(n=aggregate(figure))
    }


def _narrowed(figure: Figure, rows: QuerySet[Any], by: str, part: str) -> QuerySet[Any]:
    if not by:
        return rows
    breakdown = figure.breakdown(by)
    if breakdown is None:
        raise ValueError(by)
    return breakdown.only(rows, part)


def _grouped(figure: Figure, rows: QuerySet[Any], by: Breakdown) -> dict[Any, int | Decimal]:
    found = by.divided(rows).order_by().values_list("part").annotate(n=aggregate(figure))
    return {value: n or 0 for value, n in found}


def aggregate(figure: Figure) -> Count | Sum:
    """Return what adds up the rows of a figure within a group."""
    if figure.summed:
        return Sum(figure.summed)
    # Joins of a breakdown may repeat a row; a row counts once.
    return Count(figure.distinct or "pk", distinct=True)


def counted(figure: Figure, value: int | Decimal, whole: int | None) -> Counted:
    """Return what a figure is; of a share, so many out of a whole."""
    if figure.out_of is None:
        return Counted(value)
    return Counted(share_of(int(value), whole or 0), int(value), whole or 0)


def count_of(rows: QuerySet[Any], field: str = "") -> Coalesce:
    """Return how many rows there are, or different values of a field, as an expression."""
    found = rows.order_by().annotate(all_of_it=Value(1)).values("all_of_it")
    found = found.annotate(n=Count(field or "pk", distinct=bool(field))).values("n")
    return Coalesce(Subquery(found), Value(0), output_field=IntegerField())


def scalar(one: Figure, rows: QuerySet[Any]) -> Coalesce:
    """Return what `Figure.value_of` counts, as an expression."""
    if one.summed:
        summed = rows.order_by().annotate(all_of_it=Value(1)).values("all_of_it")
        summed = summed.annotate(n=Sum(one.summed)).values("n")
        return Coalesce(Subquery(summed), Value(0), output_field=summed.query.output_field)
    return count_of(rows, one.distinct)
