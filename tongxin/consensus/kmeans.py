"""Groups points of the plane around centres: k-means, weighted, with nothing left to chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tongxin.consensus.results import Counts, Floats

_ROUNDS: Final = 100
_MANY: Final = 12
"""From so many centres on the nearest is searched for in a tree."""


def lloyd(points: Floats, weights: Floats, centres: Floats, rounds: int = _ROUNDS) -> tuple[Floats, Counts]:
    """Moves centres to the middle of their points until nothing changes; (centres, nearest centre of each point)."""
    nearest = np.full(len(points), -1)
    for _round in range(rounds):
        before, nearest = nearest, nearest_of(points, centres)
        if (before == nearest).all():
            break
        centres = middles(points, weights, nearest, centres)
    return centres, nearest


def nearest_of(points: Floats, centres: Floats) -> Counts:
    """For each point the nearest centre."""
    if len(centres) >= _MANY:
        found: Counts = np.asarray(cKDTree(centres).query(points)[1], np.int64)
        return found
    return np.square(points[:, None, :] - centres[None, :, :]).sum(2).argmin(1)


def middles(points: Floats, weights: Floats, nearest: Counts, centres: Floats) -> Floats:
    """The middle of each centre's points; a centre without points stays where it is."""
    k = len(centres)
    mass = np.bincount(nearest, weights, k)
    sums = np.stack([np.bincount(nearest, weights * points[:, axis], k) for axis in range(2)], axis=1)
    moved: Floats = np.where(mass[:, None] > 0.0, sums / np.maximum(mass, 1e-300)[:, None], centres)
    return moved


def inertia_of(points: Floats, weights: Floats, centres: Floats, nearest: Counts) -> float:
    """Weighted sum of squared distances to the nearest centre."""
    return float((weights * np.square(points - centres[nearest]).sum(1)).sum())


def split_start(points: Floats, weights: Floats, k: int) -> Floats:
    """Centres to start from: again and again the widest part is cut across its longest direction."""
    parts = [np.arange(len(points))]
    widths = [_width(points, weights)]
    while len(parts) < k:
        widest = int(np.argmax(widths))
        if widths[widest] <= 0.0:
            break
        members = parts[widest]
        upper = _cut(points[members], weights[members])
        halves = members[~upper], members[upper]
        if not len(halves[0]) or not len(halves[1]):
            widths[widest] = 0.0
            continue
        parts[widest] = halves[0]
        parts.append(halves[1])
        widths[widest], added = (_width(points[half], weights[half]) for half in halves)
        widths.append(added)
    return np.array([np.average(points[part], axis=0, weights=weights[part]) for part in parts])


def _width(points: Floats, weights: Floats) -> float:
    middle = np.average(points, axis=0, weights=weights)
    return float((weights * np.square(points - middle).sum(1)).sum()) if len(points) > 1 else 0.0


def _cut(points: Floats, weights: Floats) -> NDArray[np.bool_]:
    """Which points lie beyond the middle along the longest direction."""
    away = points - np.average(points, axis=0, weights=weights)
    xx, yy = ((weights * away[:, axis] ** 2).sum() for axis in range(2))
    xy = (weights * away[:, 0] * away[:, 1]).sum()
    angle = 0.5 * np.arctan2(2.0 * xy, xx - yy)
    along: NDArray[np.bool_] = away[:, 0] * np.cos(angle) + away[:, 1] * np.sin(angle) > 0.0
    return along


def best_of_starts(points: Floats, weights: Floats, starts: Floats) -> Counts:
    """k-means from many starts at once; for each point its centre in the tightest outcome.

    Args:
        points: n points.
        weights: Of each point.
        starts: r starts of k centres each; of equally tight outcomes the first is taken.
    """
    r, k = starts.shape[:2]
    offsets = (np.arange(r) * k)[:, None]
    mass = np.broadcast_to(weights, (r, len(points))).ravel()
    centres, nearest = starts, np.full((r, len(points)), -1)
    for _round in range(_ROUNDS):
        apart = np.square(points[None, :, None, :] - centres[:, None, :, :]).sum(3)
        before, nearest = nearest, apart.argmin(2)
        if (before == nearest).all():
            break
        at = (nearest + offsets).ravel()
        total = np.bincount(at, mass, r * k)
        sums = np.stack(
            [np.bincount(at, mass * np.tile(points[:, axis], r), r * k) for axis in range(2)], axis=1
        )
        moved = (sums / np.maximum(total, 1e-300)[:, None]).reshape(r, k, 2)
        centres = np.where((total > 0.0).reshape(r, k, 1), moved, centres)
    apart = np.square(points[None, :, :] - np.take_along_axis(centres, nearest[:, :, None], 1)).sum(2)
    inertia = (apart * weights).sum(1)
    best = int(np.flatnonzero(inertia <= inertia.min() * (1.0 + 1e-9))[0])
    return nearest[best]
