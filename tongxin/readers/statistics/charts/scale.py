"""Sizes and tones that the charts share, in units of a drawing that is 440 or 640 wide."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from decimal import Decimal

# The one thing that the title speaks of, the others, and what stands behind: told apart in grey by their
# lightness, and by hatching where two of them touch. tests/readers/statistics/test_charts.py measures them.
RED: Final = "#9c1c2c"
GREY: Final = "#857b70"
PALE: Final = "#b9aea1"
DARK: Final = "#59524b"
PAPER: Final = "#ffffff"

# Letters are larger on phones (frontend, .chart svg text): so wide is one there.
_HAN, _LATIN = 17.0, 9.8
_SMALL = 15 / 17
_HALF_WIDTH_ENDS = 0x2E80


def width_of(text: str, *, is_small: bool = False, size: float = _HAN) -> float:
    """Return how wide a text is on a phone at most, in units of the drawing."""
    wide = sum(_HAN if ord(letter) >= _HALF_WIDTH_ENDS else _LATIN for letter in text)
    return wide * size / _HAN * (_SMALL if is_small else 1)


def fitted(text: str, room: float, *, is_small: bool = False) -> str:
    """Return the text, cut to what there is room for."""
    if width_of(text, is_small=is_small) <= room:
        return text
    while text and width_of(text + "…", is_small=is_small) > room:
        text = text[:-1]
    return text + "…"


def length(value: int | Decimal, most: int | Decimal, longest: float) -> float:
    """Return how long a mark is drawn; a value that is there is never drawn as nothing."""
    if value <= 0 or most <= 0:
        return 0
    return round(max(float(value) / float(most) * longest, 1), 1)


def ticks(most: int | Decimal, parts: int = 4) -> list[int]:
    """Return round values for the lines behind a chart, from 0 to what is not below the greatest."""
    step = max(math.ceil(float(most) / parts), 1)
    size = 10 ** (len(str(step)) - 1)
    # 1, 2, 3, 5, 7, 10 and so on: what people count in.
    step = next(size * n for n in (1, 2, 3, 4, 5, 6, 7, 8, 10) if size * n >= step)
    return [step * n for n in range(max(math.ceil(float(most) / step), 1) + 1)]


def every(count: int, most: int = 12) -> int:
    """Return how many marks one label stands for, so that no more than so many are written."""
    return max(math.ceil(count / most), 1)
