"""What every action on a topic does around its own change: lock, leave, record, deadlines, tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db.models import Q

from tongxin.activities.topics.lifecycle import INTAKE, TOPIC
from tongxin.activities.topics.models import Topic, TopicRules
from tongxin.capabilities.deadlines.actions import drop_deadlines, meet_deadline, start_deadline
from tongxin.capabilities.matters.actions import move_matter
from tongxin.capabilities.notices.actions import is_silent, tell
from tongxin.foundation.core import clock
from tongxin.foundation.organization.enums import NODE_ROLES, Role
from tongxin.foundation.organization.models import Post

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from tongxin.capabilities.matters.models import TimelineEntry
    from tongxin.foundation.core.access import Actor

# Who the timeline names for the office; the audit log names the person.
OFFICE = "政协机关"


def lock_topic(topic: Topic) -> Topic:
    """Return the topic as it is now; nobody else changes it until the transaction ends."""
    return (
        Topic.objects.select_related("matter", "node", "committee")
        .select_for_update(of=("self", "matter"))
        .get(pk=topic.pk)
    )


def lock_topics(pks: Iterable[UUID]) -> None:
    """Lock several topics before the first of them changes, always in the same order.

    Whoever changes one after the other without this would hold the audit chain while waiting for the next.
    """
    for pk in sorted(set(pks)):
        Topic.objects.select_related("matter").select_for_update(of=("self", "matter")).get(pk=pk)


def rules_of(committee_id: int) -> TopicRules:
    """Return the limits of a committee; the defaults when it has set none."""
    return TopicRules.objects.filter(committee_id=committee_id).first() or TopicRules(
        committee_id=committee_id
    )


def start_intake(
    topic: Topic, *, reason: str = "收到议题", starts_on: date | None = None, untimed: bool = False
) -> None:
    """Let the days run within which somebody has to decide about a topic.

    Args:
        topic: with its matter.
        reason: the event in words.
        starts_on: its day; today when not given.
        untimed: for what somebody of the public said: then not even the key tells the moment.
    """
    start_deadline(
        matter=topic.matter,
        kind=INTAKE,
        starts_on=starts_on or clock.today(),
        reason=reason,
        working_days=rules_of(topic.committee_id).intake_days,
        key=uuid4() if untimed else None,
    )


def advance_topic(
    verb: str,
    *,
    actor: Actor,
    topic: Topic,
    text: str,
    note: str = "",
    **more: Any,  # noqa: ANN401
) -> TimelineEntry:
    """Make one move of a topic's life cycle; the caller has locked it, asked leave and changed its fields.

    Args:
        text: what happened, for the timeline.
        note: what the contributors read, or the reason.
        more: ``audience`` and audit details.
    """
    move = TOPIC.moves[verb]
    closes = bool(move.target and TOPIC.states[move.target].final)
    if move.target:
        topic.decided_on = clock.today()
    topic.save()
    entry = move_matter(
        actor=actor,
        matter=topic.matter,
        verb=verb,
        text=text,
        note=note,
        state=move.target,
        closes=closes,
        who=who_decides(actor, topic),
        **more,
    )
    if move.meets:
        meet_deadline(matter=topic.matter, kinds=move.meets)
    if closes:
        drop_deadlines(matter=topic.matter)
    tell_parties(actor=actor, topic=topic, groups=move.tells, text=f"{topic.matter.title}：{text}")
    return entry


def who_decides(actor: Actor, topic: Topic) -> str:
    """Return whom the timeline names: the office, or the node whose people did it."""
    return OFFICE if actor.has(Role.STAFF) or topic.node is None else topic.node.name


def tell_waiting(*, actor: Actor, topic: Topic) -> None:
    """Tell those who decide about a topic that it is there."""
    tell_parties(
        actor=actor, topic=topic, groups=("keepers",), text=f"收到新议题，请受理：{topic.matter.title}"
    )


def tell_parties(*, actor: Actor, topic: Topic, groups: Iterable[str], text: str) -> None:
    """Send a notice about a topic to groups of people, never to the one who acted."""
    if not groups or is_silent():
        return
    leave = Q(pk__in=())
    for group in groups:
        leave |= _posts(topic, group)
    posts = Post.objects.filter(leave, committee_id=topic.committee_id).held_on(clock.today())
    tell(
        user_ids=set(posts.values_list("user_id", flat=True)) - {actor.user_id},
        committee_id=topic.committee_id,
        text=text,
        url=f"/topics/{topic.pk}/",
        matter=topic.matter,
    )


def _posts(topic: Topic, group: str) -> Q:
    """Return which posts belong to a group of a move's ``tells``."""
    if group == "raiser":
        return Q(role=Role.MEMBER, member_id=topic.member_id) if topic.member_id else Q(pk__in=())
    if group == "unit":
        return Q(role=Role.UNIT_CLERK, unit_id=topic.unit_id) if topic.unit_id else Q(pk__in=())
    return keepers_of(topic)


def keepers_of(topic: Topic) -> Q:
    """Return the posts of those who decide about a topic: staff, and who keeps its node unless it is sensitive."""
    found = Q(role=Role.STAFF)
    if topic.node is not None and not topic.is_sensitive:
        kept = {topic.node.pk, topic.node.parent_id, topic.node.station_id} - {None}
        found |= Q(role__in=NODE_ROLES, node_id__in=kept)
    return found
