"""Answers: each counts once, the newest wins, whatever the network does with them on the way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import TYPE_CHECKING

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from tests import talks
from tests.factories import make_house
from tongxin.activities.conversations.actions.casting import PLAIN, Batch, Ended, cast_answers
from tongxin.activities.conversations.counting.locks import hold_votes
from tongxin.activities.conversations.enums import ConversationState, StatementState
from tongxin.activities.conversations.models import Conversation, OpinionMap, Statement, Voice
from tongxin.activities.conversations.selectors.drawing import SEEDS_FIRST, Votable, draw
from tongxin.capabilities.matters.models import Matter
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core import tenancy

if TYPE_CHECKING:
    from collections.abc import Callable

    from tongxin.activities.conversations.actions.casting import CastResult

ME, OTHER = "device me", "device other"
PHONE, TABLET = "a" * 16, "b" * 16


def cast(
    conversation: Conversation, answers: dict[int, int], batch: Batch = PLAIN, *, secret: str = ME
) -> CastResult:
    with tenancy.scope([conversation.committee_id]), transaction.atomic():
        return cast_answers(conversation=conversation, secret=secret, answers=answers, batch=batch)


def ballots(conversation: Conversation) -> list[str]:
    with tenancy.scope([conversation.committee_id]), transaction.atomic():
        return sorted(Voice.objects.filter(conversation=conversation).values_list("ballot", flat=True))


@pytest.fixture
def conversation(db: None) -> Conversation:
    return talks.now(talks.make_conversation(make_house()))


def close(conversation: Conversation) -> None:
    with tenancy.scope([conversation.committee_id]), transaction.atomic():
        Matter.objects.filter(pk=conversation.pk).update(state=ConversationState.CLOSED)


def test_answers_of_one_voice_are_one_ballot(conversation: Conversation) -> None:
    assert cast(conversation, {1: 1, 3: -1}).ballot == "+.-"
    assert cast(conversation, {2: 0, 3: 1}).ballot == "+0+"
    assert cast(conversation, {5: 1}, secret=OTHER).ballot == "....+"
    assert ballots(conversation) == ["+0+", "....+"]


def test_same_batch_three_times_is_one_voice_and_asks_for_one_count(conversation: Conversation) -> None:
    batch = Batch(PHONE, 2)
    assert {cast(conversation, {1: 1, 2: -1}, batch).ballot for _n in range(3)} == {"+-"}
    assert ballots(conversation) == ["+-"]


def test_unchanged_voice_stays_counted_and_a_changed_one_does_not(conversation: Conversation) -> None:
    cast(conversation, {1: 1})
    with tenancy.scope([conversation.committee_id]):
        Voice.objects.update(is_counted=True)
        OpinionMap.objects.update(is_due=False)
        cast(conversation, {1: 1}, Batch(PHONE, 9))
        assert list(Voice.objects.values_list("is_counted", "heard")) == [(True, {PHONE: 9})]
        assert OpinionMap.objects.get().is_due is False
        cast(conversation, {1: 0})
        assert list(Voice.objects.values_list("is_counted", "heard")) == [(False, {PHONE: 9})]
        assert OpinionMap.objects.get().is_due is True


def test_older_batch_that_arrives_late_changes_nothing(conversation: Conversation) -> None:
    assert cast(conversation, {1: -1, 2: 1}, Batch(PHONE, 3)).ballot == "-+"
    # The first press, on a slow way.
    assert cast(conversation, {1: 1}, Batch(PHONE, 1)).ballot == "-+"
    # Another device of the same member counts for itself.
    assert cast(conversation, {3: 1}, Batch(TABLET, 1)).ballot == "-++"
    assert cast(conversation, {1: 1}, Batch(TABLET, 2)).ballot == "+++"
    assert cast(conversation, {1: -1}, Batch(PHONE, 4)).ballot == "-++"


def test_voice_remembers_only_a_handful_of_devices(conversation: Conversation) -> None:
    for n in range(12):
        cast(conversation, {1: 1}, Batch(f"{n:016x}", n + 1))
    with tenancy.scope([conversation.committee_id]):
        assert sorted(Voice.objects.get().heard.values()) == list(range(5, 13))


def test_unknown_pending_and_withdrawn_numbers_are_ignored_and_named(conversation: Conversation) -> None:
    talks.said(conversation)
    with tenancy.scope([conversation.committee_id]):
        Statement.objects.filter(number=2).update(state=StatementState.WITHDRAWN)
    result = cast(conversation, {1: 1, 2: 1, 6: 1, 99: -1})
    assert (result.ballot, result.ignored, result.answered) == ("+", (2, 6, 99), 1)
    assert cast(conversation, {99: 1}, secret=OTHER).ballot == ""
    assert ballots(conversation) == ["+"]


@pytest.mark.parametrize("state", [s for s in ConversationState.values if s != ConversationState.OPEN])
@pytest.mark.django_db
def test_conversation_that_is_not_open_keeps_no_answer(state: str) -> None:
    shut = talks.make_conversation(make_house(), state=state)
    with pytest.raises(Ended):
        cast(shut, {1: 1})
    assert ballots(shut) == []


def test_conversation_closed_meanwhile_keeps_nothing_more(conversation: Conversation) -> None:
    cast(conversation, {1: 1}, Batch(PHONE, 1))
    close(conversation)
    # The caller read it while it was open.
    assert conversation.state == ConversationState.OPEN
    for secret in (ME, OTHER):
        with pytest.raises(Ended):
            cast(conversation, {2: 1}, Batch(PHONE, 2), secret=secret)
    # What had arrived before is acknowledged again.
    assert cast(conversation, {1: 1}, Batch(PHONE, 1)).ballot == "+"
    assert ballots(conversation) == ["+"]


def test_no_row_tells_when_or_who(conversation: Conversation) -> None:
    with tenancy.scope([conversation.committee_id]):
        before = Entry.objects.count()
        cast(conversation, {1: 1})
        assert Entry.objects.count() == before
    columns = {field.attname for field in Voice._meta.fields}
    assert columns == {
        "id",
        "committee_id",
        "conversation_id",
        "key_index",
        "ballot",
        "heard",
        "is_counted",
    }


def test_batch_takes_four_queries_whatever_its_size(conversation: Conversation) -> None:
    cast(conversation, {1: 1})
    counts = []
    with tenancy.scope([conversation.committee_id]), transaction.atomic():
        for answers in ({2: 1}, {3: 1, 4: 1, 5: 1}):
            OpinionMap.objects.update(is_due=True)
            with CaptureQueriesContext(connection) as captured:
                cast_answers(conversation=conversation, secret=ME, answers=answers)
            counts.append(len(captured))
    assert counts == [4, 4]


# Races, in a database of their own


def at_once(*works: Callable[[], object]) -> list[object]:
    def alone(work: Callable[[], object]) -> object:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as threads:
        return [future.result() for future in [threads.submit(alone, work) for work in works]]


def test_two_threads_of_one_voice_lose_no_answer(fresh_db: str) -> None:
    conversation = _open_conversation()
    works = [lambda n=n: cast(conversation, {n: 1}) for n in (1, 2, 3, 4, 5)] * 4
    at_once(*works)
    assert ballots(conversation) == ["+++++"]


def test_same_batch_of_a_new_device_three_times_at_once_is_one_voice(fresh_db: str) -> None:
    conversation = _open_conversation()
    results = at_once(*[lambda: cast(conversation, {1: 1, 2: -1}, Batch(PHONE, 2)).ballot] * 3)
    assert (results, ballots(conversation)) == (["+-"] * 3, ["+-"])


def test_newest_counter_wins_in_whatever_order_they_arrive(fresh_db: str) -> None:
    conversation = _open_conversation()
    order = list(range(1, 13))
    Random(6).shuffle(order)
    # The last press says no, all before it say yes.
    at_once(*[lambda n=n: cast(conversation, {1: -1 if n == 12 else 1}, Batch(PHONE, n)) for n in order])
    assert ballots(conversation) == ["-"]


def test_last_count_waits_for_votes_under_way(fresh_db: str) -> None:
    conversation = _open_conversation()
    seen: list[list[str]] = []

    def finish() -> None:
        with tenancy.scope([conversation.committee_id]), transaction.atomic():
            hold_votes(conversation.pk)
            seen.append(sorted(Voice.objects.values_list("ballot", flat=True)))

    with ThreadPoolExecutor(1) as threads:
        with tenancy.scope([conversation.committee_id]), transaction.atomic():
            cast_answers(conversation=conversation, secret=ME, answers={1: 1})
            waiting = threads.submit(finish)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)
        waiting.result()
        threads.submit(connections.close_all).result()
    assert seen == [["+"]]


def _open_conversation() -> Conversation:
    with transaction.atomic():
        return talks.now(talks.make_conversation(make_house()))


# What comes next


def votables(*priorities: float, seeds: int = 0) -> list[Votable]:
    return [
        Votable(n, f"看法{n}", priority, "政协机关" if n <= seeds else "")
        for n, priority in enumerate(priorities, 1)
    ]


def test_seeds_come_first_until_a_few_are_answered() -> None:
    statements = votables(*[0.01] * 8, *[100.0] * 8, seeds=8)
    first = [s.number for s in draw(statements, set(), most=SEEDS_FIRST, chance=Random(1))]
    assert [n <= 8 for n in first] == [True] * SEEDS_FIRST
    then = draw(statements, {1, 2, 3, 4, 5}, most=8, chance=Random(1))
    assert [s.number > 8 for s in then] == [True] * 8


def test_statement_of_ten_times_the_priority_comes_ten_times_as_often() -> None:
    statements, chance = votables(1.0, 10.0), Random(2)
    first = [draw(statements, set(), most=1, chance=chance)[0].number for _n in range(4000)]
    assert 9.0 < first.count(2) / first.count(1) < 11.2


def test_uncounted_statement_has_the_boost_of_the_formula() -> None:
    # A = P = S = E = 0 in ((1 - (P+1)/(S+2)) (E+1) (A+1)/(S+2) (1 + 8 · 2^(-S/5)))².
    assert votables(0.0)[0].weight == ((1 - 1 / 2) * 1 * (1 / 2) * (1 + 8)) ** 2


def test_answered_statements_do_not_come_again() -> None:
    statements = votables(*[1.0] * 20)
    assert sorted(s.number for s in draw(statements, set(range(1, 18)))) == [18, 19, 20]
    assert draw(statements, set(range(1, 21))) == []
