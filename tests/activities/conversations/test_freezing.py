"""The end: counted for good, members' taking part recorded, and nothing changes any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, transaction

from tests import talks
from tests.factories import add_member, make_house
from tongxin.activities.conversations.counting import finishing
from tongxin.activities.conversations.counting.finishing import finish_conversation
from tongxin.activities.conversations.counting.nightly import mix_and_repair
from tongxin.activities.conversations.counting.tasks import count, finish
from tongxin.activities.conversations.keys import member_secret, voice_index
from tongxin.activities.conversations.models import OpinionMap, Statement, Voice
from tongxin.capabilities.matters.models import Participation
from tongxin.foundation.core import tenancy

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.factories import House
    from tongxin.activities.conversations.models import Conversation

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return make_house()


def _finish(conversation: Conversation) -> bool:
    with tenancy.scope([conversation.committee_id]):
        return finish_conversation(conversation.pk)


def _ended(house: House, n: int = 30, members: tuple[str, ...] = ()) -> Conversation:
    conversation = talks.make_conversation(house, state="closed")
    secrets = [member_secret(house.members[key].user_id) for key in members]
    talks.voices(conversation, n, secrets=secrets)
    return conversation


def _map(house: House) -> OpinionMap:
    with house.at_work():
        return OpinionMap.objects.get()


def test_final_count_is_made_once(house: House) -> None:
    conversation = _ended(house)

    assert [_finish(conversation), _finish(conversation)] == [True, False]
    found = _map(house)
    assert (found.is_final, found.voices, found.result["k"]) == (True, 30, 2)


def test_finish_of_an_open_conversation_does_nothing(house: House) -> None:
    conversation = talks.make_conversation(house)
    talks.voices(conversation, 30)

    assert not _finish(conversation)
    with house.at_work():
        assert Voice.objects.filter(key_index=None).count() == 0


def test_final_count_holds_votes_that_no_live_count_saw(house: House) -> None:
    conversation = talks.make_conversation(house)
    talks.voices(conversation, 30)
    count.func(str(conversation.pk), house.committee.pk)
    with house.at_work():
        keys = list(Voice.objects.values_list("pk", flat=True)[:3])
        Voice.objects.filter(pk__in=keys).update(ballot="-----", is_counted=False)
        conversation.matter.state = "closed"
        conversation.matter.save()
    finish.func(str(conversation.pk), house.committee.pk)

    first = next(s for s in _map(house).result["statements"] if s["number"] == 1)
    assert first["disagrees"] == 3


def test_members_who_answered_took_part_and_no_others(house: House) -> None:
    conversation = _ended(house, 30, ("proposer", "cosigner_1"))
    with house.at_work():
        Voice.objects.create(
            committee=house.committee,
            conversation=conversation,
            key_index=_index(house, conversation, "outsider"),
            ballot=".....",
        )
    _finish(conversation)

    with house.at_work():
        rows = Participation.objects.filter(matter_id=conversation.pk)
        assert {(p.member_id, p.role, p.on) for p in rows} == {
            (house.members[key].pk, "present", conversation.matter.closed_on)
            for key in ("proposer", "cosigner_1")
        }


def test_who_is_not_on_the_list_does_not_take_part(house: House) -> None:
    conversation = talks.make_conversation(house, state="closed", circle="list", invited=("proposer",))
    secrets = [member_secret(house.members[key].user_id) for key in ("proposer", "outsider")]
    talks.voices(conversation, 12, secrets=secrets)
    _finish(conversation)

    with house.at_work():
        assert Participation.objects.get(matter_id=conversation.pk).member == house.members["proposer"]


def test_everything_that_leads_to_somebody_is_burnt(house: House) -> None:
    conversation = _ended(house)
    author = talks.said(conversation, author_index="a" * 64)
    with house.at_work():
        Voice.objects.update(heard={"phone": 7})
        before = sorted(Voice.objects.values_list("ballot", flat=True))
        keys = set(Voice.objects.values_list("pk", flat=True))
    _finish(conversation)

    with house.at_work():
        rows = list(Voice.objects.values_list("pk", "key_index", "ballot", "heard"))
    assert sorted(ballot for _pk, _index, ballot, _heard in rows) == before
    assert {(index, str(heard)) for _pk, index, _ballot, heard in rows} == {(None, "{}")}
    assert keys.isdisjoint(pk for pk, *_rest in rows)
    assert talks.statement_now(author).author_index == ""


def test_fewer_than_ten_voices_leave_empty_ballots_and_no_numbers(house: House) -> None:
    conversation = _ended(house, 9, ("proposer",))
    _finish(conversation)

    found = _map(house)
    assert (found.result["too_little"], found.result["statements"], found.votes) == ("few_voices", [], 0)
    with house.at_work():
        assert set(Voice.objects.values_list("ballot", flat=True)) == {""}
        assert Participation.objects.filter(matter_id=conversation.pk).count() == 1


_CHANGES: dict[str, Callable[[], object]] = {
    "vote": lambda: Voice.objects.filter(ballot__startswith="+").update(ballot="-----"),
    "voice": lambda: Voice.objects.create(
        committee_id=Voice.objects.values_list("committee_id", flat=True)[0],
        conversation_id=Voice.objects.values_list("conversation_id", flat=True)[0],
        ballot="-----",
    ),
    "voice gone": lambda: Voice.objects.all().delete(),
    "map": lambda: OpinionMap.objects.update(voices=5),
    "map opened": lambda: OpinionMap.objects.update(is_final=False),
    "map gone": lambda: OpinionMap.objects.all().delete(),
    "withdrawn": lambda: Statement.objects.filter(number=1).update(state="withdrawn"),
    "words": lambda: Statement.objects.filter(number=1).update(text="另一句话"),
    "numbers": lambda: Statement.objects.filter(number=1).update(number=99),
}


@pytest.mark.parametrize("change", _CHANGES.values(), ids=_CHANGES.keys())
def test_database_refuses_to_change_what_is_final(house: House, change: Callable[[], object]) -> None:
    _finish(_ended(house))
    before = _map(house).result

    with pytest.raises(IntegrityError), house.at_work(), transaction.atomic():
        change()
    assert _map(house).result == before


def test_night_and_late_tasks_leave_a_final_map_alone(house: House) -> None:
    conversation = _ended(house)
    _finish(conversation)
    with house.at_work():
        before = (_map(house).result, set(Voice.objects.values_list("pk", flat=True)))
    mix_and_repair()
    count.func(str(conversation.pk), house.committee.pk)
    finish.func(str(conversation.pk), house.committee.pk)

    with house.at_work():
        assert (_map(house).result, set(Voice.objects.values_list("pk", flat=True))) == before


def test_withdrawn_statement_has_no_numbers_and_forms_no_groups(house: House) -> None:
    conversation = talks.make_conversation(house, state="closed")
    talks.voices(conversation, 30)
    with house.at_work():
        Statement.objects.filter(number=1).update(state="withdrawn")
    _finish(conversation)

    row = _map(house).result["statements"][0]
    assert (row["number"], row["out"], row["votes"], row["few"], row["consensus"]) == (1, True, 0, True, None)


def test_worker_killed_at_the_end_leaves_everything_for_the_night(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = _ended(house, 30, ("proposer",))

    def die(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(finishing, "burn_voices", die)
        with pytest.raises(KeyboardInterrupt):
            _finish(conversation)
    with house.at_work():
        assert Voice.objects.filter(key_index=None).count() == 0
        assert not Participation.objects.filter(matter_id=conversation.pk).exists()
    assert not _map(house).is_final
    assert _finish(conversation)


def test_member_without_account_is_no_trouble(house: House) -> None:
    add_member(house, "silent", "无账号", user=None)
    _finish(_ended(house))

    assert _map(house).is_final


def test_cancelled_conversation_forgets_its_voices(house: House) -> None:
    conversation = talks.make_conversation(house, state="cancelled")
    talks.voices(conversation, 12)
    mix_and_repair()

    with house.at_work():
        assert set(Voice.objects.values_list("key_index", "ballot")) == {(None, "")}


def _index(house: House, conversation: Conversation, key: str) -> str:
    return voice_index(conversation.pk, member_secret(house.members[key].user_id))
