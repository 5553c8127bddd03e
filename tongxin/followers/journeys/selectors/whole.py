"""The whole chain of a matter, both ways, for people with an account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from tongxin.activities.conversations.lifecycle import CONVERSATION
from tongxin.activities.conversations.models import Conversation
from tongxin.activities.grassroots.lifecycle_problem import PROBLEM
from tongxin.activities.grassroots.lifecycle_session import SESSION
from tongxin.activities.grassroots.models import DeliberationSession, Problem
from tongxin.activities.proposals.enums import ANSWERING_ROLES
from tongxin.activities.proposals.lifecycle import PROPOSAL
from tongxin.activities.proposals.models import Assignment, Proposal
from tongxin.activities.topics.lifecycle import TOPIC
from tongxin.activities.topics.models import Topic, Voice
from tongxin.activities.topics.models.topic import READERS
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.models import Kind
from tongxin.capabilities.matters.pages import page_of
from tongxin.followers.journeys.selectors.graph import reach
from tongxin.foundation.core import clock
from tongxin.foundation.core.templatetags.ui import zh_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date
    from uuid import UUID

    from django.db.models import Model

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.lifecycle import State


@dataclass(frozen=True, slots=True)
class Stop:
    """One matter of the chain.

    Attributes:
        row: the topic, session, problem or proposal; None for what the actor may not open.
        mark: how its circle looks: ``done``, ``now``, ``halt`` or ``todo``.
        who: who has it.
        facts: dates and numbers, as pairs of label and value.
    """

    row: Any
    kind: str
    title: str
    url: str
    mark: str
    state: State | None = None
    who: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class WholeChain:
    """A matter with what led to it and what it led to."""

    here: Stop
    stops: tuple[Stop, ...]

    @property
    def is_alone(self) -> bool:
        """Whether nothing led to it and it led to nothing."""
        return len(self.stops) == 1


def whole_chain(actor: Actor, matter_id: UUID) -> WholeChain | None:
    """Return the chain as this actor may see it; None when they may not open the matter itself.

    What they may not open stands as one line without a title wherever it stands, so that not even its number
    is told. One query, and one for each kind.
    """
    reached = reach(matter_id)
    rows: dict[UUID, Any] = {}
    for kind, load in _LOADERS.items():
        if ids := [r.matter_id for r in reached if r.kind == kind]:
            rows |= {row.pk: row for row in load(actor, ids)}
    if matter_id not in rows:
        return None
    sees_all = actor.has(*READERS)
    places = {r.matter_id: r.place for r in reached}
    stops: list[Stop] = []
    for pk in sorted(places, key=lambda pk: (places[pk], _day_of(rows.get(pk)), str(pk))):
        if pk in rows:
            stops.append(_stop(rows[pk], is_here=pk == matter_id, sees_all=sees_all))
        elif not stops or stops[-1].row is not None:
            stops.append(Stop(None, "", _("另一件事项"), "", "todo"))
    return WholeChain(next(s for s in stops if s.is_here), tuple(stops))


def _counted(rows: Any) -> Any:  # noqa: ANN401 (a queryset of any kind of matter)
    """Join what every kind shows: its files and the day by which somebody is to do something."""
    files = StoredFile.objects.kept().filter(matter=OuterRef("pk")).order_by().values("matter")
    due = Deadline.objects.running().filter(matter=OuterRef("pk")).order_by("due_on")
    return rows.annotate(
        files_n=Coalesce(Subquery(files.annotate(n=Count("pk")).values("n")), 0),
        next_due=Subquery(due.values("due_on")[:1]),
    )


def _topics(actor: Actor, ids: Iterable[UUID]) -> Iterable[Model]:
    voices = Voice.objects.filter(topic=OuterRef("pk")).order_by().values("topic")
    found = Topic.objects.visible_to(actor).filter(pk__in=ids).select_related("matter", "node", "unit")
    counted = Coalesce(Subquery(voices.annotate(n=Count("pk")).values("n")), 0)
    return list(_counted(found).annotate(voices_n=counted))


def _sessions(actor: Actor, ids: Iterable[UUID]) -> Iterable[Model]:
    found = DeliberationSession.objects.visible_to(actor).filter(pk__in=ids)
    return list(_counted(found.select_related("matter", "node")))


def _problems(actor: Actor, ids: Iterable[UUID]) -> Iterable[Model]:
    found = Problem.objects.visible_to(actor).filter(pk__in=ids)
    return list(_counted(found.select_related("matter", "node", "unit")))


def _proposals(actor: Actor, ids: Iterable[UUID]) -> Iterable[Model]:
    parts = Assignment.objects.in_force().filter(
        proposal=OuterRef("pk"), round=OuterRef("round"), role__in=ANSWERING_ROLES
    )
    found = Proposal.objects.visible_to(actor).filter(pk__in=ids)
    rows = _counted(found.select_related("matter", "lead_member", "body"))
    return list(rows.annotate(unit_names=ArraySubquery(parts.order_by("unit__name").values("unit__name"))))


def _conversations(actor: Actor, ids: Iterable[UUID]) -> Iterable[Model]:
    found = Conversation.objects.visible_to(actor).filter(pk__in=ids)
    return list(_counted(found.select_related("matter", "map")))


_LOADERS: dict[str, Callable[[Actor, Iterable[UUID]], Iterable[Any]]] = {
    Kind.TOPIC: _topics,
    Kind.SESSION: _sessions,
    Kind.PROBLEM: _problems,
    Kind.PROPOSAL: _proposals,
    Kind.CONVERSATION: _conversations,
}
_LIFECYCLES: dict[str, Any] = {
    Kind.TOPIC: TOPIC,
    Kind.SESSION: SESSION,
    Kind.PROBLEM: PROBLEM,
    Kind.PROPOSAL: PROPOSAL,
    Kind.CONVERSATION: CONVERSATION,
}


def _stop(row: Any, *, is_here: bool, sees_all: bool) -> Stop:  # noqa: ANN401 (any kind of matter)
    matter = row.matter
    state: State = _LIFECYCLES[matter.kind].states[matter.state]
    pairs = _FACTS[matter.kind](row)
    if row.next_due not in {value for _label, value in pairs}:
        pairs.append((_("下一个期限"), row.next_due))
    if sees_all and row.files_n:
        pairs.append((_("文件"), _("{n}个").format(n=row.files_n)))
    return Stop(
        row=row,
        kind=str(Kind(matter.kind).label),
        title=f"{matter.code} {matter.title}" if matter.code else matter.title,
        url=page_of(matter.kind, matter.pk),
        mark=("halt" if state.tone == "stop" else "done") if state.final else "now",
        state=state,
        who=_WHO[matter.kind](row),
        facts=tuple(
            (label, value if isinstance(value, str) else zh_date(value)) for label, value in pairs if value
        ),
        is_here=is_here,
    )


def _of_topic(topic: Any) -> list[tuple[str, date | str | None]]:  # noqa: ANN401 (annotated by _topics)
    said = _("{n}条").format(n=topic.voices_n) if topic.voices_n else ""
    return [
        (_("提出"), topic.matter.opened_on),
        (_("群众的话"), said),
        (_("决定"), topic.decided_on if topic.decided_on != topic.matter.closed_on else None),
        (_("办结"), topic.matter.closed_on),
    ]


def _of_session(session: DeliberationSession) -> list[tuple[str, date | str | None]]:
    if session.held_on:
        return [(_("举行"), session.held_on), (_("归档"), session.recorded_on)]
    return [(_("计划"), session.starts_at.astimezone(clock.ZONE).date())]


def _of_problem(problem: Problem) -> list[tuple[str, date | str | None]]:
    return [
        (_("期限"), problem.due_on),
        (_("解决"), problem.solved_on),
        (_("提出人说没解决"), problem.objected_on),
        (_("回头看"), problem.looked_back_on or problem.look_back_on),
    ]


def _of_proposal(proposal: Proposal) -> list[tuple[str, date | str | None]]:
    return [
        (_("立案"), proposal.filed_on),
        (_("交办"), proposal.assigned_on),
        (_("答复"), proposal.replied_on),
        (_("办结"), proposal.matter.closed_on),
    ]


def _of_conversation(conversation: Conversation) -> list[tuple[str, date | str | None]]:
    counted = getattr(conversation, "map", None)
    voices = _("{n}份").format(n=counted.voices) if counted and counted.is_final else ""
    return [
        (_("开始"), conversation.matter.opened_on if conversation.matter.code else None),
        (_("结束"), conversation.matter.closed_on or conversation.closes_on),
        (_("参加"), voices),
    ]


_FACTS: dict[str, Callable[[Any], list[tuple[str, date | str | None]]]] = {
    Kind.TOPIC: _of_topic,
    Kind.SESSION: _of_session,
    Kind.PROBLEM: _of_problem,
    Kind.PROPOSAL: _of_proposal,
    Kind.CONVERSATION: _of_conversation,
}


def _place_of(row: Any) -> str:  # noqa: ANN401 (a topic, a session or a problem)
    return row.node.name if row.node else _("政协机关")


def _who_has_proposal(proposal: Any) -> str:  # noqa: ANN401 (annotated by _proposals)
    return _("、").join(proposal.unit_names) or proposal.proposer_name


_WHO: dict[str, Callable[[Any], str]] = {
    Kind.TOPIC: lambda topic: topic.unit.name if topic.unit else _place_of(topic),
    Kind.SESSION: _place_of,
    Kind.PROBLEM: lambda problem: problem.unit.name if problem.unit else problem.owner,
    Kind.PROPOSAL: _who_has_proposal,
    Kind.CONVERSATION: lambda conversation: str(conversation.get_circle_display()),
}


def _day_of(row: Any) -> str:  # noqa: ANN401 (any kind of matter, or none)
    # Among what is equally far away the older first; what may not be seen comes last and does not tell its age.
    return str(row.matter.opened_on or "") if row is not None else "~"
