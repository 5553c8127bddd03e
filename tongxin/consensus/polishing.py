"""Groups as the people stand, not as the points of the map happen to be cut.

How many groups there are is asked of the points. Their borders then come from k-means over the people themselves
(over the places where they stand), and the points are cut anew along them: a group stays a union of points, and over
the new points k-means rests where it rested over the people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tongxin.consensus.bases import MOST, bases_of, from_left, places_of
from tongxin.consensus.breathing import breathe
from tongxin.consensus.grouping import Grouping, grouping_of, silhouette_of
from tongxin.consensus.kmeans import best_of_starts, lloyd, middles, nearest_of

if TYPE_CHECKING:
    from tongxin.consensus.bases import Bases, Places
    from tongxin.consensus.results import Counts, Floats

_FEWEST: Final = 2
_TURNS: Final = 8
_ROUNDS: Final = 4


def map_of(xy: Floats) -> tuple[Bases, Grouping | None]:
    """Draws the points of the map and their groups; no groups where all stand in one place."""
    places = places_of(xy)
    many = len(places.points) > MOST
    bases = bases_of(xy, places, tight=False)
    if len(bases.counts) < _FEWEST:
        return bases, None
    grouping = grouping_of(bases)
    if not many:
        return bases, grouping
    cut = _cut_along_groups(xy, places, bases, grouping)
    if cut is None:
        bases = bases_of(xy, places, tight=True)
        return bases, grouping_of(bases)
    return cut


def _cut_along_groups(
    xy: Floats, places: Places, bases: Bases, grouping: Grouping
) -> tuple[Bases, Grouping] | None:
    """Cuts the points along the borders that groups have among the people.

    Returns:
        The new points and their groups; None where another number of groups would then be best.
    """
    k = grouping.best
    centres = _centres_of_people(places, bases, grouping.of[k])
    of = _points_within_groups(places, bases, centres)
    if of is None:
        return None
    cut = from_left(xy, of[places.of])
    before, now = bases.counts.astype(np.float64), cut.counts.astype(np.float64)
    starts = {q: middles(bases.points, before, groups, np.zeros((q, 2))) for q, groups in grouping.of.items()}
    starts[k] = centres
    groups = {q: best_of_starts(cut.points, now, start[None]) for q, start in starts.items()}
    apart = np.sqrt(np.square(cut.points[:, None, :] - cut.points[None, :, :]).sum(2))
    silhouettes = {q: silhouette_of(apart, each) for q, each in groups.items()}
    if max(silhouettes, key=silhouettes.__getitem__) != k:
        return None
    return cut, Grouping(groups, silhouettes, k)


def _points_within_groups(places: Places, bases: Bases, centres: Floats) -> Counts | None:
    """Draws the people of each group into as many points as it had; the point of each place, none is empty."""
    group, own = nearest_of(places.points, centres), nearest_of(bases.points, centres)
    of = np.zeros(len(places.points), np.int64)
    for number in range(len(centres)):
        here = group == number
        start = bases.points[own == number]
        if not len(start) or not here.any():
            return None
        points, weights = places.points[here], places.weights[here]
        drawn = breathe(points, weights, *lloyd(points, weights, start, _ROUNDS))[1]
        of[here] = np.flatnonzero(own == number)[drawn]
    numbers: Counts = np.unique(of, return_inverse=True)[1].reshape(-1)
    return numbers


def _centres_of_people(places: Places, bases: Bases, groups: Counts) -> Floats:
    """Centres of k-means over the people: from those over the points, also turned round the middle of all."""
    k = int(groups.max()) + 1
    own = middles(bases.points, bases.counts.astype(np.float64), groups, np.zeros((k, 2)))
    middle = np.average(places.points, axis=0, weights=places.weights)
    angles = np.arange(_TURNS) * (np.pi / _TURNS)
    turns = np.stack([np.cos(angles), -np.sin(angles), np.sin(angles), np.cos(angles)], axis=1).reshape(
        -1, 2, 2
    )
    starts = middle + np.einsum("rij,kj->rki", turns, own - middle)
    found = best_of_starts(places.points, places.weights, starts)
    return middles(places.points, places.weights, found, own)
