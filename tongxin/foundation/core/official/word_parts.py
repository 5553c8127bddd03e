"""What python-docx leaves to hand-written XML: grids, fonts, rules, floating tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt

from tongxin.foundation.core.official import layout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.foundation.core.official.layout import Face

_LATIN = "Times New Roman"
_FONT_TABLE = "application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml"
_EIGHTHS_IN_MM = layout.MM_IN_POINT * 8
_RULE = "4"  # half a point


def _element(tag: str, **attributes: object) -> Any:  # noqa: ANN401 (python-docx brings no types)
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    return made


def set_grid(section: Any, line_twentieths: int, character_4096ths: int) -> None:  # noqa: ANN401
    """Lay the page out in lines and characters (文档网格：指定行和字符网格)."""
    properties = section._sectPr  # noqa: SLF001 (python-docx has no other way)
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    properties.append(
        _element("w:docGrid", type="linesAndChars", linePitch=line_twentieths, charSpace=character_4096ths)
    )


def name_fonts(file: Any) -> None:  # noqa: ANN401
    """Say which fonts stand in for those of the standard where they are missing."""
    fonts = "".join(
        f'<w:font w:name="{face.name}"><w:altName w:val="{",".join(face.instead)}"/>'
        '<w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="default"/></w:font>'
        for face in layout.FACES
    )
    xml = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:fonts {nsdecls("w")}>{fonts}</w:fonts>'
    )
    for relation in list(file.part.rels.values()):
        if relation.reltype == RELATIONSHIP_TYPE.FONT_TABLE:
            del file.part.rels[relation.rId]
    part = Part(PackURI("/word/fontTable.xml"), _FONT_TABLE, xml.encode(), file.part.package)
    file.part.relate_to(part, RELATIONSHIP_TYPE.FONT_TABLE)
    defaults = file.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for child in list(defaults):
        defaults.remove(child)
    # Fonts of a theme would win over those that are named.
    defaults.append(_fonts(layout.FANGSONG))
    defaults.append(_element("w:lang", val="en-US", eastAsia="zh-CN"))


def set_language(file: Any) -> None:  # noqa: ANN401
    """Make the file one for Chinese text and a Word of today; python-docx begins with an English one of 2010."""
    settings = file.settings.element
    settings.find(qn("w:themeFontLang")).set(qn("w:eastAsia"), "zh-CN")
    settings.find(qn("w:characterSpacingControl")).set(qn("w:val"), "compressPunctuation")
    settings.find(qn("w:zoom")).set(qn("w:percent"), "100")
    for compat in settings.iter(qn("w:compatSetting")):
        if compat.get(qn("w:name")) == "compatibilityMode":
            compat.set(qn("w:val"), "15")
    package = file.part.package
    for relation in list(package.rels.values()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            del package.rels[relation.rId]


def _fonts(face: Face) -> Any:  # noqa: ANN401
    return _element("w:rFonts", ascii=_LATIN, hAnsi=_LATIN, eastAsia=face.name, cs=_LATIN, hint="eastAsia")


def add_style(file: Any, name: str, face: Face, points: float, *, outline: int = 0) -> None:  # noqa: ANN401
    """Give the file a style for paragraphs, and one for letters of the same font (name + 字)."""
    known = {style.name for style in file.styles}
    for kind, called in ((WD_STYLE_TYPE.PARAGRAPH, name), (WD_STYLE_TYPE.CHARACTER, f"{name}字")):
        style = file.styles[called] if called in known else file.styles.add_style(called, kind)
        style.hidden = False
        if kind == WD_STYLE_TYPE.PARAGRAPH and name != "Normal":
            style.base_style = file.styles["Normal"]
        properties = style.element.get_or_add_rPr()
        for old in properties.findall(qn("w:rFonts")):
            properties.remove(old)
        properties.insert(0, _fonts(face))
        style.font.size = Pt(points)
    if outline:
        paragraph = file.styles[name].element.get_or_add_pPr()
        paragraph.append(_element("w:outlineLvl", val=outline - 1))


def set_indent(
    paragraph: Any,  # noqa: ANN401
    *,
    first: float = 0,
    hanging: float = 0,
    left: float = 0,
    right: float = 0,
) -> None:
    """Indent a paragraph by whole or half characters of its own size."""
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001
    for old in properties.findall(qn("w:ind")):
        properties.remove(old)
    points = paragraph.style.font.size.pt
    made = {}
    for side, characters in (("firstLine", first), ("hanging", hanging), ("left", left), ("right", right)):
        if characters:
            made[f"{side}Chars"] = round(characters * 100)
            made[side] = round(characters * points * 20)
    indent = _element("w:ind", **made)
    properties._insert_ind(indent)  # noqa: SLF001


def free_of_grid(paragraph: Any) -> None:  # noqa: ANN401
    """Let a paragraph keep its own height instead of whole lines of the grid."""
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001
    snap = _element("w:snapToGrid", val="0")
    spacing = properties.find(qn("w:spacing"))
    if spacing is None:
        properties.append(snap)
    else:
        spacing.addprevious(snap)


def border_below(paragraph: Any, colour: str, *, points: float) -> None:  # noqa: ANN401
    """Draw a line under a paragraph, as wide as the text."""
    borders = _element("w:pBdr")
    borders.append(_element("w:bottom", val="single", sz=round(points * 8), space=0, color=colour))
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001
    after = [qn(f"w:{tag}") for tag in ("tabs", "snapToGrid", "spacing", "ind", "jc")]
    following = next((child for child in properties if child.tag in after), None)
    if following is None:
        properties.append(borders)
    else:
        following.addprevious(borders)


def add_field(paragraph: Any, code: str) -> None:  # noqa: ANN401
    """Add what Word works out itself, such as the number of the page."""
    for kind in ("begin", "instr", "separate", "text", "end"):
        run = paragraph.add_run()
        if kind == "instr":
            text = _element("w:instrText")
            text.text = code
            run._r.append(text)  # noqa: SLF001
        elif kind == "text":
            run.text = "1"
        else:
            run._r.append(_element("w:fldChar", fldCharType=kind))  # noqa: SLF001


def rule_table(table: Any, widths: Sequence[int]) -> None:  # noqa: ANN401
    """Rule a table on all sides and give its columns their widths, in twentieths of a point."""
    properties = table._tbl.tblPr  # noqa: SLF001
    _replace(properties, _element("w:tblW", w=sum(widths), type="dxa"))
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    _replace(properties, _borders(dict.fromkeys(sides, _RULE)))
    _replace(properties, _element("w:tblLayout", type="fixed"))
    for column, width in zip(table._tbl.tblGrid.findall(qn("w:gridCol")), widths, strict=True):  # noqa: SLF001
        column.set(qn("w:w"), str(width))
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            _replace(cell._tc.get_or_add_tcPr(), _element("w:tcW", w=width, type="dxa"))  # noqa: SLF001


# The order in which the format wants what a table says of itself.
_TABLE_ORDER = (
    "tblStyle", "tblpPr", "tblOverlap", "bidiVisual", "tblStyleRowBandSize", "tblStyleColBandSize", "tblW",
    "jc", "tblCellSpacing", "tblInd", "tblBorders", "shd", "tblLayout", "tblCellMar", "tblLook",
)  # fmt: skip


def _replace(parent: Any, child: Any) -> None:  # noqa: ANN401
    for old in parent.findall(child.tag):
        parent.remove(old)
    name = child.tag.rpartition("}")[2]
    later = _TABLE_ORDER[_TABLE_ORDER.index(name) + 1 :] if name in _TABLE_ORDER else ()
    following = next((c for c in parent if c.tag.rpartition("}")[2] in later), None)
    if following is not None:
        following.addprevious(child)
    elif name == "tcW":
        parent.insert(0, child)
    else:
        parent.append(child)


def _borders(eighths: dict[str, str]) -> Any:  # noqa: ANN401
    made = _element("w:tblBorders")
    for side, size in eighths.items():
        made.append(_element(f"w:{side}", val="single", sz=size, space=0, color="auto"))
    return made


def repeat_as_head(row: Any) -> None:  # noqa: ANN401
    """Repeat a row at the top of every page that its table runs over."""
    row._tr.get_or_add_trPr().append(_element("w:tblHeader"))  # noqa: SLF001


def float_at_foot(table: Any, width: int) -> None:  # noqa: ANN401
    """Set the imprint at the foot of the page on which the text ends (7.4), ruled as it shall be."""
    properties = table._tbl.tblPr  # noqa: SLF001
    _replace(
        properties,
        _element(
            "w:tblpPr",
            leftFromText=0,
            rightFromText=0,
            vertAnchor="margin",
            horzAnchor="margin",
            tblpXSpec="left",
            tblpYSpec="bottom",
        ),
    )
    _replace(properties, _element("w:tblW", w=width, type="dxa"))
    outer, inner = (str(round(mm * _EIGHTHS_IN_MM)) for mm in (layout.OUTER_RULE_MM, layout.INNER_RULE_MM))
    _replace(properties, _borders({"top": outer, "bottom": outer, "insideH": inner}))
    _replace(properties, _element("w:tblLayout", type="fixed"))
    margins = _element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w=0, type="dxa"))
    _replace(properties, margins)
    for column in table._tbl.tblGrid.findall(qn("w:gridCol")):  # noqa: SLF001
        column.set(qn("w:w"), str(width))
    for row in table.rows:
        _replace(row.cells[0]._tc.get_or_add_tcPr(), _element("w:tcW", w=width, type="dxa"))  # noqa: SLF001
