import numpy as np
import pytest

from tests.consensus.samples import arrays_of_camps, dense
from tongxin.consensus import Votes

FIELDS = ("participants", "statements", "indptr", "columns", "values")


def same(first: Votes, second: Votes) -> bool:
    return all(
        getattr(first, name).dtype == getattr(second, name).dtype
        and np.array_equal(getattr(first, name), getattr(second, name))
        for name in FIELDS
    )


def test_votes_of_a_pair_twice_count_the_last() -> None:
    votes = Votes.from_iterable([(5, 9, 1), (5, 8, 0), (2, 9, 1), (5, 9, -1)])

    assert votes.participants.tolist() == [2, 5]
    assert votes.statements.tolist() == [8, 9]
    assert votes.indptr.tolist() == [0, 1, 3]
    assert votes.columns.tolist() == [1, 0, 1]
    assert votes.values.tolist() == [1, 0, -1]


def test_votes_pass_is_kept_and_missing_is_not() -> None:
    votes = Votes.from_iterable([(1, 1, 0), (2, 2, 1)])

    assert np.array_equal(dense(votes), [[0, np.nan], [np.nan, 1]], equal_nan=True)


def test_votes_people_and_statements_without_a_vote_are_kept_when_given() -> None:
    votes = Votes.from_iterable([(5, 9, 1)], all_statements=[3, 9, 12], all_participants=[1, 5, 8])

    assert votes.statements.tolist() == [3, 9, 12]
    assert votes.participants.tolist() == [1, 5, 8]
    assert votes.counts().tolist() == [0, 1, 0]
    assert votes.columns.tolist() == [1]


@pytest.mark.parametrize("wrong", [2, -2, 0.5, float("nan")])
def test_votes_other_than_three_are_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="-1, 0"):
        Votes.from_arrays([1], [1], [wrong])


def test_votes_ids_that_are_no_whole_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        Votes.from_arrays([1.5], [1], [1])


def test_votes_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="same length"):
        Votes.from_arrays([1, 2], [1], [1])


def test_votes_huge_ids_are_packed_like_small_ones() -> None:
    people, statements, values = arrays_of_camps()
    far = 2**62 - 10**9
    small = Votes.from_arrays(people, statements, values)
    huge = Votes.from_arrays(people * 10**12 - far, statements * 10**9, values)

    assert huge.participants.tolist() == (small.participants * 10**12 - far).tolist()
    assert huge.statements.tolist() == (small.statements * 10**9).tolist()
    assert np.array_equal(huge.columns, small.columns)
    assert np.array_equal(huge.values, small.values)


@pytest.mark.parametrize("cut", [0, 1, 700, 1799])
def test_with_votes_is_as_if_all_had_come_at_once(cut: int) -> None:
    chance = np.random.default_rng(cut)
    people, statements = chance.integers(-20, 60, 1800), chance.integers(0, 40, 1800)
    values = chance.integers(-1, 2, 1800)
    early = Votes.from_arrays(people[:cut], statements[:cut], values[:cut])

    later = early.with_votes(people[cut:], statements[cut:], values[cut:])

    assert same(later, Votes.from_arrays(people, statements, values))


def test_with_votes_leaves_the_former_votes_as_they_were() -> None:
    early = Votes.from_iterable([(1, 1, 1), (2, 1, 1)])

    early.with_votes([1, 3], [1, 2], [-1, 0])

    assert same(early, Votes.from_iterable([(1, 1, 1), (2, 1, 1)]))
