"""Columns side by side: months, and the same months of the year before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tongxin.readers.statistics.charts.scale import every, length, width_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.readers.statistics.charts.marks import Mark

_WIDTH = 440
_BASE, _TOP = 176, 26
_GAP = 2
# Fewer columns than a year has months are not drawn wider.
_LEAST_STEPS = 12


@dataclass(frozen=True, slots=True)
class Column:
    """One column with its value above, its name below, and a narrower one beside it.

    Attributes:
        label: its name where there is room for it.
        text: its value where there is room for it.
        is_most: the chart speaks of it.
    """

    mark: Mark
    x: float
    width: float
    top: float
    height: float
    second_x: float
    second_width: float
    second_top: float
    second_height: float
    middle: float
    label: str
    text: str
    is_most: bool

    @property
    def text_y(self) -> float:
        """Where its value stands: above the column."""
        return round(self.top - 7, 1)


@dataclass(frozen=True, slots=True)
class Columns:
    """All columns of a chart."""

    rows: Sequence[Column]
    base: int = _BASE
    width: int = _WIDTH
    height: int = 208


def columns(marks: Sequence[Mark], names: Sequence[str], *, most: int | None = None) -> Columns:
    """Return where the columns stand, the tallest as tall as the drawing.

    Args:
        names: what stands below each.
        most: which one the title speaks of.
    """
    tallest = max((max(m.size, m.second_size) for m in marks), default=0)
    step = _WIDTH / max(len(marks), _LEAST_STEPS)
    is_paired = any(m.second is not None for m in marks)
    # Of each one's space: the column two parts, the one beside it one part, the rest is air.
    wide, narrow = (step * 0.46, step * 0.24) if is_paired else (step * 0.62, 0)
    gap = min(_GAP, step / 10) if is_paired else 0
    names_every = every(len(marks)) if len(marks) <= _LEAST_STEPS else every(len(marks), 8)
    is_tight = any(width_of(m.text) > step + 4 for m in marks)
    found = []
    for n, mark in enumerate(marks):
        left = n * step + (step - wide - narrow - gap) / 2
        x = left + narrow + gap
        tall, second = (length(v, tallest, _BASE - _TOP) for v in (mark.size, mark.second_size))
        found.append(
            Column(
                mark=mark,
                x=round(x, 1),
                width=round(wide, 1),
                top=round(_BASE - tall, 1),
                height=tall,
                second_x=round(left, 1),
                second_width=round(narrow, 1),
                second_top=round(_BASE - second, 1),
                second_height=second,
                middle=round(x + wide / 2, 1),
                label=names[n] if n % names_every == 0 else "",
                text=mark.text if mark.value and (n == most or not is_tight) else "",
                is_most=n == most,
            )
        )
    return Columns(found)
