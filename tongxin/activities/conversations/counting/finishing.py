"""The end of a conversation: the last count, the members' taking part, and then nothing leads to anybody any more.

All of it is one transaction. Where a worker dies, nothing has happened, and the night does it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from tongxin.activities.conversations.counting.counts import count_for_good
from tongxin.activities.conversations.counting.locks import hold_counts, hold_votes
from tongxin.activities.conversations.counting.shuffling import burn_voices, mix_statements
from tongxin.activities.conversations.counting.totals import LEAST_PEOPLE
from tongxin.activities.conversations.enums import Circle, ConversationState
from tongxin.activities.conversations.keys import member_secret, voice_index
from tongxin.activities.conversations.models import Conversation, OpinionMap, Voice
from tongxin.capabilities.matters.actions import take_part
from tongxin.capabilities.matters.models import Participation
from tongxin.foundation.core import clock
from tongxin.foundation.organization.models import Member

if TYPE_CHECKING:
    from uuid import UUID

    from tongxin.foundation.organization.models import MemberQuerySet


@transaction.atomic
def finish_conversation(conversation_id: UUID) -> bool:
    """Count a closed conversation for the last time and burn what leads to people; return whether it was done now."""
    hold_counts(conversation_id)
    hold_votes(conversation_id)
    conversation = Conversation.objects.select_related("matter").get(pk=conversation_id)
    if conversation.state != ConversationState.CLOSED:
        return False
    opinion_map = OpinionMap.objects.select_for_update().get(pk=conversation_id)
    if opinion_map.is_final:
        return False
    took_part = _members_with_a_voice(conversation)
    voices = count_for_good(opinion_map)
    if voices < LEAST_PEOPLE:
        # Of so few it could be guessed who said what, once it is known who took part.
        Voice.objects.filter(conversation_id=conversation_id).update(ballot="")
    burn_voices(conversation_id)
    mix_statements(conversation_id, is_end=True)
    _write_participations(conversation, took_part)
    OpinionMap.objects.filter(pk=conversation_id).update(is_final=True)
    return True


def _members_with_a_voice(conversation: Conversation) -> list[UUID]:
    """Return which members answered at least one statement."""
    asked = dict(_eligible(conversation).values_list("user_id", "pk"))
    members = {voice_index(conversation.pk, member_secret(user_id)): pk for user_id, pk in asked.items()}
    spoke = Voice.objects.filter(conversation=conversation, key_index__in=list(members))
    found = spoke.filter(ballot__regex=r"[-+0]").values_list("key_index", flat=True)
    return sorted(members[index] for index in found if index)


def _eligible(conversation: Conversation) -> MemberQuerySet:
    members = Member.objects.filter(committee_id=conversation.committee_id, user__isnull=False)
    if conversation.circle == Circle.LIST:
        return members.filter(pk__in=conversation.invitations.values("member_id"))
    return members


def _write_participations(conversation: Conversation, members: list[UUID]) -> None:
    """Record for all at once that they took part; in the order of their own keys, on the day it closed."""
    on = conversation.matter.closed_on or clock.today()
    role = Participation.Role.PRESENT
    for member in Member.objects.filter(pk__in=members).order_by("pk"):
        take_part(matter=conversation.matter, role=role, on=on, member=member)
