"""Nothing that people may vote makes it fall over or say nonsense."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongxin.consensus import Conversation, TooLittle, Votes, analyse

if TYPE_CHECKING:
    from collections.abc import Callable

    from tongxin.consensus.results import Result


def finite(thing: object) -> bool:
    if isinstance(thing, np.ndarray):
        return bool(np.isfinite(thing.astype(float)).all())
    if isinstance(thing, float):
        return np.isfinite(thing)
    if isinstance(thing, dict):
        return all(finite(each) for each in thing.values())
    if isinstance(thing, tuple):
        return all(finite(each) for each in thing)
    if dataclasses.is_dataclass(thing):
        return all(finite(getattr(thing, field.name)) for field in dataclasses.fields(thing))
    return True


def sound(result: Result) -> Result:
    """Finite, and its parts fit together."""
    assert finite(result)
    assert len(result.group) == len(result.xy) == len(result.participants)
    assert sorted({*result.group.tolist()}) == list(range(result.k))
    assert [group.size for group in result.groups] == np.bincount(result.group, minlength=result.k).tolist()
    assert result.base.count.sum() == len(result.group)
    assert (result.too_little is None) == bool(result.silhouettes)
    assert result.statements.na.shape == (result.k, len(result.statements.id))
    return result


def table(people: int, statements: int, said: Callable[[int, int], int]) -> Votes:
    return Votes.from_iterable((i, j, said(i, j)) for i in range(people) for j in range(statements))


@pytest.mark.parametrize(
    ("votes", "why", "k"),
    [
        (Votes.from_iterable([]), TooLittle.NO_VOTES, 0),
        (Votes.from_iterable([], all_statements=[1, 2], all_participants=[5]), TooLittle.NO_VOTES, 0),
        (table(1, 1, lambda i, j: 1), TooLittle.ONE_STATEMENT, 1),
        (table(60, 1, lambda i, j: i % 3 - 1), TooLittle.ONE_STATEMENT, 1),
        (table(1, 9, lambda i, j: 1), TooLittle.TOO_FEW_PEOPLE, 1),
        (table(3, 9, lambda i, j: (i * j) % 3 - 1), TooLittle.TOO_FEW_PEOPLE, 1),
        (table(30, 9, lambda i, j: 0), TooLittle.EVERYONE_ALIKE, 1),
        (table(30, 9, lambda i, j: (-1) ** j), TooLittle.EVERYONE_ALIKE, 1),
        (table(30, 9, lambda i, j: (-1) ** i), None, 2),
    ],
)
def test_analysis_of_little_says_so(votes: Votes, why: TooLittle | None, k: int) -> None:
    result = sound(analyse(votes))

    assert (result.too_little, result.k) == (why, k)


def test_analysis_of_statements_all_moderated_out_says_so() -> None:
    votes = table(30, 9, lambda i, j: (-1) ** (i * j))

    result = sound(analyse(votes, moderated_out=range(9)))

    assert result.too_little is TooLittle.NO_VOTES
    assert result.consensus.agree == result.consensus.disagree == ()


def test_analysis_counts_statements_where_there_is_too_little() -> None:
    result = analyse(table(3, 2, lambda i, j: i - 1))

    assert result.statements.agrees.tolist() == result.statements.disagrees.tolist() == [1, 1]
    assert result.statements.votes.tolist() == [3, 3]


def test_analysis_of_a_statement_without_votes_is_sound() -> None:
    votes = table(30, 9, lambda i, j: (-1) ** (i // (j + 1)))
    wider = votes.with_votes([], [], [], all_statements=[20])

    result = sound(analyse(wider))

    assert result.statements.votes.tolist() == [30] * 9 + [0]


def test_analysis_of_equally_long_directions_is_sound() -> None:
    sound(analyse(table(20, 20, lambda i, j: 1 if i == j else -1)))
    sound(analyse(Votes.from_iterable([(i, i, 1) for i in range(30)])))


votes_lists = st.lists(
    st.tuples(st.integers(-3, 25), st.integers(0, 11), st.sampled_from([-1, 0, 1])), max_size=250
)


@settings(max_examples=40, deadline=None)
@given(votes_lists, st.sets(st.integers(0, 11), max_size=4), st.sets(st.integers(0, 11), max_size=2))
def test_analysis_of_anything_is_sound(
    cast: list[tuple[int, int, int]], out: set[int], meta: set[int]
) -> None:
    result = sound(analyse(Votes.from_iterable(cast), moderated_out=out, meta=meta))

    assert result.votes_count == len({(person, statement) for person, statement, _ in cast})
    assert not out & {each.statement for chosen in result.representative.values() for each in chosen}
    assert not out & {each.statement for each in (*result.consensus.agree, *result.consensus.disagree)}


@settings(max_examples=12, deadline=None)
@given(st.lists(votes_lists, max_size=6), st.sets(st.integers(0, 11), max_size=3))
def test_conversation_fed_with_anything_stays_sound(
    batches: list[list[tuple[int, int, int]]], out: set[int]
) -> None:
    conversation = Conversation()
    for batch in batches:
        sound(conversation.update(*np.array(batch, np.int64).reshape(-1, 3).T))
    sound(conversation.moderate(out))
