"""Sharing amounts out over spans of days so that every statement about some span holds.

A statement says how much there is in a run of cells. Running totals turn that into differences between two
numbers, and bounds on differences are solved exactly by shortest paths (Floyd and Warshall): there are whole
numbers, or there is a proof that there are none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tongxin.foundation.core.periods import Period

_FAR = 10**18
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Said:
    """In the cells from ``first`` up to ``last`` (without it) there is at least and at most so much."""

    first: int
    last: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Cells:
    """Spans of days side by side, the last one ending today.

    Attributes:
        edges: the first day of each, and the day after the last.
    """

    edges: tuple[date, ...]

    def __len__(self) -> int:
        return len(self.edges) - 1

    def days(self) -> list[int]:
        """Return how long each is."""
        return [(b - a).days for a, b in pairwise(self.edges)]

    def run(self, period: Period) -> tuple[int, int]:
        """Return which cells lie in a period that was among those that they were made of."""
        first = self.edges.index(period.since) if period.since else 0
        if period.until is None or period.until >= self.edges[-1]:
            return first, len(self)
        return first, self.edges.index(period.until + _DAY)


def cells_of(periods: Iterable[Period], today: date) -> Cells:
    """Return cells such that every period is a run of them; without any, last year and this one until today."""
    edges = {date(today.year - 1, 1, 1), today + _DAY}
    for period in periods:
        if period.since:
            edges.add(period.since)
        if period.until and period.until < today:
            edges |= {period.until + _DAY, period.since or date(period.until.year, 1, 1)}
    # What began in the middle of last year began with it: a part of a span is no reason to empty the rest.
    return Cells(tuple(sorted(edges)))


def share_out(
    lengths: Sequence[int],
    said: Sequence[Said],
    *,
    least: Sequence[int] = (),
    most: Sequence[int] = (),
) -> list[int] | None:
    """Return an amount for each cell so that all that is said holds; nothing where that cannot be.

    Amounts follow the lengths of the cells as far as what is said allows. Cells of which nothing is said get what
    they need.

    Args:
        lengths: how long each cell is.
        said: what is said of runs of cells.
        least, most: bounds of each single cell.
    """
    size = len(lengths)
    bounds = [*said]
    bounds += [Said(n, n + 1, least[n] if least else 0, most[n] if most else _FAR) for n in range(size)]
    far = _paths(size, bounds)
    if far is None:
        return None
    found: list[int] = []
    total = 0
    for n in range(size):
        wanted = total + _fair(n, lengths, said, least)
        # The running total after this cell, given those before it.
        total_now = min(max(wanted, -far[n + 1][0]), far[0][n + 1])
        found.append(total_now - total)
        total = total_now
        _fix(far, n + 1, total)
    return found


def _fair(n: int, lengths: Sequence[int], said: Sequence[Said], least: Sequence[int]) -> int:
    covering = [s for s in said if s.first <= n < s.last and s.most < _FAR]
    if not covering:
        return least[n] if least else 0
    shortest = min(covering, key=lambda s: s.last - s.first)
    whole = sum(lengths[shortest.first : shortest.last]) or 1
    return shortest.least * lengths[n] // whole


def _paths(size: int, bounds: Iterable[Said]) -> list[list[int]] | None:
    far = [[0 if a == b else _FAR for b in range(size + 1)] for a in range(size + 1)]
    for one in bounds:
        far[one.first][one.last] = min(far[one.first][one.last], one.most)
        far[one.last][one.first] = min(far[one.last][one.first], -one.least)
    for k in range(size + 1):
        for a in range(size + 1):
            for b in range(size + 1):
                far[a][b] = min(far[a][b], far[a][k] + far[k][b])
    return None if any(far[n][n] < 0 for n in range(size + 1)) else far


def _fix(far: list[list[int]], node: int, total: int) -> None:
    """Let the running total at a node be this and no other."""
    size = len(far)
    for a in range(size):
        for b in range(size):
            far[a][b] = min(far[a][b], far[a][node] - total + far[0][b], far[a][0] + total + far[node][b])
