"""Entering what a register says about problems that no session agreed on: solved, or still waiting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.grassroots.enums import ProblemState
from tongxin.activities.grassroots.lifecycle_problem import ASKS
from tongxin.activities.grassroots.models import Problem
from tongxin.capabilities.deadlines.actions import start_deadline
from tongxin.capabilities.matters.models import Kind, Matter, TimelineEntry
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.core.models import new_id
from tongxin.foundation.core.record_language import recorded
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Node

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """One line of a register of problems.

    Attributes:
        owner: who solves it.
        due_on: by when, where the register says it of something that waits.
    """

    node: Node
    on: date
    text: str
    owner: str
    solved_on: date | None = None
    due_on: date | None = None


@transaction.atomic
def enter_past_problems(*, actor: Actor, lines: Sequence[ProblemLine], source: str) -> list[Problem]:
    """Enter problems from a register, all or nothing. They count like those of the ledger here.

    Three statements, however many there are, beside what has a day by which it is due; one entry of the audit
    log says how many and from where.

    Args:
        actor: the office.
        lines: what the register says, in its order.
        source: the register, as each timeline will name it.

    Raises:
        PermissionDenied: not the office.
        Refused: a day lies ahead, something was due before it began, or nobody is named who solves it.
    """
    require(actor.has(Role.STAFF), because=_("台账由政协机关补录。"))
    today = clock.today()
    for line in lines:
        ensure(
            line.on <= (line.solved_on or today) <= today,
            because=_("「%s」的日期还没有到，不能补录。") % line.text,
        )
        ensure(
            line.due_on is None or line.due_on >= line.on,
            because=_("「%s」的期限早于列入台账的日期。") % line.text,
        )
        ensure(bool(line.owner.strip()), because=_("「%s」没有写由谁解决。") % line.text)
    matters = [_matter(actor, line) for line in lines]
    problems = [
        Problem(
            matter=matter,
            committee_id=matter.committee_id,
            node=line.node,
            text=line.text,
            owner=line.owner,
            solved_on=line.solved_on,
            due_on=line.due_on,
        )
        for matter, line in zip(matters, lines, strict=True)
    ]
    Matter.objects.bulk_create(matters, batch_size=_AT_ONCE)
    Problem.objects.bulk_create(problems, batch_size=_AT_ONCE)
    for problem, line in zip(problems, lines, strict=True):
        _start(problem, line)
    TimelineEntry.objects.bulk_create(
        [_told(actor, matter, source) for matter in matters], batch_size=_AT_ONCE
    )
    record(
        actor=actor,
        action="grassroots.enter_past_problems",
        target=f"committee:{actor.committee_id}",
        source=source,
        problems=len(problems),
    )
    return problems


def _start(problem: Problem, line: ProblemLine) -> None:
    """Let what waits be asked for by its day."""
    if line.due_on and not line.solved_on:
        start_deadline(
            matter=problem.matter,
            kind="solve",
            starts_on=line.on,
            on=line.due_on,
            reason=recorded(ASKS["solve"].reason),
            subject_id=problem.pk,
        )


def _matter(actor: Actor, line: ProblemLine) -> Matter:
    return Matter(
        id=new_id(),
        committee_id=actor.committee_id or 0,
        kind=Kind.PROBLEM,
        title=line.text[:120],
        state=ProblemState.SOLVED if line.solved_on else ProblemState.OPEN,
        place_id=line.node.place_id,
        opened_on=line.on,
        closed_on=line.solved_on,
    )


def _told(actor: Actor, matter: Matter, source: str) -> TimelineEntry:
    return TimelineEntry(
        committee_id=matter.committee_id,
        matter=matter,
        user_id=actor.user_id,
        who=actor.name,
        verb="enter_past",
        text=f"根据{source}补录",
        audience=TimelineEntry.Audience.PARTIES,
        at=clock.now(),
    )
