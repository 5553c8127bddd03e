"""The same votes give the same result: in any order, on any number of processors."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.consensus.samples import arrays_of_camps
from tongxin.consensus import Votes, analyse

if TYPE_CHECKING:
    from tongxin.consensus.results import Result


def said(result: Result) -> bytes:
    """All that is decided, as text: groups, numbers of groups, rankings, the map to the last bit."""
    lists = [
        [
            (each.statement, each.direction)
            for group in sorted(result.representative)
            for each in result.representative[group]
        ],
        [each.statement for each in (*result.consensus.agree, *result.consensus.disagree)],
        np.argsort(-result.statements.priority, kind="stable").tolist(),
        result.group.tolist(),
        result.participants.tolist(),
        result.base.group.tolist(),
        result.k,
    ]
    return repr(lists).encode() + result.xy.tobytes() + result.base.x.tobytes()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_votes_in_another_order_give_the_same_to_the_last_bit(seed: int) -> None:
    people, statements, values = arrays_of_camps(people=500, statements=60, seed=seed)
    order = np.random.default_rng(seed).permutation(len(people))

    first = analyse(Votes.from_arrays(people, statements, values))
    second = analyse(Votes.from_arrays(people[order], statements[order], values[order]))

    assert said(first) == said(second)


def run(threads: int, order: int) -> list[str]:
    """In a process of its own, since libraries read the number of threads when they start."""
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    told = {**os.environ, **dict.fromkeys(names, str(threads))}
    root = Path(__file__).resolve().parents[2]
    asked = [sys.executable, "-m", "tests.consensus.test_determinism", str(order)]
    return subprocess.run(
        asked, env=told, cwd=root, check=True, capture_output=True, text=True
    ).stdout.split()


def test_number_of_threads_and_order_change_nothing() -> None:
    answers = [run(threads, order) for order, threads in enumerate((1, 2, 4))]

    assert answers[0] == answers[1] == answers[2]
    assert len(answers[0]) == 2


def main() -> None:
    for people, statements in ((300, 40), (5000, 300)):
        votes = arrays_of_camps(people=people, statements=statements, share=0.3, seed=8)
        order = np.random.default_rng(int(sys.argv[1])).permutation(len(votes[0]))
        result = analyse(Votes.from_arrays(*(column[order] for column in votes)))
        print(hashlib.sha256(said(result)).hexdigest())


if __name__ == "__main__":
    main()
