from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.consensus.samples import agreement, arrays_of_camps, votes_of_camps
from tongxin.consensus import Conversation, Votes, analyse

if TYPE_CHECKING:
    from tongxin.consensus.results import Counts


def test_conversation_says_in_the_end_what_an_analysis_of_all_says() -> None:
    people, statements, values = arrays_of_camps(people=600, statements=40)
    conversation = Conversation()
    for part in np.array_split(np.arange(len(people)), 8):
        conversation.update(people[part], statements[part], values[part])
    fresh = analyse(Votes.from_arrays(people, statements, values))
    going_on = conversation.result

    assert going_on.participants.tolist() == fresh.participants.tolist()
    assert going_on.k == fresh.k == going_on.asked[0]
    assert agreement(going_on.group, fresh.group) > 0.95
    assert np.abs(going_on.axes.components @ fresh.axes.components.T) == pytest.approx(np.eye(2), abs=1e-4)
    assert np.array_equal(going_on.statements.agrees, fresh.statements.agrees)


def test_groups_keep_their_numbers_while_votes_come_in() -> None:
    people, statements, values = arrays_of_camps(people=600, statements=40, share=0.6)
    start = len(people) // 2
    conversation = Conversation(Votes.from_arrays(people[:start], statements[:start], values[:start]))
    for part in np.array_split(np.arange(start, len(people)), 6):
        before = conversation.result
        after = conversation.update(people[part], statements[part], values[part])
        _, here, there = np.intersect1d(before.participants, after.participants, return_indices=True)
        assert after.k == before.k
        assert (before.group[here] == after.group[there]).mean() > 0.9


def test_groups_keep_their_numbers_when_the_small_one_grows_past_the_large_one() -> None:
    def camp(first: Counts, count: int, way: int) -> list[tuple[int, int, int]]:
        return [
            (person, place, way * (place != person % 9))
            for person in range(first, first + count)
            for place in range(9)
        ]

    conversation = Conversation(Votes.from_iterable([*camp(0, 40, 1), *camp(100, 20, -1)]))
    before = conversation.result
    after = conversation.update(*np.array(camp(200, 60, -1)).T)

    assert [group.size for group in before.groups] == [40, 20]
    assert [group.size for group in after.groups] == [40, 80]


def test_people_once_clustered_stay_so() -> None:
    votes = votes_of_camps(people=60, statements=6, share=1.0)
    conversation = Conversation(votes)
    many = np.arange(100, 130)

    conversation.update([3] * 30, many, [1] * 30)

    assert len(conversation.result.participants) == 60
    assert len(analyse(conversation.votes).participants) < 60


def test_another_number_of_groups_is_shown_after_four_updates_in_a_row() -> None:
    corners = np.kron(np.eye(3), np.ones(6)) * 2 - 1
    camps = [
        [(100 * c + p, j, int(corners[c, j])) for p in range(30) for j in range(18) if (p + j) % 7]
        for c in range(3)
    ]
    conversation = Conversation(Votes.from_iterable([*camps[0], *camps[1]]))
    seen = [(conversation.result.k, conversation.result.asked)]

    seen.append((conversation.update(*np.array(camps[2]).T).k, conversation.result.asked))
    for number in range(4):
        result = conversation.update([number], [0], [1])
        seen.append((result.k, result.asked))

    assert seen == [(2, (2, 1)), (2, (3, 1)), (2, (3, 2)), (2, (3, 3)), (3, (3, 4)), (3, (3, 5))]


def test_moderation_takes_a_statement_out_and_back_in() -> None:
    votes = votes_of_camps(people=200)
    out = int(votes.statements[0])
    conversation = Conversation(votes)
    before = conversation.result

    during = conversation.moderate([out], meta=[12])
    again = conversation.moderate([])

    assert during.statements.moderated.tolist() == [True] + [False] * 29
    assert during.axes.components[:, 0].tolist() == [0, 0]
    assert during.statements.priority[1] == again.statements.priority[1] == 49
    assert not again.statements.moderated.any()
    assert agreement(before.group, again.group) > 0.98


def test_update_with_a_wrong_vote_takes_nothing_in() -> None:
    conversation = Conversation(votes_of_camps())
    votes, result = conversation.votes, conversation.result

    with pytest.raises(ValueError, match="-1, 0"):
        conversation.update([1, 2], [10, 10], [1, 7])

    assert conversation.votes is votes
    assert conversation.result is result
