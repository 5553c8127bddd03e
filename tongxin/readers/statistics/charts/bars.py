"""Horizontal bars, each with its name, value and share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tongxin.readers.statistics.charts.scale import fitted, length, width_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.readers.statistics.charts.marks import Mark

_WIDTH = 440
# Names stand before the bars; where one is longer than this, above them.
_LEAST_BEFORE, _MOST_BEFORE = 80, 172
_ROW, _TALL_ROW = 38, 60
_GAP = 8
# Behind the bar there is always so much room for its value.
_SHORTEST = 60


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its words."""

    mark: Mark
    label: str
    label_y: int
    x: int
    top: int
    width: float
    text_x: float
    text_y: int
    is_most: bool


@dataclass(frozen=True, slots=True)
class Bars:
    """All bars of a chart."""

    rows: Sequence[Bar]
    height: int
    width: int = _WIDTH


def bars(marks: Sequence[Mark], *, most: int | None = None) -> Bars:
    """Return where the bars stand, the longest as long as its words leave room for.

    Args:
        most: which one the title speaks of.
    """
    names = max((width_of(m.label) for m in marks), default=0)
    is_tall = names > _MOST_BEFORE
    x, row = (0, _TALL_ROW) if is_tall else (round(max(names, _LEAST_BEFORE)) + 12, _ROW)
    words = max((_words(m) for m in marks), default=0)
    longest = max(_WIDTH - x - _GAP - words, _SHORTEST)
    greatest = max((m.size for m in marks if not m.is_fold), default=0)
    found = []
    for n, mark in enumerate(marks):
        top = n * row + (29 if is_tall else 9)
        # Many small ones together are not as large as they would look beside single ones.
        wide = 0 if mark.is_fold else length(mark.size, greatest, longest)
        found.append(
            Bar(
                mark=mark,
                label=fitted(mark.label, _WIDTH),
                label_y=n * row + (20 if is_tall else 24),
                x=x,
                top=top,
                width=wide,
                text_x=round(x + wide + (_GAP if wide else 0), 1),
                text_y=top + 15,
                is_most=n == most,
            )
        )
    return Bars(found, row * len(found) + (4 if is_tall else 0))


def _words(mark: Mark) -> float:
    return width_of(mark.text) + (6 + width_of(mark.share, is_small=True) if mark.share else 0)
