"""Posters and door plates: what hangs on the wall of a place, as one PDF for one code or for hundreds.

Drawn by typst from ``posters.typ``. Names go in as data, so whatever stands in them comes out as text.
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import segno

from tongxin.capabilities.codes.addresses import code_url, short_address
from tongxin.capabilities.matters.models import Kind
from tongxin.foundation.core.official.compiler import compile_source
from tongxin.foundation.core.official.layout import MM_IN_POINT, SANS, SERIF
from tongxin.foundation.core.official.pasted import clean, title_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.capabilities.codes.models import AccessCode

_SOURCE = Path(__file__).with_name("posters.typ")

# A quarter of the modules may be scratched or covered before a code is lost (level Q), and the white rim that
# readers need is four modules wide: ISO/IEC 18004.
_CORRECTION: Final = "q"
_RIM_MODULES: Final = 4
# Space between lines, as a share of the size of the letters.
_LEADING: Final = 1.3

# What hangs in a village is Chinese, whoever prints it.
SLOGAN: Final = "扫一扫，说句话"
STEPS: Final = (
    "打开手机微信“扫一扫”，对准这个码。",
    "写下您要说的事，可以拍照，不用登录，不留姓名也行。",
    "记下回执码，随时来看这件事办到了哪一步。",
)
TALK_SLOGAN: Final = "扫码表态"
TALK_STEPS: Final = (
    "打开手机微信“扫一扫”，对准这个码。",
    "一条一条看别人的看法，点赞成、不赞成或者不好说，不用登录。",
    "答满七条，就能看大家都赞成什么；也可以写下您自己的看法。",
)
BY_HAND: Final = "不方便扫码，在手机浏览器里输入："


@dataclass(frozen=True, slots=True)
class Size:
    """One kind of poster.

    Attributes:
        key: as it stands in addresses and in ``posters.typ``.
        per_page: how many stand on one sheet of A4.
        name_width_mm: how wide the place's name may be, and
        name_height_mm: how high.
        name_points: the sizes that are tried for it, the largest first.
        address_points: the size of its address, one that fits a line and one that does not.
        address_line: how many characters of an address fit a line.
    """

    key: str
    per_page: int
    name_width_mm: float
    name_height_mm: float
    name_points: tuple[float, ...]
    address_points: tuple[float, float]
    address_line: int


A4: Final = Size("a4", 1, 166, 40, (46, 40, 34, 28, 24, 20, 17), (17, 14), 27)
PLATE: Final = Size("plate", 3, 86, 25, (30, 26, 22, 19, 16, 14, 12), (11, 8), 22)
SIZES: Final = {size.key: size for size in (A4, PLATE)}


def posters_pdf(codes: Sequence[AccessCode], size: Size) -> bytes:
    """Draw one poster for each code, in the order of the codes.

    Args:
        codes: in force, with their committee, node and matter.
        size: a whole sheet of A4 each, or door plates with marks to cut along.
    """
    data = {
        "size": size.key,
        "per_page": size.per_page,
        "serif": SERIF,
        "sans": SANS,
        "leading": _LEADING,
        "title": SLOGAN,
        "by_hand": BY_HAND,
        "posters": [_poster(code, size) for code in codes],
    }
    made: bytes = compile_source(_SOURCE, {"posters": json.dumps(data)}, format="pdf")
    return made


def code_picture(code: AccessCode) -> str:
    """Return the code as SVG, as large as what it stands in."""
    made = BytesIO()
    segno.make(code_url(code), error=_CORRECTION, micro=False).save(
        made, kind="svg", border=_RIM_MODULES, xmldecl=False, omitsize=True, dark="#000", light="#fff"
    )
    return made.getvalue().decode()


def picture_uri(code: AccessCode) -> str:
    """Return the code as the address of a picture, for a page."""
    return "data:image/svg+xml;base64," + b64encode(code_picture(code).encode()).decode()


def place_name(code: AccessCode) -> str:
    """Return what a code hangs at: the place's name, or the title of the event."""
    if code.node is not None:
        return str(code.node.name)
    return str(code.matter.title) if code.matter is not None else ""


def _poster(code: AccessCode, size: Size) -> dict[str, Any]:
    lines, points = _fitted(place_name(code), size)
    address = clean(code.node.address) if code.node is not None else ""
    is_talk = code.matter is not None and code.matter.kind == Kind.CONVERSATION
    return {
        "slogan": TALK_SLOGAN if is_talk else SLOGAN,
        "steps": TALK_STEPS if is_talk else STEPS,
        "lines": lines,
        "points": points,
        "address": address,
        "address_points": size.address_points[len(address) > size.address_line],
        "committee": clean(code.committee.name),
        "picture": code_picture(code),
        "short": short_address(code),
    }


def _fitted(name: str, size: Size) -> tuple[list[str], float]:
    """Return the lines of a name and the largest size in which all of them fit."""
    width, height = size.name_width_mm * MM_IN_POINT, size.name_height_mm * MM_IN_POINT
    for points in size.name_points:
        lines = title_lines(name, int(width / points))
        if len(lines) * points * _LEADING <= height:
            break
    return lines, points
