"""Base clusters: the people of the map as at most a hundred points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from tongxin.consensus.kmeans import lloyd, split_start

if TYPE_CHECKING:
    from tongxin.consensus.results import Counts, Floats

MOST: Final = 100
_CELLS: Final = 4096
_SIDE: Final = 80
ROUNDS: Final = 4
_DIGITS: Final = 9


class Bases(NamedTuple):
    """Base clusters, from left to right.

    Attributes:
        points: Where they stand; one row each.
        counts: How many people are in each.
        of: The base cluster of each person.
    """

    points: Floats
    counts: Counts
    of: Counts


class Places(NamedTuple):
    """Where people stand: each place once.

    Attributes:
        points: One row each.
        weights: How many people stand there.
        of: The place of each person.
    """

    points: Floats
    weights: Floats
    of: Counts


def places_of(xy: Floats) -> Places:
    """Puts people who stand alike into one place; of very many people, those of one field of a fine grid."""
    of = _cells(xy)
    weights = np.bincount(of).astype(np.float64)
    points = np.stack([np.bincount(of, xy[:, axis]) / weights for axis in range(2)], axis=1)
    return Places(points, weights, of)


def bases_of(xy: Floats, places: Places) -> Bases:
    """Draws people who stand close together into one point; who stands alike is always in one."""
    of = places.of
    if len(places.points) > MOST:
        start = split_start(places.points, places.weights, MOST)
        of = lloyd(places.points, places.weights, start, ROUNDS)[1][of]
    return from_left(xy, of)


def _cells(xy: Floats) -> Counts:
    """Numbers the places where people stand; of very many places, the fields of a fine grid."""
    if len(xy) <= _CELLS:
        alike: Counts = np.unique(np.round(xy, _DIGITS) + 0.0, axis=0, return_inverse=True)[1].reshape(-1)
        return alike
    low, high = xy.min(0), xy.max(0)
    field = np.minimum((xy - low) / np.maximum(high - low, 1e-300) * _SIDE, _SIDE - 1).astype(np.int64)
    code = field[:, 0] * _SIDE + field[:, 1]
    cells: Counts = (np.cumsum(np.bincount(code) > 0) - 1)[code]
    return cells


def from_left(xy: Floats, of: Counts) -> Bases:
    """The clusters that hold anybody, ordered from left to right, then from below."""
    counts = np.bincount(of)
    held = np.flatnonzero(counts)
    points = np.stack([np.bincount(of, xy[:, axis])[held] / counts[held] for axis in range(2)], axis=1)
    order = np.lexsort((points[:, 1], points[:, 0]))
    number = np.zeros(len(counts), np.int64)
    number[held[order]] = np.arange(len(held))
    return Bases(points[order], counts[held[order]], number[of])
