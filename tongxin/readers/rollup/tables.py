"""The table of a request as a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.foundation.core.record_language import recorded
from tongxin.foundation.core.sheets import Column, Sheet
from tongxin.readers.rollup.models import Received, Source

if TYPE_CHECKING:
    from datetime import date

    from tongxin.foundation.core.sheets import Value
    from tongxin.readers.rollup.amounts import Named
    from tongxin.readers.rollup.selectors.requests import ReporterRow, RequestPage, TotalRow

_Row = dict[str, "Value | date"]
_LEAD = (
    Column("code", "区划代码", kind="code", width=10),
    Column("name", "政协组织", width=18),
    Column("state", "状态", width=10),
    Column("version", "第几版"),
    Column("signed_by", "签发人"),
    Column("signed_on", "签发日期", kind="date", width=12),
    Column("late", "迟报", width=8),
)
_HOW = (
    Column("name", "数字", width=24),
    Column("unit", "单位"),
    Column("definition", "怎么算的", width=60),
    Column("id", "代号", width=28),
)


def request_sheets(page: RequestPage) -> list[Sheet]:
    """Return the numbers with a column for each source, and how each figure is counted. A Chinese document."""
    figures = [figure for figure, _url in page.heads]
    used = [
        (at, source)
        for at in range(len(figures))
        for source in Source
        if source == Source.RECORDS
        or any(line.source == source for row in page.rows for line in row.cells[at])
    ]
    columns = [
        *_LEAD,
        *(Column(f"{at}|{source}", _head(figures[at], source), width=14) for at, source in used),
    ]
    rows = [_row(row) for row in page.rows]
    rows += [one for total in page.totals for one in _total(total, len(page.rows))]
    explained = [
        {"name": one.name, "unit": one.unit, "definition": one.definition, "id": one.id} for one in figures
    ]
    return [Sheet(page.request.title, columns, rows), Sheet("怎么算的", _HOW, explained)]


def _head(figure: Named, source: Source) -> str:
    unit = f"（{figure.unit}）" if figure.unit else ""
    mark = "" if source == Source.RECORDS else f"　{recorded(source.label)}"
    return f"{figure.name}{unit}{mark}"


def _row(row: ReporterRow) -> _Row:
    found: _Row = {
        "code": row.sender.code,
        "name": row.sender.short_name,
        "state": recorded(Received.State(row.received.state).label),
        "version": row.received.version if row.received.signed_on else None,
        "signed_by": row.received.signed_by_name,
        "signed_on": row.received.signed_on,
        "late": "迟报" if row.is_late else "",
    }
    for at, cell in enumerate(row.cells):
        for line in cell:
            found[f"{at}|{line.source}"] = _number(line.text)
    return found


def _total(row: TotalRow, asked: int) -> list[_Row]:
    """Return the totals of one source, and under each of how many committees it is made."""
    source = recorded(row.source.label)
    total: _Row = {"name": f"合计　{source}", "state": f"共{asked}个地方"}
    of: _Row = {"name": "　来自几个地方"}
    for at, cell in enumerate(row.cells):
        if cell is not None:
            total[f"{at}|{row.source}"] = _number(cell.text)
            of[f"{at}|{row.source}"] = cell.of
    return [total, of]


def _number(text: str) -> Value:
    # A share or a sum with cents stays as it is read; a spreadsheet must not add shares.
    return int(text) if text.isdigit() else text
