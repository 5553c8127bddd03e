"""Topics as rows of a list: what a row says, with a number of queries that does not depend on how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, DateField, Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from tongxin.activities.topics.enums import Channel
from tongxin.activities.topics.lifecycle import INTAKE, TOPIC
from tongxin.activities.topics.models import Topic, Voice
from tongxin.activities.topics.models.topic import READERS
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.deadlines.selectors import days_left
from tongxin.capabilities.files.models import StoredFile
from tongxin.foundation.core import clock
from tongxin.foundation.organization.enums import NODE_ROLES, Role
from tongxin.foundation.organization.models import Node

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from tongxin.activities.topics.models import TopicQuerySet
    from tongxin.capabilities.deadlines.workdays import Calendar
    from tongxin.foundation.core.access import Actor


@dataclass(frozen=True, slots=True)
class Row:
    """One topic in a list, in the words of the page."""

    pk: UUID
    title: str
    channel: str
    node: str
    category: str
    raised_by: str
    opened_on: date | None
    voices: int
    has_photo: bool
    is_urgent: bool
    is_sensitive: bool
    is_held: bool
    objected: bool
    tone: str
    state: str
    due_on: date | None
    left: int | None


def decidable(actor: Actor) -> TopicQuerySet:
    """Return the topics about which somebody decides: staff all, who keeps a node those of it, none sensitive."""
    found = Topic.objects.filter(committee_id=actor.committee_id or 0)
    if actor.has(Role.STAFF):
        return found
    kept = Node.objects.under(actor.subjects(*NODE_ROLES))
    return found.filter(node_id__in=kept.values("pk"), is_sensitive=False)


def for_rows(topics: Any) -> Any:  # noqa: ANN401 (a queryset of topics, annotated)
    """Join and count what a row shows. Still one query."""
    voices = Voice.objects.filter(topic=OuterRef("pk")).order_by().values("topic").annotate(n=Count("pk"))
    photos = StoredFile.objects.kept().filter(matter=OuterRef("pk"), purpose=StoredFile.Purpose.PHOTO)
    due = Deadline.objects.running().filter(matter=OuterRef("pk"), kind=INTAKE).values("due_on")[:1]
    return topics.for_list().annotate(
        n_voices=Coalesce(Subquery(voices.values("n"), output_field=IntegerField()), 0),
        has_photo=Exists(photos),
        due_on=Subquery(due, output_field=DateField()),
        objected=Exists(Voice.objects.filter(Q(objected_at__isnull=False), topic=OuterRef("pk"))),
    )


def rows_of(actor: Actor, topics: Iterable[Any], calendar: Calendar) -> list[Row]:
    """Return the rows. No query."""
    return [_row(actor, topic, calendar) for topic in topics]


def title_for(actor: Actor, topic: Topic) -> str:
    """Return the title that somebody reads: the public one, unless they work with the topic."""
    works = actor.has(*READERS, *NODE_ROLES, Role.UNIT_CLERK, Role.UNIT_LEADER)
    own = topic.member_id is not None and topic.member_id == actor.member_id
    return topic.matter.title if works or own else topic.shown_title


def _row(actor: Actor, topic: Any, calendar: Calendar) -> Row:  # noqa: ANN401 (annotated by for_rows)
    state = TOPIC.states[topic.matter.state]
    return Row(
        pk=topic.pk,
        title=title_for(actor, topic),
        channel=str(Channel(topic.channel).label),
        node=topic.node.name if topic.node else "",
        category=topic.category.name if topic.category else "",
        raised_by=topic.member.name if topic.member else topic.raised_by,
        opened_on=topic.matter.opened_on,
        voices=topic.n_voices,
        has_photo=topic.has_photo,
        is_urgent=topic.is_urgent,
        is_sensitive=topic.is_sensitive,
        is_held=topic.is_held,
        objected=topic.objected,
        tone=state.tone,
        state=str(state.label),
        due_on=topic.due_on,
        left=days_left(topic.due_on, clock.today(), calendar) if topic.due_on else None,
    )
