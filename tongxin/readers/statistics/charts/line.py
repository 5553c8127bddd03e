"""A trend: a line with round dots, another dashed one with square dots, and the area between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tongxin.foundation.core.wording import printed
from tongxin.readers.statistics.charts.scale import every, fitted, ticks, width_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from tongxin.readers.statistics.charts.marks import Mark

_WIDTH, _HEIGHT = 640, 320
_LEFT, _RIGHT, _TOP, _BASE = 44, 548, 14, 284
# Letters of a wide chart are larger still on phones.
_PHONE = 22.0
_NAME_ROOM = 132
_APART = 52
_MANY = 36
# A name does not stand higher, or it would leave the drawing.
_HIGHEST = 20.0


@dataclass(frozen=True, slots=True)
class Tick:
    """A line behind the chart, or a name below it; the `alt` ones go on phones."""

    at: float
    text: str
    is_alt: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of a line that opens its rows."""

    mark: Mark
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its points, and its name and last value at its end."""

    name: str
    dots: Sequence[Dot]
    end: str
    label_y: float

    @property
    def points(self) -> str:
        """The line, as SVG takes it."""
        return " ".join(f"{dot.x},{dot.y}" for dot in self.dots)

    @property
    def value_y(self) -> float:
        """Where the value stands: below the name."""
        return self.label_y + 24


@dataclass(frozen=True, slots=True)
class Line:
    """A whole trend."""

    first: Series
    second: Series | None
    levels: Sequence[Tick]
    names: Sequence[Tick]
    right: float
    radius: float
    is_filled: bool
    left: int = _LEFT
    base: int = _BASE
    width: int = _WIDTH
    height: int = _HEIGHT

    @property
    def between(self) -> str:
        """The area between both lines; empty where it means nothing."""
        if self.second is None or not self.is_filled:
            return ""
        back = " ".join(f"{dot.x},{dot.y}" for dot in reversed(self.first.dots))
        return f"{self.second.points} {back}"

    @property
    def label_x(self) -> float:
        """Where the names of the lines begin."""
        return self.right + 14

    @property
    def side(self) -> float:
        """How wide a square dot is."""
        return round(self.radius * 1.8, 1)

    @property
    def square(self) -> float:
        """How far a square dot begins before its point."""
        return round(self.radius * 0.9, 1)


def line(
    marks: Sequence[Mark],
    names: Sequence[str],
    series: Sequence[str],
    units: Sequence[str],
    *,
    is_filled: bool = False,
) -> Line:
    """Return where the points of one or two lines stand.

    Args:
        names: what stands below each point.
        series: what the lines are called, one or two.
        units: of their last values.
        is_filled: what lies between them means something.
    """
    has_second = len(series) > 1
    levels = ticks(max((max(m.size, m.second_size) for m in marks), default=0))
    ends = [marks[-1].text + units[0], marks[-1].second_text + units[-1]] if marks else ["", ""]
    tail = max(max(min(width_of(n), _NAME_ROOM), width_of(e)) for n, e in zip(series, ends, strict=False))
    right = min(_RIGHT, _WIDTH - 14 - tail * _PHONE / 17)
    step = (right - _LEFT) / max(len(marks) - 1, 1)
    xs = [round(_LEFT + n * step, 1) for n in range(len(marks))]

    def height(value: int | Decimal) -> float:
        return round(_BASE - float(value) / levels[-1] * (_BASE - _TOP), 1)

    first = [Dot(m, x, height(m.size)) for m, x in zip(marks, xs, strict=True)]
    second = [Dot(m, x, height(m.second_size)) for m, x in zip(marks, xs, strict=True)] if has_second else []
    at = _labels_at(
        first[-1].y if first else _BASE, (second[-1].y if second else _BASE) if has_second else None
    )
    shown = every(len(marks))
    return Line(
        first=Series(fitted(series[0], _NAME_ROOM), first, ends[0], at[0]),
        second=Series(fitted(series[1], _NAME_ROOM), second, ends[1], at[1]) if has_second else None,
        is_filled=is_filled,
        levels=[Tick(height(level), printed(level)) for level in levels],
        names=[Tick(x, names[n], is_alt=n // shown % 2 == 1) for n, x in enumerate(xs) if n % shown == 0],
        right=right,
        radius=4.5 if len(marks) <= _MANY else 2.5,
    )


def _labels_at(first: float, second: float | None) -> tuple[float, float]:
    """Return where the names stand: beside their ends, but apart from each other and within the drawing."""
    if second is None:
        return max(first - 2, _HIGHEST), 0.0
    upper, lower = sorted((first, second))
    middle = (upper + lower) / 2
    if lower - upper < _APART:
        upper, lower = middle - _APART / 2, middle + _APART / 2
    upper, lower = max(upper - 2, _HIGHEST), min(lower - 2, _BASE - 14.0)
    if lower - upper < _APART:
        upper, lower = (upper, upper + _APART) if upper <= _HIGHEST else (lower - _APART, lower)
    return (upper, lower) if first <= second else (lower, upper)
