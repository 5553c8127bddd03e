"""A ring of at most five slices, told apart by tone and pattern, each with its entry in the key."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin
from typing import TYPE_CHECKING

from tongxin.readers.statistics.charts.scale import fitted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.readers.statistics.charts.marks import Mark

MOST_SLICES = 5
_CENTRE, _OUTER, _INNER = 112, 104, 64
_KEY_X, _KEY_TOP, _KEY_ROW = 276, 22, 46
# A gap between two slices, in radians, so that they part in black and white.
_GAP = 0.03


@dataclass(frozen=True, slots=True)
class Slice:
    """A piece of the ring with its entry in the key.

    Attributes:
        place: which tone or pattern it is filled with: 0 is the one that the title speaks of.
        path: its outline; empty for what has no size.
    """

    mark: Mark
    place: int
    path: str
    label: str
    key_y: int

    @property
    def text_y(self) -> int:
        """Where its value stands in the key."""
        return self.key_y + 12

    @property
    def label_y(self) -> int:
        """Where its name stands in the key."""
        return self.key_y + 31


@dataclass(frozen=True, slots=True)
class Ring:
    """A whole ring."""

    slices: Sequence[Slice]
    height: int
    width: int = 440
    centre: int = _CENTRE


def ring(marks: Sequence[Mark]) -> Ring:
    """Return a slice for each mark, clockwise from the top."""
    whole = float(sum(m.size for m in marks)) or 1.0
    begin, found = 0.0, []
    for n, mark in enumerate(marks):
        end = begin + 2 * pi * float(mark.size) / whole
        path = _slice(begin, end) if mark.size else ""
        label = fitted(mark.label, 440 - _KEY_X, is_small=True)
        found.append(Slice(mark, n, path, label, _KEY_TOP + n * _KEY_ROW))
        begin = end
    return Ring(found, max(2 * _CENTRE + 4, _KEY_TOP + _KEY_ROW * len(marks)))


def _slice(begin: float, end: float) -> str:
    # A whole ring would begin where it ends and be drawn as nothing.
    end = min(end, begin + 2 * pi - 0.001)
    gap = _GAP / 2 if 2 * _GAP < end - begin < 2 * pi - _GAP else 0
    begin, end = begin + gap, end - gap
    large = int(end - begin > pi)
    points = [_point(_OUTER, begin), _point(_OUTER, end), _point(_INNER, end), _point(_INNER, begin)]
    return (
        f"M{points[0]}A{_OUTER} {_OUTER} 0 {large} 1 {points[1]}"
        f"L{points[2]}A{_INNER} {_INNER} 0 {large} 0 {points[3]}z"
    )


def _point(radius: int, angle: float) -> str:
    return f"{_CENTRE + radius * sin(angle):.2f} {_CENTRE - radius * cos(angle):.2f}"
