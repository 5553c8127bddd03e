"""Nine real conversations that were gathered with Polis, beside the groups that Polis published.

The data (CC BY 4.0, The Computational Democracy Project) is not part of the repository.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.consensus_agreement import agreement
from tests.consensus.test_command import run
from tongxin.consensus import Votes, analyse
from tongxin.consensus.reading import Ballots, read_comments, read_votes
from tongxin.consensus.report import report

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "polis"

# The adjusted Rand index with the published groups that red-dwarf 0.4.0 reached (`python -m bench.consensus`,
# 2026-11-22, cut after three digits); people with at least seven votes, what was moderated out set to zero.
RED_DWARF = {
    "15-per-hour-seattle": 0.458,
    "american-assembly.bowling-green": 0.423,
    "austria-climate.5twd2jsnkf.2022-08-08": 0.953,
    "brexit-consensus": 0.635,
    "scoop-hivemind.taxes": 0.909,
    "vtaiwan.uberx": 0.825,
}
# Their published groups cannot be had from the final votes.
OTHERS = ("football-concussions", "london.youth.policing", "scoop-hivemind.ubi")
LEAST_MEAN = 0.70

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="shared/data/polis is not here")


def read(name: str, file: str = "participants-votes.csv") -> tuple[Ballots, list[int]]:
    ballots = read_votes(DATA / name / file)
    return ballots, ballots.numbers_of(read_comments(DATA / name / "comments.csv").moderated_out)


def analysed(name: str, file: str = "participants-votes.csv") -> tuple[Ballots, dict[str, Any]]:
    ballots, moderated_out = read(name, file)
    votes = Votes.from_arrays(
        ballots.participants, ballots.statements, ballots.values, all_statements=ballots.all_statements
    )
    return ballots, report(analyse(votes, moderated_out=moderated_out), votes, ballots)


def agreed(name: str) -> float:
    ballots, found = analysed(name)
    return agreement(
        ballots, {one["id"]: one["group"] for one in found["participants"] if one["group"] is not None}
    )


@pytest.mark.parametrize("name", [*RED_DWARF, *OTHERS])
def test_conversation_gives_whole_finite_results(name: str) -> None:
    ballots, found = analysed(name)
    json.dumps(found, allow_nan=False)
    people, counts = np.unique(ballots.participants, return_counts=True)
    clustered = [one["id"] for one in found["participants"] if one["group"] is not None]
    assert found["too_little"] is None
    assert [one["id"] for one in found["participants"]] == people.tolist()
    assert clustered == people[counts >= min(7, len(ballots.all_statements))].tolist()
    assert len(found["statements"]) == len(ballots.all_statements)
    assert sum(group["size"] for group in found["groups"]) == len(clustered)
    assert max(found["silhouette"], key=found["silhouette"].__getitem__) == str(found["k"])
    moderated = {one["id"] for one in found["statements"] if one["moderated_out"]}
    shown = [one["statement"] for of in found["representative"].values() for one in of]
    shown += [one["statement"] for of in found["consensus"].values() for one in of]
    assert moderated & set(shown) == set()


@pytest.mark.parametrize("name", sorted({*RED_DWARF, *OTHERS} - {"american-assembly.bowling-green"}))
def test_conversation_in_both_forms_is_the_same(name: str) -> None:
    matrix, listed = read_votes(DATA / name / "participants-votes.csv"), read_votes(DATA / name / "votes.csv")
    for column in ("participants", "statements", "values", "all_statements"):
        assert np.array_equal(getattr(matrix, column), getattr(listed, column))


@pytest.mark.parametrize("name", RED_DWARF)
def test_groups_agree_with_the_published_ones_as_much_as_red_dwarfs(name: str) -> None:
    assert agreed(name) >= RED_DWARF[name]


def test_groups_agree_with_the_published_ones_on_the_average() -> None:
    assert np.mean([agreed(name) for name in RED_DWARF]) >= LEAST_MEAN


def test_command_reads_a_conversation_as_it_was_exported(tmp_path: Path) -> None:
    folder = DATA / "scoop-hivemind.taxes"
    done = run(folder / "votes.csv", "--comments", folder / "comments.csv", "--json", "-", cwd=tmp_path)
    _ballots, found = analysed(folder.name)
    said = json.loads(done.stdout)
    for statement in said["statements"]:
        assert statement.pop("text") != ""
    for statement in found["statements"]:
        assert statement.pop("text") is None
    assert (done.returncode, said) == (0, found)
