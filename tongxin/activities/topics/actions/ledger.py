"""Entering what a register says of the topics of past years, thousands at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.topics.enums import Channel, TopicState
from tongxin.activities.topics.lifecycle import TOPIC
from tongxin.activities.topics.models import Topic
from tongxin.capabilities.matters.models import Matter, Participation, TimelineEntry, Visibility
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.core.fingerprints import fingerprint
from tongxin.foundation.core.models import new_id
from tongxin.foundation.core.record_language import recorded
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.activities.topics.actions.entering import Entry
    from tongxin.foundation.core.access import Actor

_AT_ONCE = 500
# What may stand in a register: what has come to its end, with the answer that it was given.
ENDS = (TopicState.DONE, TopicState.ANSWERED, TopicState.DECLINED)


@transaction.atomic
def enter_past_topics(
    *, actor: Actor, entries: Sequence[Entry], state: str, outcome: str, source: str
) -> list[Topic]:
    """Enter topics of the past that have come to an end, all or nothing; nobody is told and nothing is awaited.

    Four statements, however many there are; one entry of the audit log says how many and from where.

    Args:
        actor: the office.
        entries: what the register says, in its order; each with its day.
        state: how they ended, one of ``ENDS``.
        outcome: what the contributors were answered.
        source: the register, as each timeline will name it.

    Raises:
        PermissionDenied: not the office.
        Refused: one says nothing, or its day is missing or lies ahead.
    """
    require(actor.has(Role.STAFF), because=_("台账由政协机关补录。"))
    ensure(state in ENDS, because=_("补录的议题要已经办结。"))
    today = clock.today()
    for entry in entries:
        ensure(bool(entry.title.strip() and entry.text.strip()), because=_("请写标题和内容。"))
        ensure(
            entry.on is not None and entry.on <= today,
            because=_("「%s」没有提出日期，或者日期还没有到。") % entry.title,
        )
    matters = [_matter(actor, entry, state) for entry in entries]
    topics = [_topic(actor, entry, matter, outcome) for entry, matter in zip(entries, matters, strict=True)]
    Matter.objects.bulk_create(matters, batch_size=_AT_ONCE)
    Topic.objects.bulk_create(topics, batch_size=_AT_ONCE)
    Participation.objects.bulk_create(
        [_part(topic) for topic in topics if topic.member_id], batch_size=_AT_ONCE
    )
    TimelineEntry.objects.bulk_create([_line(actor, topic, source) for topic in topics], batch_size=_AT_ONCE)
    record(
        actor=actor,
        action="topics.enter_past_topics",
        target=f"committee:{actor.committee_id}",
        source=source,
        topics=len(topics),
    )
    return topics


def _matter(actor: Actor, entry: Entry, state: str) -> Matter:
    return Matter(
        id=new_id(),
        committee_id=actor.committee_id or 0,
        kind=Topic.KIND,
        title=entry.title.strip(),
        state=state,
        visibility=Visibility.MEMBERS,
        place_id=entry.node.place_id if entry.node else None,
        opened_on=entry.on,
        closed_on=entry.on if TOPIC.states[state].final else None,
    )


def _topic(actor: Actor, entry: Entry, matter: Matter, outcome: str) -> Topic:
    return Topic(
        matter=matter,
        committee_id=actor.committee_id or 0,
        channel=entry.channel,
        node=entry.node,
        category=entry.category,
        text=entry.text.strip(),
        member=entry.member,
        raised_by=entry.raised_by.strip(),
        is_urgent=entry.urgent,
        outcome=outcome,
        decided_on=entry.on,
        fingerprint=fingerprint(entry.text),
    )


def _part(topic: Topic) -> Participation:
    return Participation(
        committee_id=topic.committee_id,
        matter=topic.matter,
        member_id=topic.member_id,
        role=Participation.Role.RAISER,
        on=topic.decided_on or clock.today(),
    )


def _line(actor: Actor, topic: Topic, source: str) -> TimelineEntry:
    channel = recorded(Channel(topic.channel).label)
    return TimelineEntry(
        committee_id=topic.committee_id,
        matter=topic.matter,
        user_id=actor.user_id,
        who=actor.name,
        verb="enter",
        text=f"根据{source}补录（{channel}）",
        audience=TimelineEntry.Audience.OFFICE,
        at=clock.now(),
    )
