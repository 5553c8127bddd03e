"""The chart below a free table: its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.readers.statistics.charts.bars import bars
from tongxin.readers.statistics.charts.columns import columns
from tongxin.readers.statistics.charts.marks import Chart, Mark
from tongxin.readers.statistics.counting import opened_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.readers.statistics.tables.table import Table

# More bars than this nobody reads.
_MOST_BARS = 15
_MONTHS, _LENGTH_OF_MONTH = "month", 7


def chart_of(table: Table) -> Chart | None:
    """Return the rows as columns, where they stand in an order, otherwise as bars; nothing where all is empty."""
    key, by = table.rows_by.key, table.rows_by
    parts = table.parts if by.by_order else table.parts[:_MOST_BARS]
    marks = [
        Mark(
            part.label,
            part.counted.value if part.counted else None,
            opened_url(table.figure.id, table.period, key, part.key),
            is_named=bool(part.key),
        )
        for part in parts
    ]
    shape = "columns" if by.by_order else "bars"
    chart = Chart(
        key="table",
        shape=shape,
        title=_("%(name)s，按%(by)s") % {"name": table.figure.name, "by": by.name},
        note=_("%(period)s，单位：%(unit)s。点一下看是哪些。")
        % {"period": table.period.label, "unit": table.figure.unit},
        unit=str(table.figure.unit),
        heads=(str(by.name), str(table.figure.name)),
        marks=marks,
        drawing=columns(marks, _names(table, marks)) if by.by_order else bars(marks),
    )
    return None if chart.is_empty else chart


def _names(table: Table, marks: Sequence[Mark]) -> list[str]:
    """Return what stands below columns: of months ``21-03``, where there is no room for more."""
    if table.rows_by.key != _MONTHS:
        return [mark.label for mark in marks]
    return [
        part.key[-(_LENGTH_OF_MONTH - 2) :] if part.key else mark.label
        for part, mark in zip(table.parts, marks, strict=True)
    ]
