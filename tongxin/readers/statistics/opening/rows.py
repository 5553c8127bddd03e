"""Rows behind a number as a page and a sheet show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.foundation.core.figures import Column
from tongxin.foundation.core.wording import printed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.db.models import QuerySet

    from tongxin.foundation.core.figures import Figure

PER_PAGE = 20
_SELF = Column(gettext_lazy("名称"), "__str__", is_title=True)
_AMOUNT = gettext_lazy("金额或数量")


class Pages(Paginator[Any]):
    """Pages of rows that were counted already, together with everything else."""

    def __init__(self, rows: QuerySet[Any], count: int) -> None:
        """Keep the count."""
        super().__init__(rows, PER_PAGE)
        self._known = count

    @cached_property
    def count(self) -> int:
        """How many rows there are."""
        return self._known


@dataclass(frozen=True, slots=True)
class Cell:
    """What one column says of a row."""

    head: str
    value: Any
    is_title: bool

    @property
    def is_day(self) -> bool:
        """Whether it is written as dates are."""
        return isinstance(self.value, date)


@dataclass(frozen=True, slots=True)
class Row:
    """One row, and where it opens."""

    cells: tuple[Cell, ...]
    url: str


def columns_of(figure: Figure) -> tuple[Column, ...]:
    """Return the columns of a figure's rows; a sum shows what it adds up, whatever the figure says."""
    columns = figure.columns or (_SELF,)
    summed = figure.summed.replace("__", ".")
    if summed and all(column.path != summed for column in columns):
        columns = (*columns, Column(_AMOUNT, summed))
    return columns


def in_order(figure: Figure, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return the rows in one order, so that no page repeats what another has shown; with what their columns need."""
    order = rows.query.order_by or rows.model._meta.ordering  # noqa: SLF001
    return rows.order_by(*order, "pk").select_related(*figure.select)


def shown(figure: Figure, rows: Iterable[Any]) -> list[Row]:
    """Return the rows as the page shows them."""
    columns = columns_of(figure)
    title = _title_of(columns)
    heads = [str(column.head) for column in columns]
    return [
        Row(
            tuple(
                Cell(head, value_at(row, column.path), column is title)
                for head, column in zip(heads, columns, strict=True)
            ),
            figure.row_url(row) if figure.row_url else "",
        )
        for row in rows
    ]


def for_sheet(figure: Figure, rows: QuerySet[Any]) -> Iterator[dict[str, Any]]:
    """Return the rows as a sheet has them, by the place of the column."""
    columns = columns_of(figure)
    for row in rows.iterator():
        yield {str(n): value_at(row, column.path) for n, column in enumerate(columns)}


def value_at(row: Any, path: str) -> Any:  # noqa: ANN401 (of any room's rows)
    """Return what a path leads to: dates stay dates and whole numbers numbers, the rest is text."""
    found = row
    for name in path.split("."):
        found = getattr(found, name, None)
        if callable(found):
            found = found()
        if found is None:
            return ""
    if isinstance(found, bool):
        return _("是") if found else _("否")
    if isinstance(found, Decimal):
        return int(found) if found == int(found) else printed(found)
    return found if isinstance(found, date | int) else str(found)


def _title_of(columns: Sequence[Column]) -> Column:
    return next((column for column in columns if column.is_title), columns[0])
