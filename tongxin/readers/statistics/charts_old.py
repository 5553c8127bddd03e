"""Geometry of the charts: what a template cannot work out, in units of the drawing (440 wide).

Every mark is a link and says its value, so a chart is read without colour, without a mouse and on paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTH = 440
_BASE, _TOP = 176, 26
_GAP = 2
_ROW = 38
_BAR_FROM = 116
_BAR_LONGEST = 240
_LABEL_CHARACTERS = 6


@dataclass(frozen=True, slots=True)
class Mark:
    """One value of a chart: what it is called, how many, and the list that holds exactly these.

    Attributes:
        before: the value of the year before, where the chart compares.
    """

    label: str
    count: int
    url: str = ""
    before: int = 0
    before_url: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A month: a column for this year and a narrower grey one for the year before."""

    mark: Mark
    x: float
    width: float
    top: float
    height: float
    before_x: float
    before_width: float
    before_top: float
    before_height: float
    middle: float
    is_most: bool

    @property
    def value_y(self) -> float:
        """Where its value stands: above the column."""
        return self.top - 7


@dataclass(frozen=True, slots=True)
class Bar:
    """A horizontal bar with its words."""

    mark: Mark
    label: str
    top: int
    text_y: int
    width: float
    text_x: float
    is_most: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its words and its table.

    Attributes:
        title: what it shows, as a sentence.
        note: what is counted.
        names: the headings of the table: what the marks are, what is counted, and the year before.
    """

    key: str
    title: str
    note: str
    names: tuple[str, ...]
    marks: Sequence[Mark]
    columns: Sequence[Column] = ()
    bars: Sequence[Bar] = ()

    @property
    def height(self) -> int:
        """How tall the drawing of the bars is."""
        return _ROW * len(self.bars)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(m.count or m.before for m in self.marks)


def columns(marks: Sequence[Mark]) -> list[Column]:
    """Return a column for each mark, those of the year before beside them, the tallest as tall as the drawing."""
    tallest = max((max(m.count, m.before) for m in marks), default=0) or 1
    most = max((m.count for m in marks), default=0)
    step = _WIDTH / max(len(marks), 1)
    # Of each month's space: this year's column two parts, the grey one one part, the rest is air.
    wide, narrow = step * 0.46, step * 0.24
    found = []
    for n, mark in enumerate(marks):
        left = n * step + (step - wide - narrow - _GAP) / 2
        height, before = _tall(mark.count, tallest), _tall(mark.before, tallest)
        found.append(
            Column(
                mark=mark,
                x=round(left + narrow + _GAP, 1),
                width=round(wide, 1),
                top=round(_BASE - height, 1),
                height=height,
                before_x=round(left, 1),
                before_width=round(narrow, 1),
                before_top=round(_BASE - before, 1),
                before_height=before,
                middle=round(left + narrow + _GAP + wide / 2, 1),
                is_most=bool(mark.count) and mark.count == most,
            )
        )
    return found


def bars(marks: Sequence[Mark]) -> list[Bar]:
    """Return a bar for each mark, the longest as long as the drawing allows."""
    most = max((m.count for m in marks), default=0) or 1
    return [
        Bar(
            mark=m,
            label=m.label if len(m.label) <= _LABEL_CHARACTERS else m.label[: _LABEL_CHARACTERS - 1] + "…",
            top=9 + n * _ROW,
            text_y=24 + n * _ROW,
            width=round(max(_BAR_LONGEST * m.count / most, 1), 1),
            text_x=round(_BAR_FROM + _BAR_LONGEST * m.count / most + 8, 1),
            is_most=m.count == most,
        )
        for n, m in enumerate(marks)
    ]


def _tall(count: int, tallest: int) -> float:
    return round((_BASE - _TOP) * count / tallest, 1) if count else 0
