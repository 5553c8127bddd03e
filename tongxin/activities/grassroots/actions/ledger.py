"""Entering what a paper register says about past years: sessions, who came, what was suggested and solved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tongxin.activities.grassroots.enums import HowPresent, Presence, ProblemState, SessionState, Side
from tongxin.activities.grassroots.models import Attendee, DeliberationSession, Problem, Suggestion
from tongxin.capabilities.matters.models import (
    Kind,
    Matter,
    MatterLink,
    Participation,
    Relation,
    TimelineEntry,
)
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.core.models import new_id
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tongxin.activities.grassroots.models import SecondedPerson, VenueKind
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Node, Unit

# A register tells the day, not the hour.
_MORNING = time(9)


@dataclass(frozen=True, slots=True)
class PastProblem:
    """One problem in a register, solved on a day or still open."""

    text: str
    solved_on: date | None = None
    unit: Unit | None = None
    owner: str = ""


@dataclass(frozen=True, slots=True)
class PastSession:
    """One line of a register of sessions."""

    node: Node
    on: date
    title: str
    venue_kind: VenueKind | None = None
    venue: str = ""
    persons: Sequence[SecondedPerson] = ()
    others_present: int = 0
    agreed: str = ""
    suggestions: Sequence[str] = ()
    problems: Sequence[PastProblem] = ()


@dataclass(slots=True)
class _Rows:
    """What is written, table by table."""

    matters: list[Matter]
    sessions: list[DeliberationSession]
    attendees: list[Attendee]
    participations: list[Participation]
    suggestions: list[Suggestion]
    problems: list[Problem]
    links: list[MatterLink]
    timeline: list[TimelineEntry]


@transaction.atomic
def enter_past_sessions(
    *, actor: Actor, committee_id: int, lines: Sequence[PastSession], source: str
) -> list[DeliberationSession]:
    """Enter sessions of the past from a register, all or nothing. They count like those held here.

    Some ten statements, however many lines there are; one entry of the audit log says how many and from where.

    Args:
        actor: who enters them.
        committee_id: whose they are.
        lines: what the register says, in its order.
        source: the register, as it will be named beside each session.

    Raises:
        PermissionDenied: not the office.
        Refused: a line lies in the future, or names nobody who solves its problem.
    """
    require(actor.has(Role.STAFF) and actor.committee_id == committee_id, because=_("台账由政协机关补录。"))
    today = clock.today()
    for line in lines:
        ensure(line.on <= today, because=_("「%s」的日期还没有到，不能补录。") % line.title)
    rows = _Rows([], [], [], [], [], [], [], [])
    for line in lines:
        _add(rows, line, actor=actor, committee_id=committee_id, source=source)
    Matter.objects.bulk_create(rows.matters, batch_size=500)
    DeliberationSession.objects.bulk_create(rows.sessions, batch_size=500)
    Attendee.objects.bulk_create(rows.attendees, batch_size=500)
    Participation.objects.bulk_create(rows.participations, batch_size=500, ignore_conflicts=True)
    Suggestion.objects.bulk_create(rows.suggestions, batch_size=500)
    Problem.objects.bulk_create(rows.problems, batch_size=500)
    MatterLink.objects.bulk_create(rows.links, batch_size=500)
    TimelineEntry.objects.bulk_create(rows.timeline, batch_size=500)
    record(
        actor=actor,
        action="grassroots.enter_past_sessions",
        target=f"committee:{committee_id}",
        committee_id=committee_id,
        source=source,
        sessions=len(rows.sessions),
        attendances=len(rows.attendees),
        suggestions=len(rows.suggestions),
        problems=len(rows.problems),
    )
    return rows.sessions


def _add(rows: _Rows, line: PastSession, *, actor: Actor, committee_id: int, source: str) -> None:
    matter = _matter(Kind.SESSION, line.title, SessionState.RECORDED, line, committee_id, ended_on=line.on)
    session = DeliberationSession(
        matter=matter,
        committee_id=committee_id,
        node=line.node,
        venue_kind=line.venue_kind,
        venue=line.venue,
        starts_at=timezone.make_aware(datetime.combine(line.on, _MORNING)),
        agreed=line.agreed,
        held_on=line.on,
        recorded_on=line.on,
        others_present=line.others_present,
        from_ledger=source,
    )
    rows.matters.append(matter)
    rows.sessions.append(session)
    rows.timeline.append(_line(matter, actor, f"根据{source}补录"))
    for person in line.persons:
        rows.attendees.append(
            Attendee(
                committee_id=committee_id,
                session=session,
                side=Side.MEMBER,
                name=person.name,
                post=person.work_unit_and_title,
                person=person,
                member_id=person.member_id,
                presence=Presence.PRESENT,
                how=HowPresent.LEDGER,
            )
        )
        if person.member_id:
            rows.participations.append(
                Participation(
                    committee_id=committee_id,
                    matter=matter,
                    member_id=person.member_id,
                    role=Participation.Role.PRESENT,
                    on=line.on,
                )
            )
    rows.suggestions.extend(
        Suggestion(committee_id=committee_id, session=session, text=text, on=line.on)
        for text in line.suggestions
    )
    for problem in line.problems:
        _add_problem(rows, problem, line, session, actor=actor, source=source)


def _add_problem(
    rows: _Rows,
    problem: PastProblem,
    line: PastSession,
    session: DeliberationSession,
    *,
    actor: Actor,
    source: str,
) -> None:
    ensure(
        problem.unit is not None or bool(problem.owner),
        because=_("「%s」没有写由谁解决。") % problem.text,
    )
    committee_id = session.committee_id
    state = ProblemState.SOLVED if problem.solved_on else ProblemState.OPEN
    matter = _matter(Kind.PROBLEM, problem.text[:120], state, line, committee_id, ended_on=problem.solved_on)
    rows.matters.append(matter)
    rows.problems.append(
        Problem(
            matter=matter,
            committee_id=committee_id,
            session=session,
            node=line.node,
            text=problem.text,
            unit=problem.unit,
            owner=problem.owner,
            solved_on=problem.solved_on,
        )
    )
    rows.links.append(
        MatterLink(
            committee_id=committee_id,
            source=session.matter,
            target=matter,
            relation=Relation.RAISED,
            on=line.on,
        )
    )
    rows.timeline.append(_line(matter, actor, f"根据{source}补录"))


def _matter(
    kind: str, title: str, state: str, line: PastSession, committee_id: int, *, ended_on: date | None
) -> Matter:
    return Matter(
        id=new_id(),
        committee_id=committee_id,
        kind=kind,
        title=title,
        state=state,
        place_id=line.node.place_id,
        opened_on=line.on,
        closed_on=ended_on,
    )


def _line(matter: Matter, actor: Actor, text: str) -> TimelineEntry:
    return TimelineEntry(
        committee_id=matter.committee_id,
        matter=matter,
        user_id=actor.user_id,
        who=actor.name,
        verb="enter_past",
        text=text,
        audience=TimelineEntry.Audience.PARTIES,
        at=clock.now(),
    )
