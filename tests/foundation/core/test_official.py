"""Official documents: the measures, grids and fonts of GB/T 9704-2012, and texts that stay texts."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from tongxin.foundation.core import clock, official
from tongxin.foundation.core.official import layout
from tongxin.foundation.core.official.pasted import clean, lines_of, title_lines

if TYPE_CHECKING:
    from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LETTER = official.OfficialDocument(
    title="关于市政协五届五次会议第087号提案的答复",
    red_head="华亭市教育局文件",
    document_number="华教函〔2026〕12号",
    signer="周建国",
    class_mark="A类",
    addressee="王芳委员",
    blocks=(
        official.Heading("一、基本情况"),
        official.Heading("（一）加强领导。", 2, rest="成立专班。"),
        official.Paragraph("斑马线已经划好。"),
        official.Table(
            columns=(official.Column("类别", share=2), official.Column("件数", align="right")),
            rows=(("城乡建设", "12"), ("合计", "21")),
            caption="表1　按类别",
            note="注：并入的不计。",
        ),
        official.Facts(((("提案号", "087"), ("类别", "教育")), (("正文", "甲\n乙"),))),
    ),
    attachments=("整治方案", "设施清单"),
    issuer="华亭市教育局",
    issued_on=date(2026, 3, 5),
    remarks=("联系人：周科长　电话：0933-1234567",),
    copies=("政协华亭市委员会提案委员会", "华亭市人民政府办公室"),
    printed_by="华亭市教育局办公室",
    printed_on=date(2026, 3, 6),
)
HOSTILE = (
    '*粗* _斜_ #panic() #include "/etc/passwd" $x^2$ <label> @ref `raw` ```typ #x``` // 注 /* 注 */ \\u{41} ~ '
    "= 标题 - 表 [内容] {代码} <w:p/> & ]]> {{ 1 }} {% x %}"
)


def part(paper: official.OfficialDocument, name: str) -> ET.Element:
    with zipfile.ZipFile(io.BytesIO(official.word(paper))) as package:
        return ET.fromstring(package.read(name))  # noqa: S314 (our own file)


def attributes(element: ET.Element | None) -> dict[str, str]:
    assert element is not None
    return {name.removeprefix(W): value for name, value in element.attrib.items()}


def text_of(element: ET.Element) -> str:
    return "".join(t.text or "" for t in element.iter(f"{W}t"))


def paragraphs(paper: official.OfficialDocument) -> list[Any]:
    return list(docx.Document(io.BytesIO(official.word(paper))).paragraphs)


def named(paper: official.OfficialDocument, text: str) -> Any:
    (found,) = [p for p in paragraphs(paper) if p.text == text]
    return found


def pdf_text(paper: official.OfficialDocument) -> str:
    pages = PdfReader(io.BytesIO(official.pdf(paper))).pages
    return "".join(page.extract_text() for page in pages)


def squeezed(text: str) -> str:
    return "".join(text.split())


# ── Word: the page ──


def test_word_page_has_the_margins_of_the_standard() -> None:
    section = docx.Document(io.BytesIO(official.word(LETTER))).sections[0]
    measured = [
        round(length / 36000, 1)
        for length in (
            section.page_width,
            section.page_height,
            section.top_margin,
            section.left_margin,
            section.page_width - section.left_margin - section.right_margin,
            section.page_height - section.top_margin - section.bottom_margin,
        )
    ]
    assert measured == [210, 297, 37, 28, 156, 225]


def test_word_grid_holds_22_lines_of_28_characters() -> None:
    grid = attributes(part(LETTER, "word/document.xml").find(f".//{W}docGrid"))
    assert grid == {"type": "linesAndChars", "linePitch": "579", "charSpace": "-848"}
    # Heights and widths in twentieths of a point; charSpace is in 4096ths, added to a letter of 16 points.
    height, width = (mm * 72 / 25.4 * 20 for mm in (225, 156))
    assert int(height / int(grid["linePitch"])) == 22
    assert round(width / ((16 + int(grid["charSpace"]) / 4096) * 20), 2) == 28


def test_word_text_keeps_the_pitch_of_the_grid_and_indents_two_characters() -> None:
    text = named(LETTER, "斑马线已经划好。")
    indent = attributes(text._p.pPr.ind)
    assert indent == {"firstLineChars": "200", "firstLine": "640"}
    normal = text.style
    assert (normal.name, normal.paragraph_format.line_spacing.pt, normal.font.size.pt) == (
        "Normal",
        28.95,
        16,
    )
    assert normal.paragraph_format.line_spacing_rule == docx.enum.text.WD_LINE_SPACING.EXACTLY


# ── Word: fonts ──


@pytest.mark.parametrize(
    ("text", "font", "points"),
    [
        ("A类", "黑体", 16),
        ("华亭市教育局文件", "方正小标宋简体", 52),
        ("一、基本情况", "黑体", 16),
        ("斑马线已经划好。", "仿宋_GB2312", 16),
        ("关于市政协五届五次会议\n第087号提案的答复", "方正小标宋简体", 22),
    ],
)
def test_word_names_the_font_of_each_part(text: str, font: str, points: int) -> None:
    found = named(LETTER, text)
    size = found.runs[0].font.size or found.style.font.size
    fonts = found.style.element.rPr.find(f"{W}rFonts")
    assert (attributes(fonts)["eastAsia"], size.pt) == (font, points)
    assert not [name for name in attributes(fonts) if "Theme" in name]


def test_word_second_level_is_kaiti_for_its_own_words_only() -> None:
    found = named(LETTER, "（一）加强领导。成立专班。")
    fonts = [attributes(run.style.element.rPr.find(f"{W}rFonts"))["eastAsia"] for run in found.runs[:1]]
    assert (fonts, found.runs[1].style.name) == (["楷体_GB2312"], "Default Paragraph Font")


def test_word_fonts_have_others_to_stand_in() -> None:
    table = part(LETTER, "word/fontTable.xml")
    instead = {
        attributes(font)["name"]: attributes(font.find(f"{W}altName"))["val"]
        for font in table.iter(f"{W}font")
    }
    assert instead == {face.name: ",".join(face.instead) for face in layout.FACES}
    assert instead["仿宋_GB2312"].split(",")[0] == "仿宋"


# ── Word: what stands where ──


def test_word_letter_reads_from_the_red_head_to_the_remark() -> None:
    said = [p.text for p in paragraphs(LETTER) if p.text]
    assert said == [
        "A类",
        "华亭市教育局文件",
        "华教函〔2026〕12号\t签发人：周建国",
        "关于市政协五届五次会议\n第087号提案的答复",
        "王芳委员：",
        "一、基本情况",
        "（一）加强领导。成立专班。",
        "斑马线已经划好。",
        "表1　按类别",
        "注：并入的不计。",
        "附件：1.整治方案",
        "2.设施清单",
        "华亭市教育局",
        "2026年3月5日",
        "（联系人：周科长　电话：0933-1234567）",
    ]
    assert paragraphs(LETTER)[0].alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.RIGHT


def test_word_red_line_lies_four_millimetres_below_the_number() -> None:
    lines = [p for p in paragraphs(LETTER) if p._p.pPr is not None and p._p.pPr.find(f"{W}pBdr") is not None]
    (line,) = lines
    bottom = attributes(line._p.pPr.find(f"{W}pBdr/{W}bottom"))
    assert (bottom["color"], bottom["sz"], bottom["space"]) == ("FF0000", "8", "0")
    assert round(line.paragraph_format.line_spacing.mm, 1) == 4


def test_word_imprint_floats_at_the_foot_between_its_rules() -> None:
    imprint = list(part(LETTER, "word/document.xml").iter(f"{W}tbl"))[-1]
    place = attributes(imprint.find(f"{W}tblPr/{W}tblpPr"))
    assert (place["vertAnchor"], place["tblpYSpec"]) == ("margin", "bottom")
    rules = imprint.find(f"{W}tblPr/{W}tblBorders")
    assert rules is not None
    # In eighths of a point: 0.35 mm, 0.35 mm, 0.25 mm.
    assert [(rule.tag.removeprefix(W), attributes(rule)["sz"]) for rule in rules] == [
        ("top", "8"),
        ("bottom", "8"),
        ("insideH", "6"),
    ]
    assert [text_of(row) for row in imprint.iter(f"{W}tr")] == [
        "抄送：政协华亭市委员会提案委员会，华亭市人民政府办公室。",
        "华亭市教育局办公室2026年3月6日印发",
    ]


def test_word_page_numbers_stand_outside() -> None:
    file = docx.Document(io.BytesIO(official.word(LETTER)))
    assert file.settings.odd_and_even_pages_header_footer
    section = file.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        (line,) = footer.paragraphs
        assert (line.text, line.style.font.size.pt) == ("— 1 —", 14)
        assert [e.text for e in line._p.iter(f"{W}instrText")] == ["PAGE"]
        assert attributes(line._p.pPr.ind)[f"{side}Chars"] == "100"


def test_word_table_repeats_its_head() -> None:
    table = docx.Document(io.BytesIO(official.word(LETTER))).tables[0]
    assert [[c.text for c in row.cells] for row in table.rows] == [
        ["类别", "件数"],
        ["城乡建设", "12"],
        ["合计", "21"],
    ]
    assert table.rows[0]._tr.trPr.find(f"{W}tblHeader") is not None
    widths = [attributes(c)["w"] for c in table._tbl.tblGrid]
    assert widths == ["5896", "2948"]


def test_word_leaves_out_what_is_empty() -> None:
    bare = official.OfficialDocument(title="通知", blocks=(official.Paragraph("正文。"),))
    assert [p.text for p in paragraphs(bare)] == ["通知", "", "正文。"]
    assert docx.Document(io.BytesIO(official.word(bare))).tables == []


def test_table_with_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="more or fewer cells"):
        official.Table(columns=(official.Column("甲"),), rows=(("1", "2"),))


# ── PDF ──


def test_pdf_says_the_same_as_word() -> None:
    said = squeezed(pdf_text(LETTER))
    for text in (
        "A类", "华亭市教育局文件", "华教函〔2026〕12号", "签发人：周建国", "王芳委员：", "成立专班。", "2.设施清单",
        "2026年3月5日", "联系人：周科长", "抄送：政协华亭市委员会提案委员会，华亭市人民政府办公室。", "—1—",
        "城乡建设12",
    ):  # fmt: skip
        assert text in said, text


def test_pdf_page_of_text_holds_22_lines_of_28_characters() -> None:
    full = official.OfficialDocument(
        title="测", blocks=(official.PageBreak(), official.Paragraph("政" * 28 * 44))
    )
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(official.pdf(full))).pages[1:]]
    lines = [[line for line in page.splitlines() if "政" in line] for page in pages]
    # Two characters of indent push two onto a last line of their own.
    assert [len(page) for page in lines] == [22, 22, 1]
    assert [len(line.strip()) for line in lines[0]] == [26, *[28] * 21]


def test_pdf_is_made_for_the_archive_and_brings_its_fonts() -> None:
    reader = PdfReader(io.BytesIO(official.pdf(LETTER)))
    assert b"pdfaid:part" in reader.trailer["/Root"]["/Metadata"].get_data()
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == (LETTER.title, LETTER.issuer)
    fonts = {str(f["/BaseFont"]) for page in reader.pages for f in _fonts(page)}
    assert {name.split("+")[1].split("-")[0] for name in fonts} == {"NotoSerifSC", "NotoSansSC"}


def test_files_are_dated_by_the_clock() -> None:
    # Half past seven in the evening before, in Greenwich.
    with clock.at(datetime(2026, 3, 5, 3, 30, tzinfo=clock.ZONE)):
        made = docx.Document(io.BytesIO(official.word(LETTER))).core_properties.created
        reader = PdfReader(io.BytesIO(official.pdf(LETTER)))
    assert made == datetime(2026, 3, 4, 19, 30, tzinfo=UTC)
    assert reader.metadata is not None
    assert reader.metadata.creation_date == made


def _fonts(page: Any) -> list[Any]:
    return [font.get_object() for font in page["/Resources"]["/Font"].values()]


def test_pages_show_the_red_head_and_the_imprint_at_the_foot() -> None:
    pages = [Image.open(io.BytesIO(page)).convert("RGB") for page in official.pages(LETTER)]
    first, last = pages[0], pages[-1]
    mm = first.width / 210
    red = [y for y in range(first.height) if _has_red(first, y)]
    # The mark is printed 72 mm below the edge (37 + 35); letters are smaller than their line.
    assert 72 <= red[0] / mm <= 78
    rules = [y for y in range(last.height) if _is_rule(last, y, mm)]
    assert rules, "no rule of the imprint"
    assert 260 <= rules[-1] / mm <= 262.5


def _has_red(page: Image.Image, y: int) -> bool:
    return any(page.getpixel((x, y)) == (255, 0, 0) for x in range(0, page.width, 2))


def _is_rule(page: Image.Image, y: int, mm: float) -> bool:
    dark = [page.getpixel((x, y)) for x in range(round(30 * mm), round(180 * mm), 3)]
    return all(sum(p) < 500 for p in dark)  # type: ignore[arg-type, misc]


# ── texts are texts ──


def everywhere(text: str) -> official.OfficialDocument:
    return official.OfficialDocument(
        title=text,
        red_head=text,
        document_number=text,
        signer=text,
        class_mark=text,
        addressee=text,
        blocks=(
            official.Heading(text, rest=text),
            official.Heading(text, 2),
            official.Paragraph(text),
            official.Table((official.Column(text),), ((text,),), caption=text, note=text),
            official.Facts((((text, text), (text, text)), ((text, text),))),
        ),
        attachments=(text, text),
        issuer=text,
        remarks=(text,),
        copies=(text,),
        printed_by=text,
    )


def test_hostile_text_is_printed_as_it_stands() -> None:
    paper = official.OfficialDocument(
        title="测", blocks=(official.Paragraph(HOSTILE), official.Heading(HOSTILE))
    )
    assert squeezed(pdf_text(paper)).count(squeezed(HOSTILE)) == 2
    assert [p.text for p in paragraphs(paper)][-2:] == [HOSTILE, HOSTILE]


def test_hostile_text_breaks_nothing_anywhere() -> None:
    paper = everywhere(HOSTILE)
    # Twelve places in the text, title and imprint apart.
    assert pdf_text(paper)
    assert len(official.word(paper)) > 10_000


@given(st.text(min_size=1, max_size=40))
@settings(max_examples=40)
def test_any_text_can_be_drawn(text: str) -> None:
    paper = everywhere(text)
    assert official.pdf(paper).startswith(b"%PDF")
    part(paper, "word/document.xml")


def test_clean_takes_out_what_no_document_can_hold() -> None:
    assert clean("甲\x00乙\x0b丙\u202e丁\u200b戊\ud800己\ufffe庚") == "甲乙丙丁戊己庚"
    # Rare characters of names stay.
    assert clean("𠀀𱍐\ue000") == "𠀀𱍐\ue000"


# ── what people paste ──


def test_lines_of_pasted_text_lose_the_layout_of_elsewhere() -> None:
    pasted = "　　您好：\r\n\r\n\xa0\xa0第 一 段　。\x0b第二段 GDP 增长 5%\u2028\t第三段"
    assert lines_of(pasted) == ["您好：", "第一段。", "第二段 GDP 增长 5%", "第三段"]


def test_blocks_of_text_find_headings() -> None:
    found = official.blocks_of(
        "一、基本情况\n（一）加强领导。成立专班。\n1.装灯。\n一、" + "长" * 50 + "。\n二是好的。"
    )
    assert found == (
        official.Heading("一、基本情况", 1),
        official.Heading("（一）加强领导。", 2, rest="成立专班。"),
        official.Paragraph("1.装灯。"),
        official.Paragraph("一、" + "长" * 50 + "。"),
        official.Paragraph("二是好的。"),
    )


@given(st.text(alphabet="政协提案办理情况的，。报告一", max_size=90), st.integers(5, 20))
def test_title_lines_lose_nothing_and_fit(title: str, most: int) -> None:
    lines = title_lines(title, most)
    assert "".join(lines) == clean(title)
    assert all(len(line) <= most for line in lines)


def test_title_lines_are_even_and_break_between_words() -> None:
    title = "政协华亭市第五届委员会第五次会议以来提案办理情况的报告"
    assert title_lines(title, 20) == ["政协华亭市第五届委员会", "第五次会议以来提案办理情况的报告"]


def test_numbers_of_headings() -> None:
    assert [official.number(1, n) for n in (1, 10, 11, 20, 35)] == [
        "一、",
        "十、",
        "十一、",
        "二十、",
        "三十五、",
    ]
    assert [official.number(level, 3) for level in (2, 3, 4)] == ["（三）", "3.", "（3）"]
