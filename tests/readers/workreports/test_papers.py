"""A report as Word, PDF and Excel: every number leads back to its rows."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import docx
import openpyxl
import pypdfium2
import pytest

from tests.factories import make_house
from tests.readers.workreports.people import drafted, hedge, hold_sessions
from tests.village import make_village
from tongxin.foundation.core import official
from tongxin.foundation.core.figures import find_figure
from tongxin.foundation.core.periods import parse_period
from tongxin.readers.statistics.models import NumberCode
from tongxin.readers.workreports.actions.signing import sign_report
from tongxin.readers.workreports.models import WorkReport
from tongxin.readers.workreports.papers.paper import paper_of
from tongxin.readers.workreports.papers.serving import numbers_book

if TYPE_CHECKING:
    from tests.village import Village

pytestmark = pytest.mark.django_db
_HEADS = ["序号", "数字", "数据码", "名称和时间", "怎样计算"]


@pytest.fixture
def village(db: None) -> Village:
    """A village with fourteen sessions in 2021, printed with a hedge, and ten the year before."""
    made = make_village(make_house())
    hold_sessions(made, 14)
    hold_sessions(made, 10, year=2020)
    hedge(made, "grassroots.suggestions", "余")
    return made


def signed(village: Village, **more: str) -> WorkReport:
    report = drafted(village, **more)  # type: ignore[arg-type]
    with village.house.at_work():
        return sign_report(actor=village.house.actor("leader"), report=report, version=report.version)


def test_word_of_a_report_marks_each_number_and_lists_its_source(village: Village) -> None:
    report = signed(village)
    with village.house.at_work():
        file = docx.Document(io.BytesIO(official.word(paper_of(report))))
        [sources] = [t for t in file.tables if [c.text for c in t.rows[0].cells] == _HEADS]
        listed = {row.cells[0].text: [c.text for c in row.cells] for row in sources.rows[1:]}
        marks = [r.text for p in file.paragraphs for r in p.runs if r.font.superscript]
        cited = {n for mark in marks for n in re.findall(r"\d+", mark)}
        assert cited == set(listed)
        for _n, printed, code, name, definition in listed.values():
            row = NumberCode.objects.get(code=code)
            figure = find_figure(row.figure, village.house.committee.pk)
            assert figure is not None
            value = figure.value(
                village.house.committee.pk, parse_period(row.period, village.house.term.starts_on)
            )
            digits = re.search(r"[\d.]+", printed)
            assert digits is not None
            assert (digits[0], definition) == (
                "10"
                if "余" in printed
                else f"{value:.1f}".removesuffix(".0")
                if figure.is_share
                else str(int(value)),
                str(figure.definition),
            )
            assert name == f"{figure.name}（{row.period}年）"
    text = "\n".join(p.text for p in file.paragraphs)
    assert "2021年开展协商议事活动14场次" in text
    assert "提出意见建议10余条" in text
    assert "〔T" not in text
    assert "一、推动协商向基层延伸，服务基层治理" in text
    # A part without records has no heading on paper.
    assert "加强自身建设" not in text


def test_pdf_of_a_report_holds_its_numbers_and_codes(village: Village) -> None:
    report = signed(village)
    with village.house.at_work():
        file = pypdfium2.PdfDocument(official.pdf(paper_of(report)))
        codes = [row.code.code for row in report.frozen.select_related("code")]
    text = "".join("".join(page.get_textpage().get_text_range().split()) for page in file)
    assert "协商议事活动14场次" in text
    assert [code for code in codes if code not in text] == []


def test_article_has_a_byline_and_no_red_head(village: Village) -> None:
    report = signed(village, form=WorkReport.Form.ARTICLE)
    with village.house.at_work():
        paper = paper_of(report)
    assert (paper.red_head, paper.issuer) == ("", "")
    assert isinstance(paper.blocks[0], official.Paragraph)
    assert (paper.blocks[0].text, paper.blocks[0].align) == (village.house.committee.short_name, "center")


def test_draft_on_paper_says_that_it_is_one(village: Village) -> None:
    report = drafted(village)
    with village.house.at_work():
        paper = paper_of(report)
    assert (paper.class_mark, paper.issued_on) == ("送审稿", None)


def test_workbook_of_numbers_holds_value_and_code(village: Village) -> None:
    report = signed(village)
    with village.house.at_work():
        book = openpyxl.load_workbook(io.BytesIO(numbers_book(report)))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[0] == ("序号", "名称和时间", "文中写作", "数值", "数据码", "怎样计算")
    found = {row[1]: (row[2], row[3]) for row in rows[1:]}
    assert found["协商议事活动（2021年）"] == ("14场次", 14)
    assert found["意见建议（2021年）"] == ("10余条", 14)
    assert found["协商议事活动（2020年）"] == ("10场次", 10)
