"""Workbooks of proposals to test with, from dictionaries of what stands under each heading."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import openpyxl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HEADERS = [
    "流水号",
    "提案号",
    "届",
    "次",
    "案由",
    "内容",
    "提案类型",
    "第一提案人",
    "联名人",
    "专题",
    "民生",
    "提交日期",
    "审查结果",
    "不予立案理由",
    "并入提案号",
    "主办单位",
    "会办单位",
    "交办日期",
    "答复日期",
    "办理结果类别",
    "办理工作评价",
    "办理结果评价",
    "重点",
    "优秀",
    "公开",
]


def row(**changed: Any) -> dict[str, Any]:
    """One filed proposal of 王芳 in the fifth session of the fifth term; name what is different."""
    return {
        "届": "五",
        "次": "四",
        "案由": "关于改善学校门口交通的提案",
        "内容": "学校门口没有斑马线。",
        "提案类型": "个人",
        "第一提案人": "王芳",
        "审查结果": "立案",
        **changed,
    }


def workbook(
    rows: Sequence[Mapping[str, Any] | None],
    headers: Sequence[str] | None = None,
    *,
    above: Sequence[Sequence[Any]] = (),
) -> bytes:
    """Return a workbook with these rows.

    Args:
        rows: by heading; None is a blank row.
        headers: in this order; otherwise the usual ones that any row has.
        above: lines over the headings.
    """
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in above:
        sheet.append(list(line))
    used = {key for r in rows for key in r or ()}
    names = list(headers or [h for h in HEADERS if h in used])
    sheet.append(names)
    for r in rows:
        sheet.append([(r or {}).get(name) for name in names])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rows_of(data: bytes) -> list[dict[str, Any]]:
    """Return what a workbook says, by its headings."""
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    head, *lines = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, head), line, strict=True)) for line in lines]
