"""May X do Y? Only who; whether the state allows it is in ``lifecycle``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.activities.conversations.enums import Circle
from tongxin.activities.conversations.models.conversation import READERS
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from tongxin.activities.conversations.models import Conversation
    from tongxin.foundation.core.access import Actor


def can_begin(actor: Actor) -> bool:
    """Staff draw up conversations."""
    return actor.committee_id is not None and actor.has(Role.STAFF)


def can_keep(actor: Actor, conversation: Conversation) -> bool:
    """Staff of the committee keep its conversations: words, list, opening, moderation, closing."""
    return actor.committee_id == conversation.committee_id and actor.has(Role.STAFF)


def can_watch(actor: Actor, conversation: Conversation) -> bool:
    """The office sees the map while people still vote."""
    return actor.committee_id == conversation.committee_id and actor.has(*READERS)


def can_take_part(actor: Actor, conversation: Conversation) -> bool:
    """A member of the committee, signed in; on a list conversation who stands on the list.

    For a list conversation ``conversation`` came through ``visible_to``, which knows the list.
    """
    if actor.member_id is None or not actor.has(Role.MEMBER):
        return False
    if actor.committee_id != conversation.committee_id:
        return False
    if conversation.circle != Circle.LIST:
        return True
    return conversation.invitations.filter(member_id=actor.member_id).exists()


def can_seed(actor: Actor, conversation: Conversation) -> bool:
    """Staff, and members who may take part, put statements under their own name."""
    return can_keep(actor, conversation) or can_take_part(actor, conversation)


def can_use(actor: Actor, conversation: Conversation) -> bool:
    """Staff take statements into the work; members of the committee into a proposal of their own."""
    if actor.committee_id != conversation.committee_id:
        return False
    return actor.has(Role.STAFF) or (actor.member_id is not None and actor.has(Role.MEMBER))
