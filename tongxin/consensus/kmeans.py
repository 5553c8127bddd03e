"""Groups points of the plane around centres: k-means, weighted, with nothing left to chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tongxin.consensus.results import Counts, Floats

_ROUNDS: Final = 100
_FEW: Final = 2000
_EQUAL: Final = 1e-9
_MANY: Final = 12
"""From so many centres on the nearest is searched for in a tree."""


def lloyd(points: Floats, weights: Floats, centres: Floats, rounds: int = _ROUNDS) -> tuple[Floats, Counts]:
    """Moves centres to the middle of their points; (centres, nearest centre of each point).

    It ends when no point changes its centre; of thousands, when next to none does.
    """
    nearest = np.full(len(points), -1)
    for _round in range(rounds):
        before, nearest = nearest, nearest_of(points, centres)
        if int((before != nearest).sum()) * _FEW <= len(points):
            break
        centres = middles(points, weights, nearest, centres)
    return centres, nearest


def nearest_of(points: Floats, centres: Floats) -> Counts:
    """For each point the nearest centre."""
    if len(centres) >= _MANY:
        found: Counts = np.asarray(cKDTree(centres).query(points)[1], np.int64)
        return found
    few: Counts = np.square(points[:, None, :] - centres[None, :, :]).sum(2).argmin(1)
    return few


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
    return np.array([_middle(points[part], weights[part]) for part in parts])


def halves(points: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """The middles of the two halves of a part that lies in at least two places."""
    upper = _cut(points, weights)
    return _middle(points[~upper], weights[~upper]), _middle(points[upper], weights[upper])


def _middle(points: Floats, weights: Floats) -> Floats:
    middle: Floats = (points * weights[:, None]).sum(0) / weights.sum()
    return middle


def _width(points: Floats, weights: Floats) -> float:
    if len(points) <= 1:
        return 0.0
    return float((weights * np.square(points - _middle(points, weights)).sum(1)).sum())


def _cut(points: Floats, weights: Floats) -> NDArray[np.bool_]:
    """Which points lie beyond the middle along the longest direction."""
    away = points - _middle(points, weights)
    xx, yy = (weights[:, None] * away**2).sum(0)
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
    x, y = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
    centres, going = starts.copy(), np.arange(len(starts))
    nearest = np.full((len(starts), len(points)), -1)
    inertia = np.zeros(len(starts))
    for _round in range(_ROUNDS):
        now, apart = _nearest_of_all(x, y, centres[going])
        changed = (now != nearest[going]).any(1)
        nearest[going], inertia[going] = now, (apart * weights).sum(1)
        going, now = going[changed], now[changed]
        if not len(going):
            break
        centres[going] = _middles_of_all(x, y, weights, now, centres[going])
    best = int(np.flatnonzero(inertia <= inertia.min() * (1.0 + _EQUAL))[0])
    groups: Counts = nearest[best]
    return groups


def _nearest_of_all(x: Floats, y: Floats, centres: Floats) -> tuple[Counts, Floats]:
    """For each start and point the nearest centre, and how far it is (squared)."""
    nearest = np.zeros((len(centres), len(x)), np.int64)
    apart = np.full(nearest.shape, np.inf)
    for place in range(centres.shape[1]):
        far = np.square(x - centres[:, place, 0, None])
        far += np.square(y - centres[:, place, 1, None])
        nearer = far < apart
        nearest[nearer] = place
        np.minimum(far, apart, out=apart)
    return nearest, apart


def _middles_of_all(x: Floats, y: Floats, weights: Floats, nearest: Counts, centres: Floats) -> Floats:
    """For each start the middles of its centres' points; a centre without points stays where it is."""
    r, k = centres.shape[:2]
    at = (nearest + (np.arange(r) * k)[:, None]).ravel()
    mass, across, up = (
        np.bincount(at, np.tile(each, r), r * k) for each in (weights, weights * x, weights * y)
    )
    moved = (np.stack((across, up), axis=1) / np.maximum(mass, 1e-300)[:, None]).reshape(r, k, 2)
    stayed: Floats = np.where((mass > 0.0).reshape(r, k, 1), moved, centres)
    return stayed
