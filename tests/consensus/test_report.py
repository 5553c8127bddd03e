"""A result as JSON: whole, finite, in the ids of the file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.consensus.small import MODERATED_OUT, SHARED, STATEMENTS, table, written
from tongxin.consensus import Votes, analyse
from tongxin.consensus.reading import read_comments, read_votes
from tongxin.consensus.report import report

if TYPE_CHECKING:
    from pathlib import Path

    from tongxin.consensus.reading import Ballots
    from tongxin.consensus.results import Result


def analysed(ballots: Ballots, moderated_out: list[int]) -> tuple[Result, Votes]:
    votes = Votes.from_arrays(
        ballots.participants, ballots.statements, ballots.values, all_statements=ballots.all_statements
    )
    return analyse(votes, moderated_out=moderated_out), votes


@pytest.fixture
def conversation(tmp_path: Path) -> tuple[Result, dict[str, Any]]:
    matrix, _votes, listed = written(tmp_path)
    ballots, comments = read_votes(matrix), read_comments(listed)
    result, votes = analysed(ballots, ballots.numbers_of(comments.moderated_out))
    return result, report(result, votes, ballots, comments.texts)


def test_report_is_json_without_infinite_numbers(conversation: tuple[Result, dict[str, Any]]) -> None:
    _result, found = conversation
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_everybody_who_voted_is_listed_and_who_voted_too_little_stands_nowhere(
    conversation: tuple[Result, dict[str, Any]],
) -> None:
    result, found = conversation
    nowhere = {one["id"] for one in found["participants"] if one["group"] is None}
    assert [one["id"] for one in found["participants"]] == sorted(table())
    assert nowhere == {5, 17, 33}
    assert all(
        (one["x"] is None) == (one["id"] in nowhere) == (one["y"] is None) for one in found["participants"]
    )
    placed = [one for one in found["participants"] if one["id"] not in nowhere]
    assert [(one["x"], one["y"]) for one in placed] == [tuple(xy) for xy in result.xy.tolist()]
    assert [one["group"] for one in placed] == result.group.tolist()


def test_groups_points_and_people_count_the_same(conversation: tuple[Result, dict[str, Any]]) -> None:
    result, found = conversation
    sizes = {group["id"]: group["size"] for group in found["groups"]}
    people = [one["group"] for one in found["participants"] if one["group"] is not None]
    points = {
        group: sum(p["count"] for p in found["base_clusters"] if p["group"] == group) for group in sizes
    }
    assert found["k"] == len(sizes) == result.k == 2
    assert sizes == {group: people.count(group) for group in sizes} == points
    assert found["silhouette"] == {str(k): value for k, value in result.silhouettes.items()}
    assert [point["id"] for point in found["base_clusters"]] == list(range(len(found["base_clusters"])))


def test_statements_hold_the_counts_of_the_file(conversation: tuple[Result, dict[str, Any]]) -> None:
    _result, found = conversation
    votes = table()
    for statement in found["statements"]:
        given = [answers[statement["id"]] for answers in votes.values() if statement["id"] in answers]
        assert [statement[key] for key in ("agrees", "disagrees", "passes", "votes")] == [
            given.count(1),
            given.count(-1),
            given.count(0),
            len(given),
        ]
    assert [statement["id"] for statement in found["statements"]] == list(range(STATEMENTS))
    assert [s["id"] for s in found["statements"] if s["moderated_out"]] == [MODERATED_OUT]
    assert found["statements"][3]["text"] == "意见3， 第二行"


def test_statements_hold_a_row_for_each_group_with_its_formulas(
    conversation: tuple[Result, dict[str, Any]],
) -> None:
    _result, found = conversation
    for statement in found["statements"]:
        rows = statement["groups"]
        assert [row["group"] for row in rows] == [0, 1]
        for row, rest in ((rows[0], rows[1]), (rows[1], rows[0])):
            assert row["votes"] == row["agrees"] + row["disagrees"] + row["passes"]
            pa, pd = (row["agrees"] + 1) / (row["votes"] + 2), (row["disagrees"] + 1) / (row["votes"] + 2)
            assert (row["pa"], row["pd"]) == pytest.approx((pa, pd), abs=1e-12)
            assert row["ra"] == pytest.approx(pa / ((rest["agrees"] + 1) / (rest["votes"] + 2)), abs=1e-12)
            leaning = statement["repness"][str(row["group"])]
            way = "agree" if row["rat"] > row["rdt"] else "disagree"
            numbers = (row["ra"], row["rat"]) if way == "agree" else (row["rd"], row["rdt"])
            assert (leaning["direction"], leaning["repness"], leaning["repness_test"]) == (way, *numbers)
        assert statement["consensus"] == pytest.approx(np.prod([row["pa"] for row in rows]), abs=1e-12)


def test_lists_name_statements_and_directions(conversation: tuple[Result, dict[str, Any]]) -> None:
    result, found = conversation
    assert found["consensus"]["agree"][0]["statement"] == SHARED
    assert set(found["representative"]) == {"0", "1"}
    for group, listed in found["representative"].items():
        ours = result.representative[int(group)]
        words = {1: "agree", -1: "disagree"}
        assert [(one["statement"], one["direction"]) for one in listed] == [
            (one.statement, words[one.direction]) for one in ours
        ]


def test_ids_of_text_come_back_as_text(tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    rows = [f"p{who},s{what},{value}" for who, given in table().items() for what, value in given.items()]
    path.write_text("voter-id,comment-id,vote\n" + "\n".join(rows) + "\n")
    ballots = read_votes(path)
    result, votes = analysed(ballots, [])
    found = report(result, votes, ballots)
    assert {one["id"] for one in found["participants"]} == {f"p{who}" for who in table()}
    assert {one["id"] for one in found["statements"]} == {f"s{what}" for what in range(STATEMENTS)}
    assert found["consensus"]["agree"][0]["statement"] == f"s{SHARED}"
    assert {one["text"] for one in found["statements"]} == {None}


def test_nobody_voted_is_said_and_statements_stand(tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    path.write_text("participant,0,1\n")
    ballots = read_votes(path)
    result, votes = analysed(ballots, [])
    found = report(result, votes, ballots)
    assert (found["too_little"], found["participants"], found["people"], found["votes"]) == (
        "no_votes",
        [],
        0,
        0,
    )
    assert [statement["votes"] for statement in found["statements"]] == [0, 0]
