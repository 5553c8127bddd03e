"""Official documents in the layout of GB/T 9704-2012 (党政机关公文格式), as Word and as PDF.

A room describes a document once, as data, and gets both files from it::

    from tongxin.foundation.core import official

    paper = official.OfficialDocument(
        title="关于五届五次会议提案办理情况的报告",
        blocks=(
            official.Heading("一、基本情况", level=1),
            official.Paragraph("今年共收到提案87件，立案80件。"),
            official.Table(
                columns=(
                    official.Column("类别", share=2),
                    official.Column("件数", align="right"),
                ),
                rows=(("城乡建设", "12"), ("教育", "9"), ("合计", "21")),
                caption="表1　按类别",
                note="注：并入其他提案的不计。",
            ),
        ),
        issuer="政协华亭市委员会",
        issued_on=date(2026, 3, 5),
    )
    word: bytes = official.word(paper)
    pdf: bytes = official.pdf(paper)

Everything but ``title`` and ``blocks`` may be left out; what is left out takes no room. A report has no red
head, a letter has one. ``official.pages(paper)`` draws the PDF's pages as PNG, to look at.

**Blocks** ``Heading`` (levels 1 to 4: 黑体, 楷体, 仿宋, 仿宋; its number is part of its text, ``number(level, n)``
writes it), ``Paragraph`` (two characters of indent), ``Table`` (a list with a head that repeats on each page;
all cells are text), ``Facts`` (a form: labels and what belongs to them), ``PageBreak``.
``blocks_of(text)`` turns what somebody typed or pasted into paragraphs and headings.

A paragraph's words may be a tuple with ``Raised`` marks of notes among them. ``annex`` holds what follows the
signature, from a new page.

Texts are data: nothing in them is ever read as markup, and what no document can hold is taken out.

The fonts of the standard are named and not shipped: see ``layout.Face``.
"""

from tongxin.foundation.core.official.document import (
    Block,
    Column,
    Facts,
    Heading,
    OfficialDocument,
    PageBreak,
    Paragraph,
    Raised,
    Table,
    Words,
    number,
    written_date,
)
from tongxin.foundation.core.official.pasted import blocks_of
from tongxin.foundation.core.official.pdf import pages, pdf
from tongxin.foundation.core.official.word import word

__all__ = [
    "Block",
    "Column",
    "Facts",
    "Heading",
    "OfficialDocument",
    "PageBreak",
    "Paragraph",
    "Raised",
    "Table",
    "Words",
    "blocks_of",
    "number",
    "pages",
    "pdf",
    "word",
    "written_date",
]
