"""Numbers as workbooks: the first sheet says what it is, how it was counted and its code, the next hold the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tongxin.foundation.core import clock
from tongxin.foundation.core.sheets import Column, Sheet, write_workbook
from tongxin.readers.statistics.opening.page import conditions_of, name_of, seen_rows
from tongxin.readers.statistics.opening.rows import columns_of, for_sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tongxin.foundation.core.access import Actor
    from tongxin.readers.statistics.models import ReportedNumber
    from tongxin.readers.statistics.opening.page import Opened
    from tongxin.readers.statistics.opening.parts import Divided


def rows_book(opened: Opened, actor: Actor) -> bytes:
    """Return a number with all rows that this person may open."""
    asked, figure = opened.asked, opened.asked.figure
    columns = [Column(str(n), str(column.head), width=24) for n, column in enumerate(columns_of(figure))]
    told = [(_("数值"), opened.value), (_("印作"), opened.text), (_("数据码"), opened.code)]
    if opened.facts.unseen:
        told.append((_("不向您显示的行"), str(opened.facts.unseen)))
    rows: Iterable[dict[str, Any]] = for_sheet(figure, seen_rows(asked, actor))
    if opened.total:
        rows = [*rows, {"0": _("合计"), str(len(columns) - 1): opened.total}]
    return write_workbook([_about(opened, told), Sheet(_("名单"), columns, rows)])


def parts_book(divided: Divided) -> bytes:
    """Return a number along one of its breakdowns."""
    by = divided.asked.by
    columns = [
        Column("label", str(by.name) if by else "", width=30),
        Column("value", _("数值"), width=16),
        Column("percent", _("占比"), width=12),
    ]
    rows = [
        {"label": row.label, "value": row.value or _("不列出"), "percent": row.percent}
        for row in divided.rows
    ]
    told = [(_("总数"), divided.total), (_("各部分相加"), divided.why_not or _("等于总数"))]
    return write_workbook([_about(divided, told), Sheet(_("各部分"), columns, rows)])


def reported_book(rows: Iterable[tuple[ReportedNumber, str, str]]) -> bytes:
    """Return what was reported from elsewhere, each with the name of its figure and its unit."""
    columns = [
        Column("mark", _("性质"), width=10),
        Column("name", _("数字"), width=28),
        Column("place", _("地方"), width=16),
        Column("since", _("从"), kind="date", width=12),
        Column("until", _("到"), kind="date", width=12),
        Column("value", _("数值"), width=14),
        Column("unit", _("单位"), width=8),
        Column("document", _("依据的文件"), width=40),
        Column("reported_by", _("报送人"), width=14),
        Column("by_name", _("录入人"), width=14),
        Column("entered_on", _("录入日期"), kind="date", width=12),
        Column("withdrawn_on", _("撤回日期"), kind="date", width=12),
        Column("withdrawn_reason", _("撤回的原因"), width=30),
    ]
    return write_workbook([Sheet(_("报送数"), columns, [_reported(*row) for row in rows])])


def _reported(row: ReportedNumber, name: str, unit: str) -> dict[str, Any]:
    value = int(row.value) if row.value == int(row.value) else str(row.value)
    fields = ("since", "until", "document", "reported_by", "by_name", "entered_on", "withdrawn_on")
    return {
        **{field: getattr(row, field) for field in fields},
        "mark": _("报送数"),
        "name": name,
        "place": row.place.name if row.place else "",
        "value": value,
        "unit": unit,
        "withdrawn_reason": row.withdrawn_reason,
    }


def _about(page: Opened | Divided, told: Sequence[tuple[str, str]]) -> Sheet:
    asked = page.asked
    lines = [
        (_("名称"), name_of(asked)),
        *told,
        (_("怎么算的"), str(asked.figure.definition)),
        (_("按哪个日期"), str(asked.figure.dated)),
        (_("筛选条件"), _("；").join(conditions_of(asked))),
        (_("导出时间"), f"{clock.now():%Y-%m-%d %H:%M}"),
    ]
    columns = [Column("what", _("项目"), width=16), Column("text", _("内容"), width=70)]
    return Sheet(_("说明"), columns, [{"what": what, "text": text} for what, text in lines])
