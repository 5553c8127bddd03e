"""A free table as Excel: the table, and on a second sheet the code of each number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.foundation.core.sheets import Column, Sheet, write_workbook
from tongxin.readers.statistics.numbering import codes_for

if TYPE_CHECKING:
    from tongxin.readers.statistics.tables.table import Cell, Row, Table


def table_workbook(table: Table, committee_id: int) -> bytes:
    """Return the table as a workbook. Numbers without rows get no code. At most four queries."""
    coded = [(row, column, cell) for row, column, cell in table.cells if cell.url]
    named = [(table.figure.id, table.period.key, cell.by, cell.part) for _row, _column, cell in coded]
    codes = codes_for(committee_id, named)
    lines = [
        {"row": row, "column": column, "value": _number(cell), "of": cell.note, "code": codes[name].code}
        for (row, column, cell), name in zip(coded, named, strict=True)
    ]
    # Of a share, what it is made of; otherwise the column would be empty.
    of = (Column("of", _("其中/总数"), width=14),) if table.figure.is_share else ()
    columns = (
        Column("row", str(table.rows_by.name), width=24),
        Column("column", str(table.columns_by.name if table.columns_by else _("数字")), width=24),
        Column("value", _("数")),
        *of,
        Column("code", _("数据码"), kind="code", width=14),
    )
    return write_workbook([_values(table), Sheet(_("数据码"), columns, lines), _about(table)])


def _values(table: Table) -> Sheet:
    heads = [*table.heads, _("合计")] if table.has_row_totals else table.heads
    columns = [Column("row", str(table.rows_by.name), width=24)]
    columns += [Column(f"c{n}", head) for n, head in enumerate(heads)]
    return Sheet(_("统计表"), columns, [_line(row) for row in (*table.rows, table.total)])


def _line(row: Row) -> dict[str, str | int]:
    return {"row": row.label, **{f"c{n}": _number(cell) for n, cell in enumerate(row.cells)}}


def _number(cell: Cell) -> int | str:
    """Return a number as a number, a share and what is not told as it stands on the page."""
    if cell.value is None or cell.value.part is not None or cell.value.value % 1:
        return cell.text
    return int(cell.value.value)


def _about(table: Table) -> Sheet:
    lines = [
        (_("统计表"), table.title),
        (_("时间"), table.period.label),
        (_("单位"), str(table.figure.unit)),
        (_("怎么算的"), str(table.figure.definition)),
        *((_("说明"), note) for note in table.notes),
    ]
    columns = (Column("key", _("项目"), width=14), Column("text", _("内容"), width=80))
    return Sheet(_("说明"), columns, [{"key": key, "text": text} for key, text in lines])
