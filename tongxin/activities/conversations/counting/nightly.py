"""What the night does for conversations: it mixes voices, and repairs counts that were lost with their worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.dispatch import receiver

from tongxin.activities.conversations.counting.asking import (
    ask_for_count,
    ask_for_final_count,
    forget_finished,
)
from tongxin.activities.conversations.counting.locks import hold_counts, hold_votes
from tongxin.activities.conversations.counting.shuffling import burn_voices, mix_statements, mix_voices
from tongxin.activities.conversations.enums import ConversationState
from tongxin.activities.conversations.models import Conversation, OpinionMap, Voice
from tongxin.foundation.core import tenancy
from tongxin.foundation.core.signals import nightly
from tongxin.foundation.organization.models import Committee

if TYPE_CHECKING:
    from uuid import UUID


@receiver(nightly, dispatch_uid="voices of conversations")
def mix_and_repair(**_told: Any) -> None:  # noqa: ANN401 (a signal's words)
    """Mix the voices of open conversations, empty those of stopped ones, ask for counts that are missing."""
    for committee_id in Committee.objects.values_list("pk", flat=True):
        with tenancy.scope([committee_id]):
            for key in _keys(ConversationState.OPEN, committee_id):
                mix_conversation(key)
                _ask_again(key, committee_id)
            for key in _keys(ConversationState.CLOSED, committee_id):
                ask_for_final_count(key, committee_id)
            for key in _with_voices(ConversationState.CANCELLED, committee_id):
                forget_voices(key)
    forget_finished()


@transaction.atomic
def mix_conversation(conversation_id: UUID) -> None:
    """Write the voices and statements of a conversation anew, in an order that nobody knows."""
    hold_counts(conversation_id)
    hold_votes(conversation_id)
    if Conversation.objects.open().filter(pk=conversation_id).exists():
        mix_voices(conversation_id)
        mix_statements(conversation_id)


@transaction.atomic
def forget_voices(conversation_id: UUID) -> None:
    """Empty the voices of a conversation that was stopped: nobody counts them, so nobody needs them."""
    hold_counts(conversation_id)
    hold_votes(conversation_id)
    Voice.objects.filter(conversation_id=conversation_id).update(ballot="")
    burn_voices(conversation_id)
    mix_statements(conversation_id, is_end=True)


@transaction.atomic
def _with_voices(state: ConversationState, committee_id: int) -> list[UUID]:
    """Return the conversations in this state with voices that can be found."""
    asked = Conversation.objects.filter(committee_id=committee_id, matter__state=state)
    found = Voice.objects.filter(key_index__isnull=False).values("conversation_id")
    return list(asked.filter(pk__in=found).values_list("pk", flat=True))


@transaction.atomic
def _ask_again(conversation_id: UUID, committee_id: int) -> None:
    OpinionMap.objects.filter(pk=conversation_id, is_final=False).update(is_due=False)
    ask_for_count(conversation_id, committee_id)


@transaction.atomic
def _keys(state: ConversationState, committee_id: int) -> list[UUID]:
    """Return the conversations in this state whose map may still change."""
    asked = Conversation.objects.filter(committee_id=committee_id, matter__state=state)
    return list(asked.filter(map__is_final=False).values_list("pk", flat=True))
