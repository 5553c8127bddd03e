"""What is shown of a count: nothing that fewer than ten stand behind, also not by subtracting."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tongxin.activities.conversations.counting.analysing import analysed
from tongxin.activities.conversations.counting.groups import grown_groups, lettered
from tongxin.activities.conversations.counting.snapshots import snapshot
from tongxin.activities.conversations.counting.texts import Texts
from tongxin.activities.conversations.selectors.map_picture import picture_of

_LEAST = 10


@st.composite
def _conversations(draw: st.DrawFn) -> tuple[list[str], Texts]:
    """Ballots of a few camps of any size with strays, some statements withdrawn, meta, or hardly seen."""
    statements = draw(st.integers(1, 9))
    signs = st.text("+-0.", min_size=0, max_size=statements)
    camps = draw(st.lists(st.tuples(signs, st.integers(0, 30)), max_size=4))
    strays = draw(st.lists(signs, max_size=12))
    ballots = [camp for camp, n in camps for _ in range(n)] + strays
    numbers = tuple(range(1, statements + 1))
    some = st.frozensets(st.sampled_from(numbers), max_size=2)
    said = sorted(ballot for ballot in ballots if ballot.strip("."))
    return said, Texts(numbers, draw(some), draw(some))


@settings(max_examples=300)
@given(_conversations())
def test_nothing_shown_is_about_fewer_than_ten(asked: tuple[list[str], Texts]) -> None:
    ballots, texts = asked
    result = snapshot(analysed(ballots, texts), texts, previous={})

    json.dumps(result, allow_nan=False)
    sizes = [group["size"] for group in result["groups"]]
    assert len(sizes) != 1
    assert all(size >= _LEAST for size in sizes)
    for row in result["statements"]:
        cells = [cell["votes"] for cell in row["groups"]]
        left = row["votes"] - sum(cells)
        assert all(n == 0 or n >= _LEAST for n in (row["votes"], *cells, left)), row
        for cell in (row, *row["groups"]):
            assert cell["agrees"] + cell["disagrees"] + cell["passes"] == cell["votes"]
    assert result["votes"] == sum(row["votes"] for row in result["statements"])
    for group in result["groups"]:
        points = [p["count"] for p in result["points"] if p["group"] == group["letter"]]
        assert (sum(points), min(points) >= 5) == (group["size"], True)


@settings(max_examples=150)
@given(_conversations())
def test_lists_name_only_what_the_table_tells(asked: tuple[list[str], Texts]) -> None:
    ballots, texts = asked
    result = snapshot(analysed(ballots, texts), texts, previous={})

    rows = {row["number"]: row for row in result["statements"]}
    named = [one["number"] for one in result["common"]] + result["divided"]
    named += [one["number"] for known in result["representative"].values() for one in known]
    assert all(rows[number]["votes"] >= _LEAST for number in named)
    assert not texts.out & set(named)
    if result["groups"]:
        assert all(rows[number]["consensus"] is not None for number in named)
        for one in result["common"]:
            key = "agrees" if one["direction"] == 1 else "disagrees"
            assert all(2 * cell[key] > cell["votes"] for cell in rows[one["number"]]["groups"])
        assert picture_of(result).marks


@settings(max_examples=100)
@given(_conversations(), st.randoms())
def test_order_of_ballots_changes_nothing(asked: tuple[list[str], Texts], chance: Any) -> None:
    ballots, texts = asked
    mixed = list(ballots)
    chance.shuffle(mixed)

    first = snapshot(analysed(ballots, texts), texts, previous={})
    assert snapshot(analysed(sorted(mixed), texts), texts, previous={}) == first


def test_small_group_goes_to_the_nearest() -> None:
    centres = np.array([(0.0, 0.0), (1.0, 0.0), (5.0, 0.0)])
    votes = np.array([[20, 20], [9, 9], [30, 30]])
    assert grown_groups([20, 9, 30], centres, votes) == [0, 0, 1]
    assert grown_groups([9, 9, 9], centres, votes // 4) == [-1, -1, -1]


def test_group_that_seldom_answers_is_not_shown_alone() -> None:
    centres = np.array([(0.0, 0.0), (1.0, 0.0), (5.0, 0.0)])
    votes = np.array([[20, 20, 20], [8, 7, 12], [30, 30, 30]])
    assert grown_groups([20, 12, 30], centres, votes) == [0, 0, 1]


def test_letters_follow_what_groups_say() -> None:
    cell = {"agrees": 9, "votes": 10}
    other = {"agrees": 1, "votes": 10}
    before = {
        "groups": [{"letter": "A"}, {"letter": "C"}],
        "statements": [{"number": 1, "groups": [cell, other]}],
    }
    assert lettered([{1: 0.1}, {1: 0.85}], [50, 20], before) == ["C", "A"]
    assert lettered([{1: 0.1}, {1: 0.5}, {1: 0.85}], [50, 30, 20], before) == ["C", "B", "A"]
    assert lettered([{1: 0.1}, {1: 0.85}], [20, 50], {}) == ["B", "A"]


def test_rest_of_few_is_left_out_of_the_total() -> None:
    """Thirty in two groups, and three who answered once: the total would say what these three answered."""
    ballots = sorted(["+" * 8 + "-" * 4] * 15 + ["-" * 4 + "+" * 8] * 15 + ["+"] * 3)
    texts = Texts(tuple(range(1, 13)), frozenset(), frozenset())
    row = snapshot(analysed(ballots, texts), texts, previous={})["statements"][0]

    assert (row["votes"], [cell["votes"] for cell in row["groups"]]) == (30, [15, 15])
