"""How many groups there are, and which point of the map belongs to which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from tongxin.consensus.kmeans import best_of_starts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tongxin.consensus.bases import Bases
    from tongxin.consensus.results import Counts, Floats

_FEWEST: Final = 2
_MOST: Final = 5
_POINTS_A_GROUP: Final = 12
_STARTS: Final = 64
_EQUAL: Final = 1e-9


class Grouping(NamedTuple):
    """The groups of the points of the map, for every number of groups that was tried.

    Attributes:
        of: For each number of groups the group of each point.
        silhouettes: For each number of groups the mean silhouette.
        best: The number of groups with the best silhouette; of equally good ones the smallest.
    """

    of: Mapping[int, Counts]
    silhouettes: Mapping[int, float]
    best: int


def grouping_of(bases: Bases) -> Grouping:
    """Tries two to five groups, not more than the points allow."""
    weights = bases.counts.astype(np.float64)
    most = min(_MOST, _FEWEST + len(weights) // _POINTS_A_GROUP, len(weights))
    starts = _starts(bases.points, weights, most)
    return grouping_from(bases, {k: starts[:, :k] for k in range(_FEWEST, most + 1)})


def grouping_from(bases: Bases, starts: Mapping[int, Floats]) -> Grouping:
    """Tries these numbers of groups.

    Args:
        bases: The points of the map.
        starts: For each number k of groups some starts of k centres each.
    """
    apart = distances(bases.points)
    filled = np.full((sum(map(len, starts.values())), max(starts), 2), np.inf)
    owner = np.repeat(np.arange(len(starts)), [len(some) for some in starts.values()])
    for number, (k, some) in enumerate(starts.items()):
        filled[owner == number, :k] = some
    found = best_of_starts(bases.points, bases.counts.astype(np.float64), filled, owner)
    of = dict(zip(starts, found, strict=True))
    silhouettes = {k: silhouette_of(apart, groups) for k, groups in of.items()}
    top = max(silhouettes.values())
    return Grouping(of, silhouettes, min(k for k, s in silhouettes.items() if s >= top - _EQUAL))


def distances(points: Floats) -> Floats:
    """How far each point is from each."""
    apart: Floats = np.sqrt(np.square(points[:, None, :] - points[None, :, :]).sum(2))
    return apart


def silhouette_of(apart: Floats, groups: Counts) -> float:
    """Mean silhouette: how much nearer points are to their own group than to the next one; alone in a group: 0."""
    sizes = np.bincount(groups)
    number, own = len(groups), sizes[groups]
    sums = np.zeros((number, len(sizes)))
    for group in range(len(sizes)):
        sums[:, group] = apart[:, groups == group].sum(1)
    inside = sums[np.arange(number), groups] / np.maximum(own - 1, 1)
    outside = np.where(sizes > 0, sums / np.maximum(sizes, 1), np.inf)
    outside[np.arange(number), groups] = np.inf
    next_to = outside.min(1)
    wider = np.maximum(inside, next_to)
    each = np.where(
        (own > 1) & (wider > 0.0) & np.isfinite(next_to),
        (next_to - inside) / np.where(wider > 0.0, wider, 1.0),
        0.0,
    )
    return float(each.mean())


def _starts(points: Floats, weights: Floats, k: int) -> Floats:
    """Centres to start from, drawn far apart, always the same ones; the first of each start are a start of fewer."""
    chance = np.random.default_rng(k)
    square = np.square(distances(points))
    first = _drawn(weights[None, :].repeat(_STARTS, 0), chance)
    chosen, near = [first], square[first]
    for _next in range(k - 1):
        mass = near * weights
        empty = mass.sum(1) <= 0.0
        mass[empty] = weights
        following = _drawn(mass, chance)
        chosen.append(following)
        near = np.minimum(near, square[following])
    return points[np.stack(chosen, axis=1)]


def _drawn(mass: Floats, chance: np.random.Generator) -> Counts:
    """One place of each row, with a probability in proportion to its mass."""
    total = np.cumsum(mass, axis=1)
    point = chance.random(len(mass)) * total[:, -1]
    places: Counts = np.minimum((total <= point[:, None]).sum(1), mass.shape[1] - 1)
    return places
