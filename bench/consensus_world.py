"""Votes for the consensus benchmark: an invented conversation of any size, always the same one.

    python -m bench.consensus_world FILE.npz PEOPLE VOTES STATEMENTS

Three groups of like opinion of different size; half of the statements divide them, some they share; a tenth of the
votes are passes; how many votes somebody gives is very uneven; the votes lie in no order.
"""

from __future__ import annotations

import sys
from math import gcd
from pathlib import Path

import numpy as np

SHARES = (0.5, 0.3, 0.2)
PASSES = 0.1
FEWEST = 2


def world(people: int, votes: int, statements: int, seed: int = 6) -> dict[str, np.ndarray]:
    """Return participants, statements and values, one each for every vote; no pair twice."""
    chance = np.random.default_rng(seed)
    group = chance.choice(len(SHARES), people, p=SHARES)
    agreeing = chance.beta(0.7, 0.7, (len(SHARES), statements))
    shared = chance.random(statements) < 0.5  # noqa: PLR2004 (half of them)
    agreeing[:, shared] = chance.beta(2, 1, int(shared.sum()))
    counts = _counts(chance, people, votes, statements)
    who = np.repeat(np.arange(people, dtype=np.int32), counts)
    what = _different(chance, counts, statements)
    leaning = agreeing[group[who], what]
    drawn = chance.random(len(who))
    values = np.where(drawn < PASSES, 0, np.where(chance.random(len(who)) < leaning, 1, -1)).astype(np.int8)
    order = chance.permutation(len(who))
    return {"participants": who[order], "statements": what[order], "values": values[order]}


def batches(
    votes: dict[str, np.ndarray], number: int, size: int, seed: int = 7
) -> list[dict[str, np.ndarray]]:
    """Return later votes: three quarters by people who are here, the rest by new ones."""
    chance = np.random.default_rng(seed)
    people, statements = int(votes["participants"].max()) + 1, int(votes["statements"].max()) + 1
    found = []
    for turn in range(number):
        here = chance.integers(0, people, size * 3 // 4)
        new = people + turn * size + chance.integers(0, size // 40, size - len(here))
        found.append(
            {
                "participants": np.concatenate((here, new)).astype(np.int32),
                "statements": chance.integers(0, statements, size).astype(np.int32),
                "values": chance.choice(np.array([-1, 0, 1, 1], np.int8), size),
            }
        )
    return found


def _counts(chance: np.random.Generator, people: int, votes: int, statements: int) -> np.ndarray:
    """How many votes each gives: many give few, some give nearly all; together exactly so many."""
    mean = votes / people
    raw = chance.gamma(1.2, mean / 1.2, people)
    counts = np.clip(raw.round().astype(np.int64), FEWEST, statements)
    while missing := votes - int(counts.sum()):
        able = np.flatnonzero((counts < statements) if missing > 0 else (counts > FEWEST))
        chosen = chance.choice(able, min(abs(missing), len(able)), replace=False)
        counts[chosen] += 1 if missing > 0 else -1
    return counts


def _different(chance: np.random.Generator, counts: np.ndarray, statements: int) -> np.ndarray:
    """Different statements for each person: strides around the circle of all."""
    strides = np.array([s for s in range(1, statements) if gcd(s, statements) == 1])
    first = chance.integers(0, statements, len(counts))
    stride = chance.choice(strides, len(counts))
    place = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    around: np.ndarray = (np.repeat(first, counts) + place * np.repeat(stride, counts)) % statements
    return around.astype(np.int32)


if __name__ == "__main__":
    np.savez(Path(sys.argv[1]), **world(*(int(word) for word in sys.argv[2:5])))
