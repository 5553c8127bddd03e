"""How far two groupings of the same people agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tongxin.consensus.reading import Ballots

ENOUGH_VOTES = 7


def adjusted_rand(one: np.ndarray, other: np.ndarray) -> float:
    """Return the adjusted Rand index: 1 the same groups, 0 as much as by chance."""
    _ids, one = np.unique(one, return_inverse=True)
    _ids, other = np.unique(other, return_inverse=True)
    table = np.zeros((one.max(initial=0) + 1, other.max(initial=0) + 1))
    np.add.at(table, (one, other), 1)
    together, rows, columns = (_pairs(counts) for counts in (table, table.sum(1), table.sum(0)))
    by_chance = rows * columns / max(_pairs(np.array([len(one)])), 1)
    most = (rows + columns) / 2
    return 1.0 if most == by_chance else float((together - by_chance) / (most - by_chance))


def agreement(ballots: Ballots, group: Mapping[int, int]) -> float:
    """Return how far groups agree with those that were published, over people with at least seven votes."""
    people, counts = np.unique(ballots.participants, return_counts=True)
    enough = set(people[counts >= ENOUGH_VOTES].tolist())
    both = [who for who in group if who in enough and who in ballots.published]
    return adjusted_rand(
        np.array([ballots.published[who] for who in both]), np.array([group[who] for who in both])
    )


def _pairs(counts: np.ndarray) -> float:
    return float((counts * (counts - 1) / 2).sum())
