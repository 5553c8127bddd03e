"""An official document as a Word file."""

from __future__ import annotations

import io
from datetime import UTC
from typing import TYPE_CHECKING, Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.shared import Mm, Pt, RGBColor, Twips

from tongxin.foundation.core import clock
from tongxin.foundation.core.official import layout
from tongxin.foundation.core.official.document import (
    Facts,
    Heading,
    PageBreak,
    Paragraph,
    Table,
    written_date,
)
from tongxin.foundation.core.official.pasted import clean, lines_of, runs_of, tidied, title_lines
from tongxin.foundation.core.official.word_parts import (
    add_field,
    add_style,
    border_below,
    float_at_foot,
    free_of_grid,
    name_fonts,
    repeat_as_head,
    rule_table,
    set_grid,
    set_indent,
    set_language,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.foundation.core.official.document import Block, OfficialDocument, Words

_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
_LINE = Twips(layout.LINE_TWENTIETHS)
_TEXT_TWENTIETHS = round(layout.TEXT_WIDTH_MM * layout.MM_IN_POINT * 20)


def word(paper: OfficialDocument) -> bytes:
    """Draw the document as a .docx file."""
    made = _Word(tidied(paper))
    made.draw()
    out = io.BytesIO()
    made.file.save(out)
    return out.getvalue()


class _Word:
    """One file while it is being drawn."""

    def __init__(self, paper: OfficialDocument) -> None:
        self.paper = paper
        self.file: Any = docx.Document()
        self._set_up()

    def draw(self) -> None:
        self._head()
        self._title()
        if self.paper.addressee:
            self._line(f"{self.paper.addressee}：")
        for block in self.paper.blocks:
            self._block(block)
        self._attachments()
        self._signature()
        for remark in self.paper.remarks:
            self._line(f"（{remark}）", indent=2)
        self._annex()
        if self.paper.has_imprint:
            self._imprint()
        self._page_numbers()

    # The page, the styles and what the file says of itself.

    def _set_up(self) -> None:
        section = self.file.sections[0]
        section.page_width, section.page_height = Mm(layout.PAGE_WIDTH_MM), Mm(layout.PAGE_HEIGHT_MM)
        section.top_margin, section.bottom_margin = Mm(layout.TOP_MM), Mm(layout.BOTTOM_MM)
        section.left_margin, section.right_margin = Mm(layout.LEFT_MM), Mm(layout.RIGHT_MM)
        # The dashes stand in the middle of a line of 14 points.
        half_line = layout.SMALL / 2 / layout.MM_IN_POINT
        section.footer_distance = Mm(layout.BOTTOM_MM - layout.NUMBER_MM - half_line)
        # Characters are spaced from the width of a letter of the text, in 4096ths of a point.
        set_grid(section, layout.LINE_TWENTIETHS, round((layout.CHARACTER_POINTS - layout.BODY) * 4096))
        name_fonts(self.file)
        set_language(self.file)
        normal = self.file.styles["Normal"]
        add_style(self.file, "Normal", layout.FANGSONG, layout.BODY)
        normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        normal.paragraph_format.line_spacing = _LINE
        normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
        normal.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        # Every page is filled to its 22nd line.
        normal.paragraph_format.widow_control = False
        for level, face in layout.OF_LEVEL.items():
            add_style(self.file, f"公文标题{level}", face, layout.BODY, outline=level)
        add_style(self.file, "公文大标题", layout.XIAOBIAOSONG, layout.TITLE)
        add_style(self.file, "公文类别", layout.HEITI, layout.BODY)
        add_style(self.file, "公文红头", layout.XIAOBIAOSONG, layout.RED_HEAD_MOST)
        add_style(self.file, "公文签发人", layout.KAITI, layout.BODY)
        add_style(self.file, "公文版记", layout.FANGSONG, layout.SMALL)
        add_style(self.file, "公文页码", layout.SONGTI, layout.SMALL)
        add_style(self.file, "公文表格", layout.FANGSONG, layout.CELL)
        add_style(self.file, "公文表头", layout.HEITI, layout.CELL)
        says = self.file.core_properties
        says.title, says.author = self.paper.title, self.paper.issuer
        says.comments, says.last_modified_by, says.language = "", "", "zh-CN"
        says.created = says.modified = clock.now().astimezone(UTC).replace(tzinfo=None)

    def _line(self, text: str = "", *, style: str = "Normal", indent: float = 0, align: str = "") -> Any:  # noqa: ANN401
        made = self.file.add_paragraph(style=style)
        if text:
            made.add_run(text)
        if indent:
            set_indent(made, first=indent)
        if align:
            made.alignment = _ALIGN[align]
        return made

    # From the top of the first page.

    def _head(self) -> None:
        paper = self.paper
        if paper.class_mark:
            self._line(paper.class_mark, style="公文类别", align="right")
        if paper.red_head:
            self._red_head(paper.red_head)
        if paper.document_number or paper.signer:
            self._number_line()
        if paper.red_head:
            self._red_line()
        if paper.red_head or paper.document_number:
            self._line()

    def _red_head(self, text: str) -> None:
        made = self._line(text, style="公文红头", align="center")
        points = layout.red_head_points(text)
        run = made.runs[0]
        run.font.size, run.font.color.rgb = Pt(points), RGBColor.from_string(layout.RED)
        lines_above = 1 if self.paper.class_mark else 0
        above = layout.RED_HEAD_MM * layout.MM_IN_POINT - lines_above * layout.LINE_POINTS
        # Letters stand in the middle of their line.
        made.paragraph_format.space_before = Pt(above - points * 0.1)
        made.paragraph_format.line_spacing = Pt(points * 1.2)
        # The number stands two lines below (7.2.5).
        made.paragraph_format.space_after = Pt(2 * layout.LINE_POINTS)
        free_of_grid(made)

    def _number_line(self) -> None:
        paper = self.paper
        made = self._line(paper.document_number)
        if paper.signer:
            # Number at the left, signer at the right, each one character from the edge (7.2.6).
            made.alignment = WD_ALIGN_PARAGRAPH.LEFT
            set_indent(made, left=1, right=1)
            edge = Mm(layout.TEXT_WIDTH_MM) - Pt(layout.BODY)
            made.paragraph_format.tab_stops.add_tab_stop(edge, WD_TAB_ALIGNMENT.RIGHT)
            made.add_run("\t签发人：")
            made.add_run(paper.signer, style="公文签发人字")
        else:
            made.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def _red_line(self) -> None:
        made = self._line()
        made.paragraph_format.line_spacing = Pt(layout.RED_LINE_MM * layout.MM_IN_POINT)
        free_of_grid(made)
        border_below(made, layout.RED, points=1)

    def _title(self) -> None:
        made = self._line(style="公文大标题", align="center")
        most = int(layout.TEXT_WIDTH_MM * layout.MM_IN_POINT / layout.TITLE)
        for n, line in enumerate(title_lines(self.paper.title, most)):
            if n:
                made.add_run().add_break()
            made.add_run(line)
        made.paragraph_format.keep_with_next = True
        self._line()

    # The text.

    def _block(self, block: Block) -> None:
        if isinstance(block, Heading):
            self._heading(block)
        elif isinstance(block, Paragraph):
            self._runs(self._line(indent=2 if block.indent else 0, align=block.align), block.text)
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Facts):
            self._facts(block)
        elif isinstance(block, PageBreak):
            self._line().add_run().add_break(WD_BREAK.PAGE)

    def _heading(self, block: Heading) -> None:
        style = f"公文标题{block.level}"
        if not block.rest:
            self._line(clean(block.text), style=style, indent=2).paragraph_format.keep_with_next = True
            return
        # A heading of the outline would take the whole paragraph along.
        made = self._line(indent=2)
        made.add_run(clean(block.text), style=f"{style}字")
        self._runs(made, block.rest)

    def _runs(self, line: Any, words: Words) -> None:  # noqa: ANN401
        for text, is_raised in runs_of(words):
            run = line.add_run(text)
            if is_raised:
                run.font.superscript = True

    def _table(self, block: Table) -> None:
        if block.caption:
            caption = self._line(clean(block.caption), style="公文表头", align="center")
            caption.paragraph_format.keep_with_next = True
        shares = [column.share for column in block.columns]
        made = self._grid(1 + len(block.rows), shares)
        for cell, column in zip(made.rows[0].cells, block.columns, strict=True):
            self._cell(cell, column.title, style="公文表头", align="center")
        repeat_as_head(made.rows[0])
        for row, texts in zip(list(made.rows)[1:], block.rows, strict=True):
            for cell, text, column in zip(row.cells, texts, block.columns, strict=True):
                self._cell(cell, text, align=column.align)
        if block.note:
            self._line(clean(block.note), style="公文表格")
        else:
            self._line()

    def _facts(self, block: Facts) -> None:
        half = [layout.LABEL_SHARE, 1 - layout.LABEL_SHARE]
        made = self._grid(len(block.rows), half * 2)
        for row, pairs in zip(made.rows, block.rows, strict=True):
            cells = row.cells
            for n, (label, text) in enumerate(pairs):
                self._cell(cells[2 * n], label, style="公文表头", align="center")
                value = cells[1].merge(cells[3]) if len(pairs) == 1 else cells[2 * n + 1]
                self._cell(value, text)
        self._line()

    def _grid(self, rows: int, shares: Sequence[float]) -> Any:  # noqa: ANN401 (python-docx brings no types)
        made = self.file.add_table(rows=rows, cols=len(shares))
        widths = [round(_TEXT_TWENTIETHS * share / sum(shares)) for share in shares]
        rule_table(made, widths)
        return made

    def _cell(self, cell: Any, text: str, *, style: str = "公文表格", align: str = "left") -> None:  # noqa: ANN401
        for n, line in enumerate(lines_of(text) or [""]):
            made = cell.paragraphs[0] if n == 0 else cell.add_paragraph()
            made.style = self.file.styles[style]
            made.add_run(line)
            made.alignment = _ALIGN[align]

    # From the end of the text.

    def _attachments(self) -> None:
        names = self.paper.attachments
        if not names:
            return
        self._line()
        for n, name in enumerate(names, start=1):
            written = name if len(names) == 1 else f"{n}.{name}"
            made = self._line(f"附件：{written}" if n == 1 else written)
            set_indent(made, left=5, hanging=3 if n == 1 else 0)

    def _signature(self) -> None:
        issuer, day = self.paper.issuer, self.paper.issued_on
        date = written_date(day) if day else ""
        if not issuer and not date:
            return
        self._line()
        if issuer:
            made = self._line(issuer, align="right")
            set_indent(made, right=layout.issuer_from_right(issuer, date))
            made.paragraph_format.keep_with_next = True
        if date:
            set_indent(self._line(date, align="right"), right=layout.DATE_FROM_RIGHT)

    def _annex(self) -> None:
        if not self.paper.annex:
            return
        self._line().add_run().add_break(WD_BREAK.PAGE)
        for block in self.paper.annex:
            self._block(block)

    def _imprint(self) -> None:
        paper = self.paper
        made = self.file.add_table(rows=0, cols=1)
        rows = []
        if paper.copies:
            rows.append("抄送：" + "，".join(paper.copies) + "。")
        if paper.printed_by:
            printed = f"{written_date(paper.printed_on)}印发" if paper.printed_on else ""
            rows.append(f"{paper.printed_by}\t{printed}")
        for text in rows:
            line = made.add_row().cells[0].paragraphs[0]
            line.style = self.file.styles["公文版记"]
            set_indent(line, left=1, right=1)
            if text.startswith("抄送："):
                set_indent(line, left=4, right=1, hanging=3)
            edge = Mm(layout.TEXT_WIDTH_MM) - Pt(layout.SMALL)
            line.paragraph_format.tab_stops.add_tab_stop(edge, WD_TAB_ALIGNMENT.RIGHT)
            line.add_run(text)
        float_at_foot(made, _TEXT_TWENTIETHS)
        # A file may not end with a table.
        last = self._line()
        last.paragraph_format.line_spacing = Pt(1)
        free_of_grid(last)

    def _page_numbers(self) -> None:
        self.file.settings.odd_and_even_pages_header_footer = True
        section = self.file.sections[0]
        for footer, align in ((section.footer, "right"), (section.even_page_footer, "left")):
            footer.is_linked_to_previous = False
            line = footer.paragraphs[0]
            line.style = self.file.styles["公文页码"]
            line.alignment = _ALIGN[align]
            set_indent(line, **{align: 1})
            line.paragraph_format.line_spacing = Pt(layout.SMALL)
            line.add_run("— ")
            add_field(line, "PAGE")
            line.add_run(" —")
