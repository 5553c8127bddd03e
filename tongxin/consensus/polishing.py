"""Groups as the people stand, not as the points of the map happen to be cut.

How many groups there are is asked of the points. Their borders then come from k-means over the people themselves
(over the places where they stand), and the points are cut anew along them: a group stays a union of points, and over
the new points k-means rests where it rested over the people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tongxin.consensus.bases import MOST, ROUNDS, bases_of, from_left, places_of
from tongxin.consensus.grouping import Grouping, grouping_from, grouping_of
from tongxin.consensus.kmeans import best_of_starts, lloyd, middles, nearest_of

if TYPE_CHECKING:
    from tongxin.consensus.bases import Bases, Places
    from tongxin.consensus.results import Counts, Floats

_FEWEST: Final = 2
_TURNS: Final = 4
_APART: Final = 4.0
"""So many widths of the map groups are moved from each other while points are drawn within them."""


def map_of(xy: Floats) -> tuple[Bases, Grouping | None]:
    """Draws the points of the map and their groups; no groups where all stand in one place."""
    places = places_of(xy)
    bases = bases_of(xy, places)
    if len(bases.counts) < _FEWEST:
        return bases, None
    grouping = grouping_of(bases)
    if len(places.points) <= MOST:
        return bases, grouping
    return _cut_along_groups(xy, places, bases, grouping) or (bases, grouping)


def _cut_along_groups(
    xy: Floats, places: Places, bases: Bases, grouping: Grouping
) -> tuple[Bases, Grouping] | None:
    """Cuts the points along the borders that groups have among the people.

    Returns:
        The new points and their groups; None where another number of groups would then be best.
    """
    starts = {q: _middles(bases, groups) for q, groups in grouping.of.items()}
    k = grouping.best
    starts[k] = _centres_of_people(places, starts[k])
    of = _points_within_groups(places, bases, starts[k])
    cut = from_left(xy, of[places.of])
    anew = grouping_from(cut, {q: start[None] for q, start in starts.items()})
    return (cut, anew) if anew.best == k else None


def _centres_of_people(places: Places, centres: Floats) -> Floats:
    """Centres of k-means over the people: from those over the points, also turned round the middle of all."""
    middle = np.average(places.points, axis=0, weights=places.weights)
    angles = np.arange(_TURNS) * (np.pi / _TURNS)
    turns = np.stack([np.cos(angles), -np.sin(angles), np.sin(angles), np.cos(angles)], axis=1)
    starts = middle + np.einsum("rij,kj->rki", turns.reshape(-1, 2, 2), centres - middle)
    (found,) = best_of_starts(places.points, places.weights, starts, np.zeros(_TURNS, np.int64))
    return middles(places.points, places.weights, found, centres)


def _middles(bases: Bases, groups: Counts) -> Floats:
    return middles(
        bases.points, bases.counts.astype(np.float64), groups, np.zeros((int(groups.max()) + 1, 2))
    )


def _points_within_groups(places: Places, bases: Bases, centres: Floats) -> Counts:
    """Draws the people of each group into as many points as it had; the point of each place, none is empty.

    Groups lie on floors far above each other, so that the nearest point is always one of the own group.
    """
    height = _APART * float(np.ptp(places.points, axis=0).max())
    people, points = (
        np.column_stack((each, height * nearest_of(each, centres))) for each in (places.points, bases.points)
    )
    of = lloyd(people, places.weights, points, ROUNDS)[1]
    numbers: Counts = np.unique(of, return_inverse=True)[1].reshape(-1)
    return numbers
