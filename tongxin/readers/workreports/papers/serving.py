"""Handing out a report as a file."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from tongxin.foundation.core import official
from tongxin.foundation.core.sheets import Column, Sheet, write_workbook
from tongxin.readers.workreports.papers.notes import sources_of
from tongxin.readers.workreports.papers.paper import paper_of

if TYPE_CHECKING:
    from tongxin.readers.workreports.models import WorkReport

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LONGEST_NAME = 70


def as_word(report: WorkReport) -> HttpResponse:
    """Hand out a report as Word."""
    return _file(official.word(paper_of(report)), f"{report.title[:_LONGEST_NAME]}.docx", _WORD)


def as_pdf(report: WorkReport) -> HttpResponse:
    """Hand out a report as PDF."""
    return _file(official.pdf(paper_of(report)), f"{report.title[:_LONGEST_NAME]}.pdf", "application/pdf")


def numbers_book(report: WorkReport) -> bytes:
    """Return the numbers of a report as a workbook: what they are, their codes, how they are counted."""
    sources = sources_of(report, list(report.sections.all()))
    columns = (
        Column("n", "序号", kind="int"),
        Column("name", "名称和时间", width=36),
        Column("printed", "文中写作", width=20),
        Column("value", "数值", width=12),
        Column("code", "数据码", kind="code", width=14),
        Column("definition", "怎样计算", width=70),
    )
    rows = [
        {
            "n": note.n,
            "name": note.name,
            "printed": note.printed,
            "value": _number(note.value),
            "code": note.code,
            "definition": note.definition,
        }
        for note in sources.notes
    ]
    typed = [{"text": text, "source": source} for text, source in sources.typed]
    others = (Column("text", "文中的数字", width=40), Column("source", "依据", width=50))
    return write_workbook(
        [Sheet("报告里的数字", columns, rows), Sheet("由起草人写明依据的数字", others, typed)]
    )


def _number(text: str) -> int | str:
    # The sheet takes whole numbers as numbers; a share stays what it is, as text.
    value = Decimal(text) if text else None
    if value is None:
        return ""
    return int(value) if value == value.to_integral_value() else f"{value.normalize():f}"


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    header = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(
        content,
        content_type=kind,
        headers={
            "Content-Disposition": header,
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        },
    )
