"""An official document as PDF, and as pictures of its pages.

Typst draws it from ``official.typ``. The document goes in as data (JSON in ``sys.inputs``), never as source,
so no text can become markup, however it is written. The compiler sees no file but the fonts.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst

from tongxin.foundation.core.official import layout
from tongxin.foundation.core.official.compiler import compile_source
from tongxin.foundation.core.official.document import Facts, Heading, Paragraph, Table, written_date
from tongxin.foundation.core.official.pasted import clean, lines_of, runs_of, tidied, title_lines

if TYPE_CHECKING:
    from tongxin.foundation.core.official.document import Block, OfficialDocument, Words

_SOURCE = Path(__file__).with_name("official.typ")
# Reads well on a screen, four pages stay under a megabyte.
_PICTURE_DPI = 110.0
_FACES = {
    "fangsong": layout.FANGSONG,
    "xiaobiaosong": layout.XIAOBIAOSONG,
    "heiti": layout.HEITI,
    "kaiti": layout.KAITI,
    "songti": layout.SONGTI,
}


def pdf(paper: OfficialDocument) -> bytes:
    """Draw the document as PDF, fit for the archive (PDF/A-2b).

    A character that the fonts do not have is drawn as an empty box. The archive's format forbids that, so
    such a file is an ordinary PDF.
    """
    try:
        made: bytes = _compile(paper, format="pdf", pdf_standards="a-2b")
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        made = _compile(paper, format="pdf")
    return made


def pages(paper: OfficialDocument) -> list[bytes]:
    """Draw the document's pages as PNG."""
    made = _compile(paper, format="png", ppi=_PICTURE_DPI)
    return made if isinstance(made, list) else [made]


def _compile(paper: OfficialDocument, **how: Any) -> Any:  # noqa: ANN401 (typst's own options)
    return compile_source(_SOURCE, {"paper": json.dumps(_data(tidied(paper)))}, **how)


def _data(paper: OfficialDocument) -> dict[str, Any]:
    date = written_date(paper.issued_on) if paper.issued_on else ""
    issuer, red_head = paper.issuer, paper.red_head
    most = int(layout.TEXT_WIDTH_MM * layout.MM_IN_POINT / layout.TITLE)
    return {
        "layout": _measures(),
        "title": paper.title,
        "title_lines": title_lines(paper.title, most),
        "author": issuer,
        "class_mark": paper.class_mark,
        "red_head": red_head,
        "red_head_size": layout.red_head_points(red_head),
        "number": paper.document_number,
        "signer": paper.signer,
        "addressee": paper.addressee,
        "blocks": [_block(block) for block in paper.blocks],
        "annex": [_block(block) for block in paper.annex],
        "attachments": paper.attachments,
        "issuer": issuer,
        "issuer_from_right": layout.issuer_from_right(issuer, date),
        "date": date,
        "remarks": paper.remarks,
        "imprint": _imprint(paper),
    }


def _measures() -> dict[str, Any]:
    return {
        "page_width": layout.PAGE_WIDTH_MM,
        "page_height": layout.PAGE_HEIGHT_MM,
        "top": layout.TOP_MM,
        "left": layout.LEFT_MM,
        "right": layout.RIGHT_MM,
        "bottom": layout.BOTTOM_MM,
        "line": layout.LINE_POINTS,
        "character": layout.CHARACTER_POINTS,
        "body": layout.BODY,
        "title": layout.TITLE,
        "small": layout.SMALL,
        "cell": layout.CELL,
        "number": layout.NUMBER_MM,
        "red": f"#{layout.RED}",
        "red_line": layout.RED_LINE_MM,
        "red_head_from_top": layout.RED_HEAD_MM,
        "date_from_right": layout.DATE_FROM_RIGHT,
        "outer_rule": layout.OUTER_RULE_MM,
        "inner_rule": layout.INNER_RULE_MM,
        "label_share": layout.LABEL_SHARE,
        "faces": {key: {"fonts": [face.drawn], "stroke": face.stroke} for key, face in _FACES.items()},
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Heading):
        face = next(key for key, face in _FACES.items() if face is layout.OF_LEVEL[block.level])
        return {
            "kind": "heading",
            "text": clean(block.text),
            "rest": _runs(block.rest),
            "level": block.level,
            "face": face,
        }
    if isinstance(block, Paragraph):
        return {
            "kind": "paragraph",
            "runs": _runs(block.text),
            "indent": block.indent,
            "align": block.align,
        }
    if isinstance(block, Table):
        return {
            "kind": "table",
            "caption": clean(block.caption),
            "note": clean(block.note),
            "titles": [clean(column.title) for column in block.columns],
            "shares": [column.share for column in block.columns],
            "align": [column.align for column in block.columns],
            "rows": [[_cell(text) for text in row] for row in block.rows],
        }
    if isinstance(block, Facts):
        rows = [[{"label": clean(label), "lines": _cell(text)} for label, text in row] for row in block.rows]
        return {"kind": "facts", "rows": rows}
    return {"kind": "break"}


def _runs(words: Words) -> list[dict[str, Any]]:
    return [{"text": text, "raised": raised} for text, raised in runs_of(words)]


def _cell(text: str) -> list[str]:
    return lines_of(text) or [""]


def _imprint(paper: OfficialDocument) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    if paper.copies:
        rows.append({"left": "抄送：", "right": "，".join(paper.copies) + "。", "wide": True})
    if paper.printed_by:
        printed = f"{written_date(paper.printed_on)}印发" if paper.printed_on else ""
        rows.append({"left": paper.printed_by, "right": printed, "wide": False})
    return rows
