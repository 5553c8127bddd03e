"""What hangs on the wall, as a page: who sits at a place and when, what is talked about there, what became of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tongxin.activities.grassroots.enums import ProblemState, SessionState
from tongxin.activities.grassroots.lifecycle_problem import PROBLEM
from tongxin.activities.grassroots.models import (
    DeliberationSession,
    DutySlot,
    Problem,
    Secondment,
    StationHead,
)
from tongxin.activities.topics.enums import TopicState
from tongxin.activities.topics.lifecycle import TOPIC
from tongxin.activities.topics.models import Topic, Voice
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.access import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from tongxin.activities.topics.models import TopicQuerySet
    from tongxin.capabilities.codes.models import AccessCode
    from tongxin.foundation.core.lifecycle import Lifecycle
    from tongxin.foundation.organization.models import Node

# A page for a phone: what is further back is on the committee's own pages.
_TOPICS_MOST = 8
_ENDED_MOST = 6
_SESSIONS_MOST = 3
_TALKED_ABOUT = (TopicState.ACCEPTED, TopicState.DELIBERATING)
_ENDED = (TopicState.DONE, TopicState.ANSWERED, TopicState.PASSED_ON, TopicState.DECLINED)
# A session is "running" from so long before it begins until so long after it ends.
_AROUND = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Sitting:
    """Somebody who sits at a place, what they are, and when they are there; ``today`` while it is not over."""

    name: str
    post: str
    times: tuple[str, ...]
    today: str

    @property
    def face(self) -> str:
        """The first sign of the name, for the round mark."""
        return self.name[:1]


@dataclass(frozen=True, slots=True)
class Talked:
    """A topic that is talked about now, and how many people raised it."""

    title: str
    state: str
    tone: str
    voices: int


@dataclass(frozen=True, slots=True)
class Became:
    """What became of something: in what words it ended, and when."""

    title: str
    words: str
    state: str
    tone: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Place:
    """What the page of one code shows.

    Attributes:
        event: the session that the code belongs to, when it is an event's.
        today: the hours in which somebody sits there today, as long as they are not over.
        coming: sessions that are announced, the next one first.
        agreed: sessions whose result is public, the latest first.
    """

    node: Node
    event: DeliberationSession | None
    people: tuple[Sitting, ...]
    today: tuple[str, ...]
    coming: tuple[DeliberationSession, ...]
    agreed: tuple[DeliberationSession, ...]
    topics: tuple[Talked, ...]
    became: tuple[Became, ...]

    @property
    def where(self) -> str:
        """The township or the workstation that it belongs to."""
        if self.node.place is not None:
            return str(self.node.place)
        return self.node.station.name if self.node.station else ""


def node_of(code: AccessCode) -> Node | None:
    """Return the place of a code; of an event's code the place that convened it."""
    if code.node is not None:
        return code.node
    session = event_of(code)
    return session.node if session else None


def event_of(code: AccessCode) -> DeliberationSession | None:
    """Return the session of an event's code."""
    if code.matter_id is None:
        return None
    found: DeliberationSession | None = (
        DeliberationSession.objects.select_related("matter", "node__station", "node__place", "venue_kind")
        .filter(pk=code.matter_id)
        .first()
    )
    return found


def place_page(code: AccessCode) -> Place | None:
    """Return what the public reads behind a code, within the public's scope; None when there is nothing."""
    event = event_of(code)
    node = code.node or (event.node if event else None)
    if node is None:
        return None
    people = _people(node)
    return Place(
        node=node,
        event=event,
        people=people,
        today=tuple(dict.fromkeys(p.today for p in people if p.today)),
        coming=coming_at(_around(node), but=event, most=_SESSIONS_MOST),
        agreed=agreed_at(_around(node), most=_SESSIONS_MOST),
        topics=talked_about_at(_around(node), node.committee_id, most=_TOPICS_MOST),
        became=became_at(_around(node), most=_ENDED_MOST),
    )


def running_at(code: AccessCode) -> DeliberationSession | None:
    """Return the session that runs now where this code hangs, from two hours before it until two hours after it.

    Of an event's code it is that event or none.
    """
    now = clock.now()
    here = Q(pk=code.matter_id) if code.matter_id else _around(code.node) if code.node else Q(pk=None)
    found: DeliberationSession | None = (
        DeliberationSession.objects.annotate(over_at=Coalesce("ends_at", "starts_at"))
        .filter(
            here,
            matter__state__in=(SessionState.ANNOUNCED, SessionState.HELD),
            starts_at__lte=now + _AROUND,
            over_at__gte=now - _AROUND,
        )
        .select_related("matter", "node")
        .order_by("starts_at")
        .first()
    )
    return found


def _around(node: Node) -> Q:
    """What belongs to this place: its own, that of its council and station, and that of all below it."""
    above = {node.pk, node.parent_id, node.station_id} - {None}
    return Q(node_id__in=above) | Q(node__parent_id=node.pk) | Q(node__station_id=node.pk)


def _people(node: Node) -> tuple[Sitting, ...]:
    today = clock.today()
    own = [pk for pk in (node.pk, node.parent_id) if pk]
    slots: dict[UUID, list[DutySlot]] = {}
    for slot in DutySlot.objects.filter(
        Q(until=None) | Q(until__gte=today), Q(on=None) | Q(on__gte=today), node_id__in=own
    ).select_related("person"):
        slots.setdefault(slot.person_id, []).append(slot)
    seconded = Secondment.objects.held_on(today).filter(node_id__in=own).select_related("person__home")
    persons = {s.person_id: s.person for s in seconded.order_by("person__name")}
    persons |= {pk: of[0].person for pk, of in slots.items() if pk not in persons}
    heads = StationHead.objects.held_on(today).filter(node_id__in=[node.pk, node.station_id])
    return (
        *(
            _sitting(
                person.name,
                person.work_unit_and_title or _("下沉委员"),
                slots.get(pk, []),
                today,
            )
            for pk, person in persons.items()
        ),
        *(_sitting(h.name, _and(_("委员工作站站长"), h.title), [], today) for h in heads),
    )


def _sitting(name: str, post: str, slots: Iterable[DutySlot], today: date) -> Sitting:
    rows = sorted(slots, key=lambda s: (s.weekday or 0, s.on or today, s.starts_at))
    here = [_hours_of(s) for s in rows if _is_still_on(s, today)]
    return Sitting(name, post, tuple(map(_time_of, rows)), here[0] if here else "")


def _is_still_on(slot: DutySlot, today: date) -> bool:
    is_today = slot.on == today if slot.on else slot.weekday == today.isoweekday()
    return is_today and slot.ends_at > clock.now().astimezone(clock.ZONE).time()


def _hours_of(slot: DutySlot) -> str:
    return f"{slot.starts_at:%H:%M}–{slot.ends_at:%H:%M}"


def _time_of(slot: DutySlot) -> str:
    weekdays = (_("每周一"), _("每周二"), _("每周三"), _("每周四"), _("每周五"), _("每周六"), _("每周日"))
    day = date_format(slot.on, "MONTH_DAY_FORMAT") if slot.on else weekdays[(slot.weekday or 1) - 1]
    return f"{day} {_hours_of(slot)}"


def _and(*parts: str) -> str:
    return _("，").join(p for p in parts if p)


def coming_at(
    where: Q, *, most: int, but: DeliberationSession | None = None
) -> tuple[DeliberationSession, ...]:
    """Return the announced sessions at these places, the next one first. One query."""
    sessions = DeliberationSession.objects.visible_to(NOBODY).filter(
        where, matter__state=SessionState.ANNOUNCED, starts_at__gte=clock.now() - _AROUND
    )
    if but is not None:
        sessions = sessions.exclude(pk=but.pk)
    return tuple(sessions.for_list().order_by("starts_at", "pk")[:most])


def agreed_at(where: Q, *, most: int) -> tuple[DeliberationSession, ...]:
    """Return the sessions at these places whose result is public, the latest first. One query."""
    recorded = DeliberationSession.objects.visible_to(NOBODY).filter(
        where, matter__state=SessionState.RECORDED
    )
    return tuple(recorded.for_list().order_by("-held_on", "pk")[:most])


def talked_about_at(where: Q, committee_id: int, *, most: int) -> tuple[Talked, ...]:
    """Return what is talked about now at these places. One query, and one for how many raised it."""
    rows = [
        t
        for t in _of_public(where)
        .filter(matter__state__in=_TALKED_ABOUT)
        .order_by("-decided_on", "pk")[:most]
        if t.public_title
    ]
    voices = _voices([t.pk for t in rows], committee_id)
    return tuple(Talked(t.public_title, *_shown(TOPIC, t), voices[t.pk]) for t in rows)


def became_at(where: Q, *, most: int) -> tuple[Became, ...]:
    """Return what ended at these places, whichever kind it was, the latest first. Two queries."""
    problems = (
        Problem.objects.visible_to(NOBODY)
        .filter(where, matter__state__in=(ProblemState.SOLVED, ProblemState.NOT_POSSIBLE))
        .select_related("matter")
        .order_by("-matter__closed_on", "pk")[:most]
    )
    topics = _of_public(where).filter(matter__state__in=_ENDED).order_by("-decided_on", "pk")[:most]
    rows = [
        *(
            Became(p.matter.title, p.result, *_shown(PROBLEM, p), p.solved_on or p.matter.closed_on)
            for p in problems
        ),
        *(
            Became(t.public_title, t.outcome, *_shown(TOPIC, t), t.matter.closed_on or t.decided_on)
            for t in topics
            if t.public_title
        ),
    ]
    return tuple(sorted(rows, key=lambda r: r.on or date.min, reverse=True)[:most])


def _of_public(where: Q) -> TopicQuerySet:
    return Topic.objects.visible_to(NOBODY).filter(where).select_related("matter")


def _shown(lifecycle: Lifecycle[Any], thing: Any) -> tuple[str, str]:  # noqa: ANN401 (a thing with states)
    state = lifecycle.states[lifecycle.state_of(thing)]
    return str(state.label), state.tone


def _voices(topics: list[UUID], committee_id: int) -> Counter[UUID]:
    """Count who raised these topics, or one that was merged into them. Only the numbers leave the inner scope."""
    counted: Counter[UUID] = Counter()
    if topics:
        with tenancy.scope([committee_id]):
            counted.update(
                Voice.objects.annotate(lead=Coalesce("topic__merged_into", "topic"))
                .filter(lead__in=topics)
                .values_list("lead", flat=True)
            )
    return counted
