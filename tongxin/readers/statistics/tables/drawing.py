"""The chart below a free table: its rows, drawn as dashboards draw them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.urls import reverse

from tongxin.readers.statistics.charts.drawing import Plan, drawn

if TYPE_CHECKING:
    from tongxin.readers.statistics.charts.marks import Chart
    from tongxin.readers.statistics.tables.table import Table

_IN_TIME: Final = ("month", "year")


def chart_of(table: Table, query: str) -> Chart | None:
    """Return months and years as columns, everything else as bars; nothing where all is empty.

    Args:
        query: what the table was asked with.
    """
    shape = "columns" if table.rows_by.key in _IN_TIME else "bars"
    wanted = Plan(table.figure, table.rows_by, shape, table.period)
    chart = drawn(wanted, lambda *_of: table.parts, f"{reverse('statistics:table_new')}?{query}#{wanted.key}")
    return None if chart.is_empty else chart
