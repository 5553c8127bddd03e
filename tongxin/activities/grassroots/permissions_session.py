"""Who may do what with a deliberation session; whether its state allows it is in ``lifecycle_session``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.foundation.organization.enums import NODE_ROLES, Role
from tongxin.foundation.organization.nodes import keeps

if TYPE_CHECKING:
    from tongxin.activities.grassroots.models import DeliberationSession
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Node

# Who prepares and records sessions at all; which ones is asked for each.
SESSION_KEEPERS = (Role.STAFF, *sorted(NODE_ROLES))
# Who reads lists of sessions; units find those that they are invited to.
SESSION_READERS = (
    *SESSION_KEEPERS,
    Role.LEADER,
    Role.REVIEWER,
    Role.AUDITOR,
    Role.MEMBER,
    Role.UNIT_CLERK,
    Role.UNIT_LEADER,
)


def can_convene_at(actor: Actor, node: Node) -> bool:
    """Staff for every node of the committee; who keeps a node, for it and what belongs to it."""
    if actor.committee_id != node.committee_id:
        return False
    return actor.has(Role.STAFF) or keeps(actor, node)


def can_keep_session(actor: Actor, session: DeliberationSession) -> bool:
    """Staff, and who keeps the node that convenes it. A joint host reads along."""
    return can_convene_at(actor, session.node)


def can_reopen_session(actor: Actor, session: DeliberationSession) -> bool:
    """Staff only: what is archived has been counted."""
    return actor.committee_id == session.committee_id and actor.has(Role.STAFF)


def can_answer_invitation(actor: Actor, session: DeliberationSession) -> bool:
    """A member of the committee, for themself; whether they are invited the action looks up."""
    return actor.committee_id == session.committee_id and actor.member_id is not None


def can_check_in(actor: Actor, session: DeliberationSession) -> bool:
    """Who keeps the session, for everybody; a member, for themself."""
    return can_keep_session(actor, session) or can_answer_invitation(actor, session)


def can_enter_past(actor: Actor) -> bool:
    """Staff bring in the registers of past years."""
    return actor.has(Role.STAFF)
