"""May X turn this into that? Only who; in which state is in ``conversions``. No query.

Rows come with their matter, and with their node where they have one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.activities.grassroots.permissions_problem import can_add_problem
from tongxin.activities.topics.enums import PassedTo, TopicState
from tongxin.activities.topics.permissions import can_decide_topic, reads_text
from tongxin.foundation.organization.enums import NODE_ROLES, Role

if TYPE_CHECKING:
    from tongxin.activities.conversations.models import Conversation
    from tongxin.activities.grassroots.models import DeliberationSession, Problem
    from tongxin.activities.proposals.models import Proposal
    from tongxin.activities.topics.models import Topic
    from tongxin.foundation.core.access import Actor

KEEPERS = (Role.STAFF, *sorted(NODE_ROLES))
WRITERS = (Role.STAFF, Role.MEMBER)


def can_write_proposals(actor: Actor) -> bool:
    """A member for themself, staff for a member."""
    return actor.has(Role.STAFF) or (actor.member_id is not None and actor.has(Role.MEMBER))


def is_lead(topic: Topic) -> bool:
    """Say whether a topic is offered to all members as something to write a proposal about (提案线索)."""
    passed_on = topic.state == TopicState.PASSED_ON and topic.passed_to == PassedTo.PROPOSAL
    return passed_on and not topic.is_sensitive


def reads_lead(actor: Actor, topic: Topic) -> bool:
    """The words of a topic are for who decides about it; those of a lead also for who may write about it."""
    return reads_text(actor, topic) or (is_lead(topic) and can_write_proposals(actor))


def can_propose(actor: Actor, row: Topic | DeliberationSession | Problem | Conversation) -> bool:
    """Begin a proposal from something of the own committee; what is sensitive stays with the office."""
    if actor.committee_id != row.committee_id or getattr(row, "is_sensitive", False):
        return False
    return can_write_proposals(actor)


def can_hand_topic(actor: Actor, topic: Topic) -> bool:
    """Who decides about the topic and keeps the ledger of its place."""
    return can_decide_topic(actor, topic) and can_add_problem(actor, topic.node)


def can_tell_of_proposal(actor: Actor, proposal: Proposal) -> bool:
    """Staff tell the contributors what was answered."""
    return actor.has(Role.STAFF) and actor.committee_id == proposal.committee_id


def can_use_statements(actor: Actor, conversation: Conversation) -> bool:
    """Staff take what people agreed on into the work."""
    return actor.has(Role.STAFF) and actor.committee_id == conversation.committee_id


def can_propose_own(actor: Actor, conversation: Conversation) -> bool:
    """A member begins a proposal of their own from it; staff have all ways on one page."""
    return can_propose(actor, conversation) and not can_use_statements(actor, conversation)
