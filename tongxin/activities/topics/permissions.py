"""May X do Y? Only who; whether the state allows it is in ``lifecycle``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.activities.topics.models.topic import READERS
from tongxin.activities.topics.voters import votes_in_council
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.nodes import keeps

if TYPE_CHECKING:
    from tongxin.activities.topics.models import Topic, TopicList
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Node


def can_decide_topic(actor: Actor, topic: Topic) -> bool:
    """Staff; who keeps a node decides about its topics, but what is sensitive is the office's. The node is loaded."""
    if actor.committee_id != topic.committee_id:
        return False
    return actor.has(Role.STAFF) or (not topic.is_sensitive and keeps(actor, topic.node))


def can_reopen_topic(actor: Actor, topic: Topic) -> bool:
    """Only staff take up again what was decided."""
    return actor.committee_id == topic.committee_id and actor.has(Role.STAFF)


def reads_voices(actor: Actor, topic: Topic) -> bool:
    """Who decides about a topic, and the office, read what was said word for word."""
    return (actor.committee_id == topic.committee_id and actor.has(*READERS)) or can_decide_topic(
        actor, topic
    )


def reads_text(actor: Actor, topic: Topic) -> bool:
    """Also the unit that it was passed to, and the member who recommended it, read the topic's own text."""
    if reads_voices(actor, topic):
        return True
    if topic.member_id is not None and topic.member_id == actor.member_id:
        return True
    return topic.unit_id is not None and topic.unit_id in actor.subjects(Role.UNIT_CLERK, Role.UNIT_LEADER)


def can_enter_for(actor: Actor, node: Node | None) -> bool:
    """Staff enter topics of every place and of none; who keeps a node, of that."""
    if actor.committee_id is None:
        return False
    if actor.has(Role.STAFF):
        return node is None or node.committee_id == actor.committee_id
    return keeps(actor, node)


def can_recommend(actor: Actor) -> bool:
    """A member, in the committee that they are a member of."""
    return actor.member_id is not None and actor.has(Role.MEMBER)


def can_keep_list(actor: Actor, topic_list: TopicList) -> bool:
    """Staff; who keeps a council also keeps the list of that council. The node is loaded."""
    if actor.committee_id != topic_list.committee_id:
        return False
    return actor.has(Role.STAFF) or keeps(actor, topic_list.node)


def can_vote(actor: Actor, topic_list: TopicList) -> bool:
    """A member: on the committee's list everybody, on a council's who has a seat there."""
    if actor.committee_id != topic_list.committee_id or not can_recommend(actor):
        return False
    return topic_list.node_id is None or votes_in_council(actor, topic_list.node_id)
