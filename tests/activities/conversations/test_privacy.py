"""Nobody who has the whole database learns whose a voice is; with the faults planted that the attacks would find."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import connections
from django_tasks_db.models import DBTaskResult

from tests import talks
from tests.activities.conversations import attacks
from tests.factories import add_member, make_house
from tongxin.activities.conversations.actions.casting import cast_answers
from tongxin.activities.conversations.actions.stating import say_statement
from tongxin.activities.conversations.counting.nightly import mix_and_repair
from tongxin.activities.conversations.counting.tasks import finish
from tongxin.activities.conversations.keys import device_secret, member_secret, voice_index
from tongxin.activities.conversations.models import OpinionMap, Statement, Voice
from tongxin.capabilities.matters.models import Participation
from tongxin.capabilities.notices.actions import tell
from tongxin.foundation.accounts.models import User
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import ciphers, clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.factories import House
    from tongxin.activities.conversations.models import Conversation

_MEMBERS = 60
# Sixty random orders stand so far apart from the true one less than once in twenty thousand.
_CHANCE = 0.5
_VOICE, _STATEMENT = "conversations_voice", "conversations_statement"


@pytest.fixture
def town(fresh_db: str) -> Iterator[tuple[House, Conversation, list[User]]]:
    """Sixty members who vote one after another, each in one transaction with what signing in leaves behind."""
    house = make_house()
    users = []
    for n in range(_MEMBERS):
        add_member(house, f"m{n}", f"委员{n}")
        users.append(house.users[f"m{n}"])
    conversation = talks.make_conversation(house)
    for n, user in enumerate(users):
        with house.at_work():
            User.objects.filter(pk=user.pk).update(last_login=clock.now())
            record(actor=house.actor(f"m{n}"), action="test.here", target=f"user:{user.pk}")
            tell(user_ids=[user.pk], committee_id=house.committee.pk, text="您好", url="/")
            cast_answers(conversation=conversation, secret=member_secret(user.pk), answers=_answers(n))
    yield house, conversation, users
    connections["owner"].close()


def _answers(person: int) -> dict[int, int]:
    signs = {"+": 1, "-": -1, "0": 0}
    return {number: signs[sign] for number, sign in enumerate(talks.ballot(person), 1)}


def _order(house: House, conversation: Conversation, users: list[User], by: str) -> list[int]:
    """Return the members in the order of their voices; only who has the key can, to judge the attack."""
    whose = {voice_index(conversation.pk, member_secret(user.pk)): n for n, user in enumerate(users)}
    asked = f"SELECT key_index FROM {_VOICE} WHERE conversation_id = %s ORDER BY {by}"  # noqa: S608
    return [whose[str(index)] for (index,) in attacks.rows(asked, conversation.pk)]


def _end(house: House, conversation: Conversation) -> None:
    with house.at_work():
        conversation.matter.state = "closed"
        conversation.matter.closed_on = clock.today()
        conversation.matter.save()
    finish.func(str(conversation.pk), house.committee.pk)


def test_no_value_of_a_voice_stands_anywhere_else(town: tuple[House, Conversation, list[User]]) -> None:
    house, conversation, _users = town
    assert (attacks.joins(_VOICE), attacks.times(_VOICE)) == ([], [])
    mix_and_repair()
    assert attacks.joins(_VOICE) == []
    _end(house, conversation)
    with house.at_work():
        assert Participation.objects.filter(matter_id=conversation.pk).count() == _MEMBERS
    assert attacks.joins(_VOICE) == []


def test_planted_user_and_planted_time_in_a_voice_are_found(
    town: tuple[House, Conversation, list[User]],
) -> None:
    _house, conversation, users = town
    attacks.run(f"ALTER TABLE {_VOICE} ADD COLUMN said_by uuid")
    assert attacks.joins(_VOICE) == []
    index = voice_index(conversation.pk, member_secret(users[7].pk))
    attacks.run(f"UPDATE {_VOICE} SET said_by = '{users[7].pk}' WHERE key_index = '{index}'")  # noqa: S608

    assert f"{_VOICE}.said_by = accounts_user.id" in attacks.joins(_VOICE)
    attacks.run(f"ALTER TABLE {_VOICE} ADD COLUMN said_at timestamptz")
    assert attacks.times(_VOICE) == ["said_at"]


def test_order_of_voices_says_nothing_after_the_night(town: tuple[House, Conversation, list[User]]) -> None:
    house, conversation, users = town
    true = list(range(_MEMBERS))
    # Until the night the order of the rows is that of the votes: this attack works, and the night is its answer.
    assert attacks.correlation(_order(house, conversation, users, "ctid"), true) == 1
    assert attacks.transactions(_VOICE, conversation.pk) == _MEMBERS

    mix_and_repair()
    assert abs(attacks.correlation(_order(house, conversation, users, "ctid"), true)) < _CHANCE
    assert abs(attacks.correlation(_order(house, conversation, users, "id"), true)) < _CHANCE
    assert attacks.transactions(_VOICE, conversation.pk) == 1
    assert attacks.transactions(_STATEMENT, conversation.pk) == 1


def test_order_after_the_end_says_nothing_of_those_who_took_part(
    town: tuple[House, Conversation, list[User]],
) -> None:
    house, conversation, users = town
    ballots = {talks.ballot(n) for n in range(_MEMBERS)}
    _end(house, conversation)

    assert attacks.transactions(_VOICE, conversation.pk) == 1
    rows = attacks.rows(f"SELECT key_index, heard::text, is_counted FROM {_VOICE}")  # noqa: S608
    assert set(rows) == {(None, "{}", True)}
    # Each pair of neighbours in the list of those who took part against each pair of neighbours among the voices.
    said = [str(ballot) for (ballot,) in attacks.rows(f"SELECT ballot FROM {_VOICE} ORDER BY ctid")]  # noqa: S608
    took_part = attacks.rows(
        "SELECT m.user_id FROM matters_participation p JOIN organization_member m ON m.id = p.member_id"
        " WHERE p.matter_id = %s ORDER BY p.ctid",
        conversation.pk,
    )
    number = {user.pk: n for n, user in enumerate(users)}
    alike = sum(
        talks.ballot(number[user]) == ballot  # type: ignore[index]
        for (user,), ballot in zip(took_part, said, strict=True)
    )
    by_chance = sum(
        (sum(talks.ballot(n) == one for n in range(_MEMBERS)) / _MEMBERS) ** 2 * _MEMBERS for one in ballots
    )
    assert len(took_part) == _MEMBERS
    assert alike < by_chance + 5 * max(by_chance, 1) ** 0.5


def test_author_of_a_statement_cannot_be_joined_with_a_voice(
    town: tuple[House, Conversation, list[User]],
) -> None:
    house, conversation, users = town
    with house.at_work():
        for n in range(3):
            secret = member_secret(users[n].pk)
            say_statement(
                conversation=conversation, secret=secret, text=f"应当设第{n}个护学岗。", nonce=f"{n:032d}"
            )
    assert _without_numbers(attacks.joins(_STATEMENT)) == []
    mix_and_repair()
    assert _without_numbers(attacks.joins(_STATEMENT)) == []
    _end(house, conversation)
    assert _without_numbers(attacks.joins(_STATEMENT)) == []
    with house.at_work():
        assert set(Statement.objects.values_list("author_index", flat=True)) == {""}


def _without_numbers(found: list[str]) -> list[str]:
    """Leave out what every row of a table shares with others: rounded hours of the office, names, states, own keys."""
    shared = ("number", "said_at", "state", "by_id", "by_name", "text", "fingerprint", "outcome")
    return [
        one
        for one in found
        if one.split(" = ")[0].split(".")[1] not in shared and "conversations_statementuse" not in one
    ]


def test_hash_without_the_key_is_not_found(town: tuple[House, Conversation, list[User]]) -> None:
    _house, conversation, users = town
    indices = {str(index) for (index,) in attacks.rows(f"SELECT key_index FROM {_VOICE}")}  # noqa: S608
    texts = [f"{conversation.pk} {member_secret(user.pk)}" for user in users]
    tried = {hashlib.sha256(text.encode()).hexdigest() for text in texts}
    for key in ("", "conversation voice", settings.SECRET_KEY, settings.AUDIT_KEY):
        tried |= {hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest() for text in texts}

    assert tried.isdisjoint(indices)
    assert {voice_index(conversation.pk, member_secret(user.pk)) for user in users} == indices


def test_other_key_finds_nobody_and_the_count_is_the_same(
    town: tuple[House, Conversation, list[User]], monkeypatch: pytest.MonkeyPatch
) -> None:
    house, conversation, users = town
    monkeypatch.setattr(settings, "DATA_KEY", "another key " + "x" * 40)
    ciphers._key.cache_clear()
    try:
        with house.at_work():
            index = voice_index(conversation.pk, member_secret(users[0].pk))
            assert not Voice.objects.filter(key_index=index).exists()
        _end(house, conversation)
    finally:
        monkeypatch.undo()
        ciphers._key.cache_clear()
    with house.at_work():
        assert OpinionMap.objects.get().voices == _MEMBERS
        assert not Participation.objects.filter(matter_id=conversation.pk).exists()


def test_lone_member_among_devices_looks_like_everybody(fresh_db: str) -> None:
    house = make_house()
    conversation = talks.make_conversation(house)
    secrets = [device_secret(f"{n:032x}") for n in range(11)]
    secrets.insert(4, member_secret(house.users["proposer"].pk))
    for n, secret in enumerate(secrets):
        with house.at_work():
            cast_answers(conversation=conversation, secret=secret, answers=_answers(n))
    lengths = {
        (len(str(index)), str(heard))
        for index, heard in attacks.rows(f"SELECT key_index, heard::text FROM {_VOICE}")  # noqa: S608
    }
    assert lengths == {(64, "{}")}
    _end(house, conversation)

    assert attacks.joins(_VOICE) == []
    assert {index for (index,) in attacks.rows(f"SELECT key_index FROM {_VOICE}")} == {None}  # noqa: S608
    with house.at_work():
        assert Participation.objects.filter(matter_id=conversation.pk).count() == 1
    connections["owner"].close()


def test_queue_of_counts_does_not_keep_when_people_voted(
    town: tuple[House, Conversation, list[User]],
) -> None:
    house, conversation, _users = town
    assert DBTaskResult.objects.count() == 1
    DBTaskResult.objects.update(status="SUCCESSFUL")
    mix_and_repair()
    _end(house, conversation)
    DBTaskResult.objects.update(status="SUCCESSFUL")
    mix_and_repair()

    assert DBTaskResult.objects.count() == 0
