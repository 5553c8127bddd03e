"""What people would like others to vote on: kept once, within limits, without a trace."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from tests import talks
from tests.factories import make_house
from tongxin.activities.conversations.actions import stating
from tongxin.activities.conversations.actions.stating import Crowded, say_statement
from tongxin.activities.conversations.enums import ConversationState, StatementState
from tongxin.activities.conversations.keys import author_index, voice_index
from tongxin.activities.conversations.models import Statement
from tongxin.activities.conversations.selectors.alike import alike
from tongxin.capabilities.matters.models import Matter
from tongxin.foundation.accounts import flood
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from tongxin.activities.conversations.models import Conversation

pytestmark = pytest.mark.django_db

ME, OTHER = "device me", "device other"
TEXT = "校门口应当装测速探头。"
NETWORK = "203.0.113.7"


@pytest.fixture
def conversation() -> Conversation:
    return talks.now(talks.make_conversation(make_house(), statements_most=3))


def say(
    conversation: Conversation, text: str = TEXT, *, secret: str = ME, nonce: UUID | None = None, **more: Any
) -> Statement:
    with tenancy.scope([conversation.committee_id]), transaction.atomic():
        return say_statement(
            conversation=conversation, secret=secret, text=text, nonce=nonce or uuid4(), **more
        )


def pending(conversation: Conversation) -> list[str]:
    with tenancy.scope([conversation.committee_id]):
        return sorted(Statement.objects.waiting().values_list("text", flat=True))


def test_statement_waits_without_number_name_or_minute(conversation: Conversation) -> None:
    with clock.at(datetime(2026, 5, 6, 9, 47, 13, tzinfo=clock.ZONE)):
        made = talks.statement_now(say(conversation))
    assert (made.text, made.state, made.number, made.by_id, made.by_name, made.is_held) == (
        TEXT,
        StatementState.PENDING,
        None,
        None,
        "",
        False,
    )
    assert made.said_at == datetime(2026, 5, 6, 9, tzinfo=clock.ZONE)
    assert made.author_index == author_index(conversation.pk, ME) != voice_index(conversation.pk, ME)


def test_same_form_or_same_words_again_is_the_same_statement(conversation: Conversation) -> None:
    nonce = uuid4()
    first = say(conversation, nonce=nonce)
    assert say(conversation, nonce=nonce) == say(conversation) == first
    assert say(conversation, "另一件事。", nonce=nonce) != first
    assert say(conversation, secret=OTHER) != first
    assert pending(conversation) == ["另一件事。", TEXT, TEXT]


def test_more_than_may_stand_is_refused_and_a_rejected_one_frees_its_place(
    conversation: Conversation,
) -> None:
    made = [say(conversation, f"第{n}件事。") for n in range(3)]
    with pytest.raises(Refused, match="每人最多提3条看法，您已经提了3条"):
        say(conversation, "第四件事。")
    with tenancy.scope([conversation.committee_id]):
        Statement.objects.filter(pk=made[0].pk).update(state=StatementState.REJECTED)
    say(conversation, "第四件事。")
    assert pending(conversation) == ["第1件事。", "第2件事。", "第四件事。"]


@pytest.mark.parametrize(
    ("change", "words"),
    [({"takes_statements": False}, "只表态"), ({"state": ConversationState.CLOSED}, "已经结束")],
)
def test_conversation_that_takes_none_refuses(change: dict[str, Any], words: str) -> None:
    shut = talks.make_conversation(make_house(), **change)
    with pytest.raises(Refused, match=words):
        say(shut)
    assert pending(shut) == []


def test_flood_is_asked_first_and_what_comes_then_waits_apart(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stating, "_NEW_MOST", 1)
    assert say(conversation, "第1件事。", network=NETWORK).is_held is False
    with pytest.raises(Crowded):
        say(conversation, "第2件事。", network=NETWORK)
    assert say(conversation, "第2件事。", network=NETWORK, answered=True).is_held is True
    # Members are known: nothing is counted for them.
    assert say(conversation, "第3件事。").is_held is False


def test_flood_from_one_network_is_asked_first(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flood, "NETWORK_MOST", 1)
    say(conversation, "第1件事。", network=NETWORK)
    with pytest.raises(Crowded):
        say(conversation, "第2件事。", network=NETWORK)
    assert say(conversation, "第2件事。", network="203.0.113.8").is_held is False


def test_statement_leaves_no_entry_in_the_log(conversation: Conversation) -> None:
    with tenancy.scope([conversation.committee_id]):
        before = Entry.objects.count()
        say(conversation)
        assert Entry.objects.count() == before


def test_alike_names_published_statements_that_say_nearly_the_same(conversation: Conversation) -> None:
    talks.said(conversation, "学校门口要划斑马线。")
    with tenancy.scope([conversation.committee_id]):
        found = [s.text for s in alike(conversation, "学校门口要划上斑马线")]
        assert found == ["学校门口应当划斑马线。"]
        assert alike(conversation, "希望村里有图书室。") == []


def test_statement_after_the_end_is_refused_although_its_page_was_opened_before(
    conversation: Conversation,
) -> None:
    with tenancy.scope([conversation.committee_id]):
        Matter.objects.filter(pk=conversation.pk).update(state=ConversationState.CLOSED)
    assert conversation.state == ConversationState.OPEN
    with pytest.raises(Refused):
        say(conversation)
    assert pending(conversation) == []
