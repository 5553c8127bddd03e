"""Finds tighter clusters than k-means comes to rest in: where it is wide a centre is added, where idle one is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.spatial import cKDTree

from tongxin.consensus.kmeans import halves, inertia_of, lloyd

if TYPE_CHECKING:
    from tongxin.consensus.results import Counts, Floats

_DEPTH: Final = 12
_SHORT: Final = 4
_LAST: Final = 6
_WORK: Final = 3_000
_WORTH: Final = 1e-4


def breathe(points: Floats, weights: Floats, centres: Floats, nearest: Counts) -> tuple[Floats, Counts]:
    """Clusters at least as tight as the given ones; (centres, nearest centre of each point).

    A breath adds centres in the widest clusters and takes as many where they are missed least. What does not
    help is undone, and the next breath is shallower. The more points there are, the fewer breaths: there the
    first ones help most, and the start is better.
    """
    best = inertia_of(points, weights, centres, nearest)
    depth = _DEPTH
    for _breath in range(1 + _WORK // len(points)):
        if not depth:
            break
        wider, of = lloyd(points, weights, _widened(points, weights, centres, nearest, depth), _SHORT)
        fewer, of = lloyd(points, weights, _without_idle(points, weights, wider, len(centres)), _SHORT)
        tightness = inertia_of(points, weights, fewer, of)
        if tightness < best * (1.0 - _WORTH):
            centres, nearest, best = fewer, of, tightness
        else:
            depth //= 2
    return lloyd(points, weights, centres, _LAST)


def _widened(points: Floats, weights: Floats, centres: Floats, nearest: Counts, depth: int) -> Floats:
    """The centres, with two instead of one in the widest clusters."""
    width = np.bincount(nearest, weights * np.square(points - centres[nearest]).sum(1), len(centres))
    widest = np.argsort(-width, kind="stable")[:depth]
    grown, more = centres.copy(), [np.zeros((0, 2))]
    for centre in widest[width[widest] > 0.0]:
        mine = nearest == centre
        first, second = halves(points[mine], weights[mine])
        grown[centre] = first
        more.append(second[None])
    return np.concatenate((grown, *more))


def _without_idle(points: Floats, weights: Floats, centres: Floats, keep: int) -> Floats:
    """So many centres, without those that are missed least; of two neighbours only one is taken at a time."""
    far, of = cKDTree(centres).query(points, k=2)
    missed = np.bincount(of[:, 0], weights * (far[:, 1] ** 2 - far[:, 0] ** 2), len(centres))
    neighbour = cKDTree(centres).query(centres, k=2)[1][:, 1]
    leaving: list[int] = []
    spared: set[int] = set()
    order = np.argsort(missed, kind="stable").tolist()
    for centre in order:
        if len(centres) - len(leaving) > keep and centre not in spared:
            leaving.append(centre)
            spared.add(int(neighbour[centre]))
    return np.delete(centres, leaving, axis=0)[:keep]
