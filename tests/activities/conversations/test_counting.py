"""Counting: what is asked for, what is read, and that the order of voices says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django_tasks_db.models import DBTaskResult

from tests import talks
from tests.factories import make_house
from tongxin.activities.conversations.counting import counts
from tongxin.activities.conversations.counting.asking import ask_for_count, forget_finished
from tongxin.activities.conversations.counting.counts import count_conversation
from tongxin.activities.conversations.counting.nightly import mix_and_repair
from tongxin.activities.conversations.counting.tasks import count, finish
from tongxin.activities.conversations.models import OpinionMap, Statement, Voice
from tongxin.foundation.core import tenancy

if TYPE_CHECKING:
    from tests.factories import House
    from tongxin.activities.conversations.models import Conversation

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return make_house()


@pytest.fixture
def conversation(house: House) -> Conversation:
    return talks.make_conversation(house)


def _map(house: House, conversation: Conversation) -> OpinionMap:
    with house.at_work():
        return OpinionMap.objects.get(pk=conversation.pk)


def _count(house: House, conversation: Conversation) -> bool:
    with tenancy.scope([house.committee.pk]):
        return count_conversation(conversation.pk)


def test_asking_many_times_enqueues_one_count(house: House, conversation: Conversation) -> None:
    asked = [ask_for_count(conversation.pk, house.committee.pk) for _ in range(50)]

    assert asked == [True] + [False] * 49
    tasks = DBTaskResult.objects.filter(task_path=count.module_path)
    assert [t.args_kwargs["args"] for t in tasks] == [[str(conversation.pk), house.committee.pk]]


def test_asking_writes_only_a_beat_of_ten_seconds(house: House, conversation: Conversation) -> None:
    ask_for_count(conversation.pk, house.committee.pk)

    task = DBTaskResult.objects.get()
    assert (task.enqueued_at.second % 10, task.enqueued_at.microsecond) == (0, 0)
    assert task.run_after == task.enqueued_at


def test_count_done_is_forgotten(house: House, conversation: Conversation) -> None:
    ask_for_count(conversation.pk, house.committee.pk)
    DBTaskResult.objects.update(status="SUCCESSFUL")

    assert forget_finished() == 1


def test_asking_again_after_a_count_enqueues_another(house: House, conversation: Conversation) -> None:
    talks.voices(conversation, 30)
    ask_for_count(conversation.pk, house.committee.pk)
    count.func(str(conversation.pk), house.committee.pk)

    assert ask_for_count(conversation.pk, house.committee.pk)


def test_thirty_voices_make_a_map(house: House, conversation: Conversation) -> None:
    talks.voices(conversation, 30)
    count.func(str(conversation.pk), house.committee.pk)

    found = _map(house, conversation)
    assert (found.voices, found.is_due, found.is_final) == (30, False, False)
    assert found.result["groups"] == [{"letter": "A", "size": 15}, {"letter": "B", "size": 15}]
    with house.at_work():
        assert not Voice.objects.filter(is_counted=False).exists()
        assert Statement.objects.filter(priority__gt=0).count() == len(talks.SEEDS)


def test_fewer_than_ten_changed_voices_leave_the_map_as_it_is(
    house: House, conversation: Conversation
) -> None:
    talks.voices(conversation, 30)
    _count(house, conversation)
    before = _map(house, conversation).result
    with house.at_work():
        few = list(Voice.objects.values_list("pk", flat=True)[:9])
        Voice.objects.filter(pk__in=few).update(ballot="-----", is_counted=False)

    assert not _count(house, conversation)
    assert _map(house, conversation).result == before
    with house.at_work():
        assert Voice.objects.filter(is_counted=False).count() == 9


def test_order_of_voices_does_not_matter(house: House, conversation: Conversation) -> None:
    talks.voices(conversation, 60, groups=3)
    _count(house, conversation)
    first = _map(house, conversation).result
    mix_and_repair()
    with house.at_work():
        Voice.objects.update(is_counted=False)
        OpinionMap.objects.update(result={}, memory={})
    _count(house, conversation)

    assert _map(house, conversation).result == first


def test_vote_during_the_count_is_counted_next_time(
    house: House, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    talks.voices(conversation, 30)
    analysed = counts.analysed

    def vote_meanwhile(*args: object) -> object:
        with house.at_work():
            one = Voice.objects.order_by("pk").first()
            assert one is not None
            Voice.objects.filter(pk=one.pk).update(ballot="----+", is_counted=False)
        return analysed(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(counts, "analysed", vote_meanwhile)
    _count(house, conversation)

    with house.at_work():
        assert Voice.objects.filter(is_counted=False).values_list("ballot", flat=True).get() == "----+"


def test_worker_killed_while_counting_loses_nothing(
    house: House, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    talks.voices(conversation, 30)
    ask_for_count(conversation.pk, house.committee.pk)

    def die(*_args: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(counts, "snapshot", die)
        with pytest.raises(KeyboardInterrupt):
            _count(house, conversation)
    with house.at_work():
        assert Voice.objects.filter(is_counted=False).count() == 30

    assert ask_for_count(conversation.pk, house.committee.pk)
    assert _count(house, conversation)


def test_request_lost_with_its_worker_is_made_again_by_the_night(
    house: House, conversation: Conversation
) -> None:
    talks.voices(conversation, 30)
    ask_for_count(conversation.pk, house.committee.pk)
    DBTaskResult.objects.update(status="FAILED")
    mix_and_repair()

    tasks = DBTaskResult.objects.filter(task_path=count.module_path)
    assert [t.status for t in tasks] == ["READY"]


def test_night_asks_for_a_last_count_that_was_lost(house: House) -> None:
    talks.make_conversation(house, state="closed")
    mix_and_repair()

    assert DBTaskResult.objects.filter(task_path=finish.module_path).count() == 1


def test_twenty_thousand_voices_are_counted_in_portions(house: House, conversation: Conversation) -> None:
    with house.at_work():
        Voice.objects.bulk_create(
            (
                Voice(
                    committee=house.committee,
                    conversation=conversation,
                    key_index=f"{n:064d}",
                    ballot=talks.ballot(n, groups=3),
                )
                for n in range(20_000)
            ),
            batch_size=5000,
        )
    assert _count(house, conversation)
    assert _map(house, conversation).result["voices"] == 20_000


def test_letters_stay_when_voices_are_mixed_and_more_come(house: House, conversation: Conversation) -> None:
    talks.voices(conversation, 60)
    _count(house, conversation)
    first = _map(house, conversation).result
    with house.at_work():
        # Twenty more of the second group, which becomes the larger one.
        Voice.objects.bulk_create(
            Voice(
                committee=house.committee,
                conversation=conversation,
                key_index=f"{n:064d}",
                ballot=talks.ballot(2 * n + _parity(first)),
            )
            for n in range(20)
        )
    mix_and_repair()
    _count(house, conversation)

    second = _map(house, conversation).result
    assert [g["letter"] for g in second["groups"]] == ["A", "B"]
    assert _leanings(second) == _leanings(first)
    assert (
        sum(p["x"] for p in second["points"] if p["group"] == "A")
        * sum(p["x"] for p in first["points"] if p["group"] == "A")
        > 0
    )


def _leanings(result: dict[str, Any]) -> list[list[bool]]:
    return [[2 * g["agrees"] > g["votes"] for g in s["groups"]] for s in result["statements"]]


def _parity(result: dict[str, Any]) -> int:
    """Which people are group B: those who agree with the second statement or those who do not."""
    return 0 if _leanings(result)[1][1] else 1


def test_number_of_groups_changes_after_four_counts(house: House, conversation: Conversation) -> None:
    with house.at_work():
        for n in range(3):
            Statement.objects.create(
                committee=house.committee,
                conversation=conversation,
                number=6 + n,
                text=f"看法{n}",
                state="published",
                said_at="2026-01-01T00:00Z",
            )
    talks.voices(conversation, 60, groups=3)
    _count(house, conversation)
    with house.at_work():
        best = OpinionMap.objects.get().memory["asked"]
        OpinionMap.objects.update(memory={"k": 2, "asked": 2, "times": 9})
    shown = []
    for _ in range(5):
        with house.at_work():
            Voice.objects.update(is_counted=False)
        _count(house, conversation)
        shown.append(_map(house, conversation).memory["k"])

    assert best == 3
    assert shown == [2, 2, 2, 3, 3]


def test_final_map_is_not_counted_again(house: House, conversation: Conversation) -> None:
    talks.voices(conversation, 30)
    with house.at_work():
        OpinionMap.objects.update(is_final=True)

    assert not _count(house, conversation)
    assert not ask_for_count(conversation.pk, house.committee.pk)


def test_mixing_keeps_every_voice_and_changes_every_key(house: House, conversation: Conversation) -> None:
    talks.voices(conversation, 30)
    with house.at_work():
        before = set(Voice.objects.values_list("key_index", "ballot"))
        keys = set(Voice.objects.values_list("pk", flat=True))
    mix_and_repair()

    with house.at_work():
        assert set(Voice.objects.values_list("key_index", "ballot")) == before
        assert keys.isdisjoint(Voice.objects.values_list("pk", flat=True))
