"""What every action of the office on a conversation does around its own change: lock, leave, record, tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from tongxin.activities.conversations.enums import Circle
from tongxin.activities.conversations.lifecycle import CONVERSATION
from tongxin.activities.conversations.models import Conversation
from tongxin.capabilities.matters.actions import move_matter
from tongxin.capabilities.notices.actions import is_silent, tell
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Post

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tongxin.capabilities.matters.models import TimelineEntry
    from tongxin.foundation.core.access import Actor

# Who the timeline names, and whose statements the seeds of the staff are; the audit log names the person.
OFFICE = "政协机关"
SYSTEM = "系统"


def lock_conversation(conversation: Conversation) -> Conversation:
    """Return the conversation as it is now; nobody else of the office changes it until the transaction ends.

    Votes go on: their rows point at it, and that this lock allows.
    """
    return (
        Conversation.objects.select_related("matter", "committee")
        .select_for_update(of=("self", "matter"), no_key=True)
        .get(pk=conversation.pk)
    )


def locked_for(verb: str, actor: Actor, conversation: Conversation) -> Conversation:
    """Return the conversation, locked, if this actor may do this with it now.

    Raises:
        PermissionDenied: not this person.
        Refused: not in this state.
    """
    locked = lock_conversation(conversation)
    CONVERSATION.check(verb, actor, locked)
    return locked


def advance_conversation(
    verb: str,
    *,
    actor: Actor,
    conversation: Conversation,
    text: str,
    **more: Any,  # noqa: ANN401 (as of move_matter)
) -> TimelineEntry:
    """Make one move of the life cycle; the caller has locked it, asked leave and changed its fields.

    Args:
        text: what happened, for the timeline.
        more: ``note``, ``audience``, ``who`` and audit details.
    """
    move = CONVERSATION.moves[verb]
    conversation.save()
    return move_matter(
        actor=actor,
        matter=conversation.matter,
        verb=verb,
        text=text,
        state=move.target,
        closes=bool(move.target and CONVERSATION.states[move.target].final),
        **{"who": OFFICE, **more},
    )


def note_act(verb: str, *, actor: Actor, conversation: Conversation, **detail: Any) -> None:  # noqa: ANN401
    """Keep in the audit log what the office did with one statement; the timeline would drown in it."""
    record(
        actor=actor,
        action=f"conversation.{verb}",
        target=f"matter:{conversation.pk}",
        committee_id=conversation.committee_id,
        **detail,
    )


def tell_people(
    *, conversation: Conversation, groups: Iterable[str], text: str, path: str = "", but: Actor | None = None
) -> None:
    """Send a notice about a conversation to groups of people.

    Args:
        groups: names from ``tells`` of the life cycle. To participants of a public conversation nobody can write.
        path: what follows its own address.
        but: who need not be told, because they did it.
    """
    if is_silent():
        return
    leave = Q(pk__in=())
    for group in groups:
        leave |= _posts(conversation, group)
    posts = Post.objects.filter(leave, committee_id=conversation.committee_id).held_on(clock.today())
    tell(
        user_ids=set(posts.values_list("user_id", flat=True)) - {but.user_id if but else None},
        committee_id=conversation.committee_id,
        text=text,
        url=f"/talks/{conversation.pk}/{path}",
        matter=conversation.matter,
    )


def _posts(conversation: Conversation, group: str) -> Q:
    if group == "keepers":
        return Q(role=Role.STAFF)
    if conversation.circle == Circle.PUBLIC:
        return Q(pk__in=())
    members = Q(role=Role.MEMBER, member__isnull=False)
    if conversation.circle == Circle.LIST:
        members &= Q(member_id__in=conversation.invitations.values("member_id"))
    return members
