"""Groups points of the plane around centres: k-means, weighted, with nothing left to chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from tongxin.consensus.results import Counts, Floats

_ROUNDS: Final = 100
_FIRST: Final = 5
_STAYING: Final = 6
_FEW: Final = 2000
_EQUAL: Final = 1e-9
_MANY: Final = 12
"""From so many centres on the nearest is searched for in a tree."""
_WIDE: Final = 0.5
"""Parts are cut in one go with the widest one where they are at least so wide beside it."""


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
    sums = np.stack(
        [np.bincount(nearest, weights * points[:, axis], k) for axis in range(points.shape[1])], axis=1
    )
    moved: Floats = np.where(mass[:, None] > 0.0, sums / np.maximum(mass, 1e-300)[:, None], centres)
    return moved


def split_start(points: Floats, weights: Floats, k: int) -> Floats:
    """Centres to start from: again and again the widest parts are cut across their longest direction.

    Returns:
        k centres; fewer where the points lie in fewer places.
    """
    of = np.zeros(len(points), np.int64)
    middle = middles(points, weights, of, np.zeros((1, 2)))
    while True:
        away = points - middle[of]
        heavy = away * weights[:, None]
        xx, yy, xy = (
            np.bincount(of, heavy[:, i] * away[:, j], len(middle)) for i, j in ((0, 0), (1, 1), (0, 1))
        )
        width = xx + yy
        wide = np.argsort(-width, kind="stable")[: k - len(middle)]
        wide = wide[(width[wide] > 0.0) & (width[wide] >= _WIDE * width.max())]
        if not len(wide):
            break
        angle = 0.5 * np.arctan2(2.0 * xy, xx - yy)
        beyond = away[:, 0] * np.cos(angle)[of] + away[:, 1] * np.sin(angle)[of] > 0.0
        cut = np.arange(len(middle))
        cut[wide] = len(middle) + np.arange(len(wide))
        of = np.where(beyond, cut[of], of)
        middle = middles(points, weights, of, np.zeros((len(middle) + len(wide), 2)))
    return middle[np.bincount(of, minlength=len(middle)) > 0]


def best_of_starts(points: Floats, weights: Floats, starts: Floats, owner: Counts) -> list[Counts]:
    """k-means from many starts at once, for several questions; for each point its centre in the tightest outcome.

    After a few rounds only the tightest of each question go on to the end.

    Args:
        points: n points.
        weights: Of each point.
        starts: r starts of k centres each; those of fewer come first and are filled up with infinitely far ones.
        owner: The question, from 0, that each start belongs to, ascending.

    Returns:
        For each question the centre of each point; of equally tight outcomes the first.
    """
    centres, _nearest, inertia = _lloyd_of_all(points, weights, starts, _FIRST)
    order = np.lexsort((inertia, owner))
    place = np.arange(len(order)) - np.searchsorted(owner, owner[order])
    staying = np.sort(order[place < _STAYING])
    owner = owner[staying]
    _centres, nearest, inertia = _lloyd_of_all(points, weights, centres[staying], _ROUNDS)
    least = np.minimum.reduceat(inertia, np.flatnonzero(np.diff(owner, prepend=-1)))
    tightest = np.flatnonzero(inertia <= least[owner] * (1.0 + _EQUAL))
    return list(nearest[tightest[np.flatnonzero(np.diff(owner[tightest], prepend=-1))]])


def _lloyd_of_all(
    points: Floats, weights: Floats, starts: Floats, rounds: int
) -> tuple[Floats, Counts, Floats]:
    """Rounds of k-means from each start: centres, the nearest of each point, and the weighted sum of squares."""
    x, y = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
    centres, going = starts.copy(), np.arange(len(starts))
    nearest = np.full((len(starts), len(points)), -1)
    inertia = np.zeros(len(starts))
    for _round in range(rounds):
        now, apart = _nearest_of_all(x, y, centres[going])
        changed = (now != nearest[going]).any(1)
        nearest[going], inertia[going] = now, (apart * weights).sum(1)
        going, now = going[changed], now[changed]
        if not len(going):
            break
        centres[going] = _middles_of_all(x, y, weights, now, centres[going])
    return centres, nearest, inertia


def _nearest_of_all(x: Floats, y: Floats, centres: Floats) -> tuple[Counts, Floats]:
    """For each start and point the nearest centre, and how far it is (squared); starts of fewer centres come first."""
    nearest = np.zeros((len(centres), len(x)), np.int64)
    apart = np.full(nearest.shape, np.inf)
    for place in range(centres.shape[1]):
        have = slice(int(np.isinf(centres[:, place, 0]).sum()), None)
        far = np.square(x - centres[have, place, 0, None])
        far += np.square(y - centres[have, place, 1, None])
        np.copyto(nearest[have], place, where=far < apart[have])
        np.minimum(far, apart[have], out=apart[have])
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
