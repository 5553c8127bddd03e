"""Geometry of the charts: what a template cannot work out, in units of the drawing."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.activities.proposals.reports.tables import Mark

_ROW = 38
_BAR_FROM = 116
_BAR_LONGEST = 220
_LABEL_CHARACTERS = 7
_CENTRE = 112
_OUTER, _INNER = 104, 64
_KEY_ROW = 52
# A gap between two slices, in radians, so that they part in black and white.
_GAP = 0.02


@dataclass(frozen=True, slots=True)
class Bar:
    """A horizontal bar with its words."""

    mark: Mark
    label: str
    top: int
    text_y: int
    width: float
    text_x: float
    is_longest: bool


@dataclass(frozen=True, slots=True)
class Slice:
    """A piece of a ring with its entry in the key."""

    mark: Mark
    path: str
    place: int
    key_y: int

    @property
    def key_text_y(self) -> int:
        """Where the words of the entry stand."""
        return self.key_y + 12

    @property
    def key_note_y(self) -> int:
        """Where the second line of the entry stands."""
        return self.key_y + 30


def bars(marks: Sequence[Mark], *, is_marked: bool) -> list[Bar]:
    """Return a bar for each mark, the longest as long as the drawing allows.

    Args:
        is_marked: the chart speaks of the longest one.
    """
    most = max((m.count for m in marks), default=0) or 1
    longest = next((n for n, m in enumerate(marks) if m.count == most), 0)
    return [
        Bar(
            mark=m,
            label=m.label if len(m.label) <= _LABEL_CHARACTERS else m.label[: _LABEL_CHARACTERS - 1] + "…",
            top=9 + n * _ROW,
            text_y=23 + n * _ROW,
            width=round(max(_BAR_LONGEST * m.count / most, 1), 1),
            text_x=round(_BAR_FROM + _BAR_LONGEST * m.count / most + 8, 1),
            is_longest=is_marked and n == longest,
        )
        for n, m in enumerate(marks)
    ]


def bars_height(marks: Sequence[Mark]) -> int:
    """Return how tall the drawing of these bars is."""
    return _ROW * len(marks)


def ring(marks: Sequence[Mark]) -> list[Slice]:
    """Return a slice for each mark, clockwise from the top."""
    whole = sum(m.count for m in marks) or 1
    begin, slices = 0.0, []
    for n, mark in enumerate(marks):
        end = begin + 2 * pi * mark.count / whole
        slices.append(Slice(mark, _slice(begin, end), n, 16 + n * _KEY_ROW))
        begin = end
    return slices


def ring_height(marks: Sequence[Mark]) -> int:
    """Return how tall the drawing is: the ring, or its key where that is longer."""
    return max(2 * _CENTRE + 4, 16 + _KEY_ROW * len(marks))


def _slice(begin: float, end: float) -> str:
    # A whole ring would begin where it ends and be drawn as nothing.
    end = min(end, begin + 2 * pi - _GAP)
    gap = _GAP / 2 if end - begin > _GAP else 0
    begin, end = begin + gap, end - gap
    large = int(end - begin > pi)
    points = [_point(_OUTER, begin), _point(_OUTER, end), _point(_INNER, end), _point(_INNER, begin)]
    return (
        f"M{points[0]}A{_OUTER} {_OUTER} 0 {large} 1 {points[1]}"
        f"L{points[2]}A{_INNER} {_INNER} 0 {large} 0 {points[3]}z"
    )


def _point(radius: int, angle: float) -> str:
    return f"{_CENTRE + radius * sin(angle):.1f} {_CENTRE - radius * cos(angle):.1f}"
