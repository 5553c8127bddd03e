"""Votes by the dozen, of people who do not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tongxin.consensus import Votes

if TYPE_CHECKING:
    from tongxin.consensus.results import Counts, Floats


def arrays_of_camps(
    people: int = 240, statements: int = 30, camps: int = 3, share: float = 0.5, seed: int = 1
) -> tuple[Counts, Counts, Counts]:
    """Votes of camps that think differently, in no order; (participants, statements, values)."""
    chance = np.random.default_rng(seed)
    leaning = chance.random((camps, statements)) ** 2
    leaning = np.where(chance.random(leaning.shape) < 0.5, leaning, 1 - leaning)
    camp = np.arange(people) % camps
    seen = chance.random((people, statements)) < share
    rows, columns = np.nonzero(seen)
    draw = chance.random(len(rows))
    values = np.where(
        chance.random(len(rows)) < 0.12, 0, np.where(draw < leaning[camp[rows], columns], 1, -1)
    )
    order = chance.permutation(len(rows))
    return rows[order] * 7 + 3, columns[order] * 2 + 10, values[order].astype(np.int8)


def votes_of_camps(**given: float) -> Votes:
    return Votes.from_arrays(*arrays_of_camps(**given))


def dense(votes: Votes) -> Floats:
    """The table of votes with nan where nothing was voted."""
    table = np.full((len(votes.participants), len(votes.statements)), np.nan)
    for row in range(len(table)):
        cells = slice(votes.indptr[row], votes.indptr[row + 1])
        table[row, votes.columns[cells]] = votes.values[cells]
    return table


def agreement(first: Counts, second: Counts) -> float:
    """Adjusted Rand index of two groupings of the same people."""
    pairs = np.unique(np.stack([first, second]), axis=1, return_counts=True)[1]
    sizes = [np.unique(each, return_counts=True)[1] for each in (first, second)]

    def couples(counts: Counts) -> float:
        return float((counts * (counts - 1) / 2).sum())

    expected = couples(sizes[0]) * couples(sizes[1]) / couples(np.array([len(first)]))
    most = (couples(sizes[0]) + couples(sizes[1])) / 2
    return 1.0 if most == expected else (couples(pairs) - expected) / (most - expected)
