"""Marks of notes in an official document, and what follows its signature."""

from __future__ import annotations

import io
from datetime import date

import docx
import pypdfium2

from tongxin.foundation.core import official

PAPER = official.OfficialDocument(
    title="关于工作的报告",
    blocks=(
        official.Paragraph("华亭市政协", indent=False, align="center"),
        official.Paragraph(
            ("活动530场次", official.Raised("[1]"), "，建议400余条", official.Raised("[2]"), "。")
        ),
        official.Heading("（一）基层协商。", 2, ("问题500件", official.Raised("[3]"), "。")),
    ),
    issuer="政协华亭市委员会",
    issued_on=date(2022, 1, 5),
    annex=(official.Heading("数据来源"), official.Paragraph("附表说明。")),
    printed_by="政协华亭市委员会办公室",
    printed_on=date(2022, 1, 5),
)


def test_word_raises_marks_and_puts_the_annex_behind_the_signature() -> None:
    file = docx.Document(io.BytesIO(official.word(PAPER)))
    texts = [p.text for p in file.paragraphs]
    raised = [run.text for p in file.paragraphs for run in p.runs if run.font.superscript]
    assert raised == ["[1]", "[2]", "[3]"]
    assert "活动530场次[1]，建议400余条[2]。" in texts
    assert texts.index("2022年1月5日") < texts.index("数据来源") < texts.index("附表说明。")


def test_pdf_begins_the_annex_on_a_new_page() -> None:
    file = pypdfium2.PdfDocument(official.pdf(PAPER))
    pages = ["".join(page.get_textpage().get_text_range().split()) for page in file]
    assert len(pages) == 2
    assert ("2022年1月5日" in pages[0], "数据来源" in pages[0], "数据来源" in pages[1]) == (True, False, True)
    assert "530场次[1]" in pages[0]
