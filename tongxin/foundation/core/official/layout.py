"""The measures and fonts of GB/T 9704-2012, and what stands in where a font is missing.

Clauses in brackets. Sizes are points: 2号 22, 3号 16, 4号 14, 小4号 12.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Final

MM_IN_POINT: Final = 72 / 25.4

# The page (5.2.1): A4, 37 mm above and 28 mm to the left of a text area of 156 by 225 mm.
PAGE_WIDTH_MM: Final = 210
PAGE_HEIGHT_MM: Final = 297
TOP_MM: Final = 37
LEFT_MM: Final = 28
TEXT_WIDTH_MM: Final = 156
TEXT_HEIGHT_MM: Final = 225
RIGHT_MM: Final = PAGE_WIDTH_MM - LEFT_MM - TEXT_WIDTH_MM
BOTTOM_MM: Final = PAGE_HEIGHT_MM - TOP_MM - TEXT_HEIGHT_MM
# 22 lines of 28 characters (5.2.3).
LINES: Final = 22
CHARACTERS: Final = 28
# A hair less than a 22nd of the text area, in twentieths of a point, so that the last line still fits.
LINE_TWENTIETHS: Final = int(TEXT_HEIGHT_MM * MM_IN_POINT / LINES * 20)
LINE_POINTS: Final = LINE_TWENTIETHS / 20
CHARACTER_POINTS: Final = TEXT_WIDTH_MM * MM_IN_POINT / CHARACTERS

BODY: Final = 16
TITLE: Final = 22
SMALL: Final = 14
CELL: Final = 12
# The red head's upper edge is 35 mm below that of the text area (7.2.4).
RED_HEAD_MM: Final = 35
RED_HEAD_MOST: Final = 52
RED: Final = "FF0000"
# The red line lies 4 mm below the number (7.2.7).
RED_LINE_MM: Final = 4
# The page number's dashes lie 7 mm below the text area (7.5).
NUMBER_MM: Final = 7
# Characters between the date and the right edge (7.3.5.1).
DATE_FROM_RIGHT: Final = 4
# The label column of a form, as a share of a pair; not of the standard.
LABEL_SHARE: Final = 0.3
# Rules of the imprint: outer 0.35 mm, inner 0.25 mm (7.4.1).
OUTER_RULE_MM: Final = 0.35
INNER_RULE_MM: Final = 0.25


@dataclass(frozen=True, slots=True)
class Face:
    """A font of the standard.

    Attributes:
        name: as a Word file names it; offices have it installed.
        instead: what Word may take where it is missing, in this order.
        drawn: what a PDF is drawn with: the first that is there.
        stroke: points that letters are thickened by where the shipped font has no heavier cut.
    """

    name: str
    instead: tuple[str, ...]
    drawn: str
    stroke: float = 0


SERIF: Final = "Noto Serif SC"
SANS: Final = "Noto Sans SC"

FANGSONG: Final = Face("仿宋_GB2312", ("仿宋", "FangSong", "华文仿宋"), SERIF)
XIAOBIAOSONG: Final = Face("方正小标宋简体", ("方正小标宋_GBK", "华文中宋", "宋体"), SERIF, stroke=0.5)
HEITI: Final = Face("黑体", ("SimHei", "微软雅黑"), SANS)
KAITI: Final = Face("楷体_GB2312", ("楷体", "KaiTi", "华文楷体"), SERIF)
SONGTI: Final = Face("宋体", ("SimSun", "新宋体"), SERIF)
FACES: Final = (FANGSONG, XIAOBIAOSONG, HEITI, KAITI, SONGTI)
# First level 黑体, second 楷体, the others as the text (7.3.3).
OF_LEVEL: Final = {1: HEITI, 2: KAITI, 3: FANGSONG, 4: FANGSONG}


def red_head_points(text: str) -> float:
    """How large the red head may be so that it stays on one line."""
    return min(RED_HEAD_MOST, TEXT_WIDTH_MM * MM_IN_POINT / max(len(text), 1))


def issuer_from_right(issuer: str, date: str) -> float:
    """How many characters from the right edge the issuer ends: centred over the date (7.3.5.1).

    A long name comes no nearer to the edge than two characters.
    """
    # Figures are half as wide as letters, and between the two stands a quarter.
    wide = sum(0.5 if c.isascii() else 1 for c in date)
    wide += 0.25 * sum(a.isascii() != b.isascii() for a, b in itertools.pairwise(date))
    return max(2.0, DATE_FROM_RIGHT + (wide - len(issuer)) / 2)
