"""Matters of a chain to test with, made row by row: what they say and how they hang together."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tongxin.activities.grassroots.enums import Presence, ProblemState, SessionState, Side
from tongxin.activities.grassroots.models import Attendee, DeliberationSession, Problem
from tongxin.activities.topics.enums import Channel, TopicState
from tongxin.activities.topics.models import Topic, Voice
from tongxin.capabilities.matters.models import Kind, Matter, MatterLink, Relation, Visibility
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from tests.village import Village

DAY = date(2026, 5, 6)
SAID = "村口到小学那段路没有灯，晚上黑。"


def day(after: int) -> date:
    """So many days after the saying."""
    return DAY + timedelta(days=after)


def matter(village: Village, kind: str, state: str, title: str, **more: Any) -> Matter:
    """A matter of the village's committee."""
    return Matter.objects.create(
        committee=village.house.committee, kind=kind, state=state, title=title, **{"opened_on": DAY, **more}
    )


def topic(
    village: Village,
    *,
    state: str = TopicState.COLLECTED,
    title: str = "路灯",
    visibility: str = Visibility.INTERNAL,
    closed_on: date | None = None,
    **more: Any,
) -> Topic:
    """A topic that the public raised at the room."""
    return Topic.objects.create(
        matter=matter(village, Kind.TOPIC, state, title, visibility=visibility, closed_on=closed_on),
        committee=village.house.committee,
        **{"channel": Channel.MASS, "node": village.room, "text": SAID, **more},
    )


def voice(village: Village, about: Topic, *, text: str = SAID, index: str = "one", **more: Any) -> Voice:
    """A saying on that topic, in the morning of the first day."""
    said_at = datetime(DAY.year, DAY.month, DAY.day, 9, tzinfo=clock.ZONE)
    return Voice.objects.create(
        committee=village.house.committee,
        topic=about,
        text=text,
        receipt_index=index,
        said_at=said_at,
        **more,
    )


def session(
    village: Village,
    *,
    held_on: date | None = None,
    state: str = "",
    title: str = "议一议路灯",
    visibility: str = Visibility.PUBLIC,
    **more: Any,
) -> DeliberationSession:
    """A session of the council; recorded when it was held."""
    state = state or (SessionState.RECORDED if held_on else SessionState.ANNOUNCED)
    on = held_on or day(16)
    return DeliberationSession.objects.create(
        matter=matter(village, Kind.SESSION, state, title, visibility=visibility, opened_on=on),
        committee=village.house.committee,
        node=village.council,
        held_on=held_on,
        **{"starts_at": datetime(on.year, on.month, on.day, 9, tzinfo=clock.ZONE), **more},
    )


def came(village: Village, at: DeliberationSession, name: str, side: str = Side.PARTY) -> Attendee:
    """Somebody was there."""
    return Attendee.objects.create(
        committee=village.house.committee, session=at, side=side, name=name, presence=Presence.PRESENT
    )


def problem(
    village: Village,
    *,
    state: str = ProblemState.UNDER_WAY,
    title: str = "装六盏路灯",
    visibility: str = Visibility.PUBLIC,
    unit: str = "b",
    **more: Any,
) -> Problem:
    """Something to be solved by a unit of the house."""
    return Problem.objects.create(
        matter=matter(village, Kind.PROBLEM, state, title, visibility=visibility, opened_on=day(16)),
        committee=village.house.committee,
        node=village.council,
        **{"text": title, "unit": village.house.units[unit], "due_on": day(60), **more},
    )


def link(source: Any, target: Any, relation: str = Relation.RAISED) -> MatterLink:
    """One led to the other; takes matters, or what has one."""
    begin, end = getattr(source, "matter", source), getattr(target, "matter", target)
    return MatterLink.objects.create(
        committee_id=begin.committee_id, source=begin, target=end, relation=relation, on=DAY
    )
