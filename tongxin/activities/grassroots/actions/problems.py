"""The ledger of problems: given to somebody, worked on, reported, confirmed (问题台账)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.grassroots.actions.problem_moving import (
    advance_problem,
    lock_problem,
    lock_problems,
    rules_of,
    start,
    tell_people,
)
from tongxin.activities.grassroots.enums import ProblemState
from tongxin.activities.grassroots.lifecycle_problem import PROBLEM
from tongxin.activities.grassroots.models import Problem
from tongxin.activities.grassroots.permissions_problem import (
    can_add_problem,
    can_disclose_problem,
    works_for,
)
from tongxin.capabilities.deadlines.actions import drop_deadlines
from tongxin.capabilities.files.actions import store_file
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.actions import link_matters, move_matter, open_matter, take_number
from tongxin.capabilities.matters.models import Relation, Visibility
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.core.record_language import recorded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from django.core.files.uploadedfile import UploadedFile

    from tongxin.activities.grassroots.models import DeliberationSession
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Node, Unit

_TITLE_CHARACTERS = 60
_LONGEST_OBJECTION = 300


@dataclass(frozen=True, slots=True)
class Charge:
    """Who is to solve it, and by when: a unit with an account, or somebody by name."""

    unit: Unit | None
    owner: str
    due_on: date | None


@transaction.atomic
def add_problem(
    *,
    actor: Actor,
    session: DeliberationSession | None = None,
    node: Node | None,
    text: str,
    unit: Unit | None = None,
    owner: str = "",
    due_on: date | None = None,
    title: str = "",
    is_livelihood: bool = True,
) -> Problem:
    """Put what was agreed to be solved into the ledger, and tell the unit.

    Args:
        actor: staff, or whoever keeps the node.
        session: where it was agreed; the chain then leads from there.
        node: the council, room or station that it belongs to.
        text: what is to be solved.
        unit: who does it, with an account here; or
        owner: who does it, by name (村委会). At least one of the two.
        due_on: by when; without it nobody is reminded.
        title: what the ledger calls it; the beginning of the text when empty.
        is_livelihood: whether it counts as 民生.

    Raises:
        PermissionDenied: the actor does not keep this node.
        Refused: nothing is said, nobody is named, or the unit is not one of this committee.
    """
    require(can_add_problem(actor, node), because=_("只有机关工作人员和这个点的站长、联络员可以记问题。"))
    text, owner, title = text.strip(), owner.strip(), title.strip()
    ensure(bool(text or title), because=_("请写要解决什么。"))
    _ensure_charge(actor, Charge(unit, owner, due_on))
    _ensure_ahead(due_on)
    matter = open_matter(
        actor=actor,
        kind=Problem.KIND,
        title=title[:120] or _title_of(text),
        state=ProblemState.OPEN,
        committee_id=actor.committee_id or 0,
        place=node.place if node else None,
    )
    # After the audit log's lock, which others hold while they wait for a number.
    year = clock.today().year
    number = take_number(committee_id=matter.committee_id, series=f"problem:{year}")
    matter.code = f"{year}-{number:03d}"
    matter.save(update_fields=["code"])
    problem = Problem.objects.create(
        matter=matter,
        committee_id=matter.committee_id,
        session=session,
        node=node,
        text=text or title,
        unit=unit,
        owner=owner,
        due_on=due_on,
        is_livelihood=is_livelihood,
    )
    who = _name_of(problem)
    move_matter(actor=actor, matter=matter, verb="add_problem", text=f"记入问题台账，由{who}解决"[:200])
    if session is not None:
        link_matters(actor=actor, source=session.matter, target=matter, relation=Relation.RAISED)
    start("solve", problem)
    tell_people(problem, ("unit",), f"{matter.title}：请解决并报结果", but=actor)
    return problem


@transaction.atomic
def sign_problem(*, actor: Actor, problem: Problem) -> Problem:
    """Take a problem on: from now on it is being worked on."""
    locked = lock_problem(problem)
    PROBLEM.check("sign_problem", actor, locked)
    advance_problem(
        "sign_problem", actor=actor, problem=locked, text=f"{_name_of(locked)}开始办", **_of(actor, locked)
    )
    return locked


@transaction.atomic
def report_problem(
    *, actor: Actor, problem: Problem, result: str, photos: Sequence[UploadedFile[bytes]] = ()
) -> Problem:
    """Say what was done, with what shows it. Somebody else confirms it.

    Raises:
        PermissionDenied: neither the unit nor whoever keeps the ledger.
        Refused: it is not being worked on, or nothing is said.
    """
    locked = lock_problem(problem)
    PROBLEM.check("report_problem", actor, locked)
    ensure(bool(result.strip()), because=_("请写怎样解决的。"))
    for photo in photos:
        store_file(
            actor=actor,
            matter=locked.matter,
            upload=photo,
            purpose=StoredFile.Purpose.EVIDENCE,
            subject_id=locked.pk,
            unit_id=locked.unit_id if works_for(actor, locked) else None,
        )
    locked.result = result.strip()
    advance_problem(
        "report_problem",
        actor=actor,
        problem=locked,
        text=f"{_name_of(locked)}报已解决",
        note=locked.result,
        **_of(actor, locked),
    )
    return locked


@transaction.atomic
def confirm_problem(*, actor: Actor, problem: Problem, on: date | None = None, note: str = "") -> Problem:
    """Agree that it is solved; it counts from that day, and is looked at again later.

    Raises:
        PermissionDenied: the actor does not keep the ledger, or is of the unit.
        Refused: nothing is reported, or the day cannot be.
    """
    locked = lock_problem(problem)
    PROBLEM.check("confirm_problem", actor, locked)
    solved_on = on or clock.today()
    opened_on = locked.matter.opened_on
    ensure(solved_on <= clock.today(), because=_("解决日期还没有到，请核对。"))
    ensure(opened_on is None or solved_on >= opened_on, because=_("解决日期早于交办，请核对。"))
    locked.solved_on = solved_on
    locked.looked_back_on, locked.look_back = None, ""
    advance_problem("confirm_problem", actor=actor, problem=locked, text="核实已解决", note=note.strip())
    return locked


@transaction.atomic
def confirm_problems(*, actor: Actor, problems: Sequence[UUID]) -> int:
    """Agree that several are solved, all or none; return how many."""
    found = list(Problem.objects.visible_to(actor).filter(pk__in=problems).order_by("pk"))
    ensure(bool(found), because=_("请先勾选要确认的问题。"))
    lock_problems(problem.pk for problem in found)
    for problem in found:
        confirm_problem(actor=actor, problem=problem)
    return len(found)


@transaction.atomic
def return_problem(*, actor: Actor, problem: Problem, reason: str) -> Problem:
    """Say what is still missing; the unit goes on."""
    locked = lock_problem(problem)
    PROBLEM.check("return_problem", actor, locked)
    ensure(bool(reason.strip()), because=_("请写还差什么。"))
    advance_problem(
        "return_problem", actor=actor, problem=locked, text="核实没有解决，退回继续办", note=reason.strip()
    )
    return locked


@transaction.atomic
def give_up_problem(*, actor: Actor, problem: Problem, reason: str) -> Problem:
    """Say that it cannot be solved for now, and why; those who raised it read the reason."""
    locked = lock_problem(problem)
    PROBLEM.check("give_up_problem", actor, locked)
    ensure(bool(reason.strip()), because=_("请写为什么办不了。反映的人会看到。"))
    locked.result = reason.strip()
    locked.solved_on = None
    advance_problem("give_up_problem", actor=actor, problem=locked, text="暂时办不了", note=locked.result)
    return locked


@transaction.atomic
def change_problem(*, actor: Actor, problem: Problem, to: Charge, reason: str) -> Problem:
    """Give it to somebody else or another day, with the reason.

    Raises:
        PermissionDenied: the actor does not keep the ledger.
        Refused: no reason, nobody named, nothing changes, or it has ended meanwhile.
    """
    locked = lock_problem(problem)
    PROBLEM.check("change_problem", actor, locked)
    ensure(bool(reason.strip()), because=_("请写为什么改。"))
    owner = to.owner.strip()
    _ensure_charge(actor, Charge(to.unit, owner, to.due_on))
    before = (locked.unit, locked.owner, locked.due_on)
    if to.due_on != locked.due_on:
        _ensure_ahead(to.due_on)
    ensure(before != (to.unit, owner, to.due_on), because=_("单位和期限都没有变。"))
    parts = []
    if before[:2] != (to.unit, owner):
        old = _name_of(locked)
        tell_people(locked, ("unit",), f"{locked.matter.title}：不再由{old}办", but=actor)
        locked.unit, locked.owner = to.unit, owner
        parts.append(f"由{old}改为{_name_of(locked)}解决")
    if before[2] != to.due_on:
        locked.due_on = to.due_on
        parts.append(f"期限改为{_day(to.due_on)}" if to.due_on else "不再定期限")
    advance_problem(
        "change_problem", actor=actor, problem=locked, text="，".join(parts)[:200], note=reason.strip()
    )
    return locked


@transaction.atomic
def set_problem_visibility(*, actor: Actor, problem: Problem, is_public: bool) -> None:
    """Show a problem and what became of it to everybody, or no longer."""
    locked = lock_problem(problem)
    require(can_disclose_problem(actor, locked), because=_("只有机关工作人员可以决定公开。"))
    wanted = Visibility.PUBLIC if is_public else Visibility.INTERNAL
    if locked.matter.visibility == wanted:
        return
    locked.matter.visibility = wanted
    move_matter(
        actor=actor,
        matter=locked.matter,
        verb="set_visibility",
        text="公开" if is_public else "不再公开",
        visibility=recorded(wanted.label),
    )


@transaction.atomic
def object_to_problem(*, problem: Problem, text: str) -> Problem:
    """Say, as whoever raised it, that it is not solved: once, and it goes on.

    Nothing of it tells when, beyond the day: neither timeline nor audit log nor notices have an entry of this
    moment; ``take_in_objections`` writes them at night. The caller has found the receipt and opened the scope.

    Raises:
        Refused: somebody said so before, it does not count as solved, it was solved too long ago, or nothing
            is said.
    """
    locked = lock_problem(problem)
    ensure(locked.objected_on is None, because=_("已经有人说没解决了，我们正在核实。每件事只能说一次。"))
    ensure(locked.matter.state == ProblemState.SOLVED, because=_("这件事现在还在办，不用再说没解决。"))
    ensure(can_be_objected_to(locked), because=_("解决以后已经过了可以说没解决的时间，您可以重新反映。"))
    ensure(bool(text.strip()), because=_("请写哪里没有解决。"))
    locked.objected_on = clock.today()
    locked.objection = text.strip()[:_LONGEST_OBJECTION]
    locked.solved_on = None
    locked.look_back_on = None
    # The old day is past; whoever keeps the ledger sets a new one.
    locked.due_on = None
    locked.save()
    drop_deadlines(matter=locked.matter, kinds=["look_back"], subject_id=locked.pk)
    matter = locked.matter
    matter.state = ProblemState.UNDER_WAY
    matter.closed_on = None
    matter.version += 1
    matter.save(update_fields=["state", "closed_on", "version"])
    return locked


def can_be_objected_to(problem: Problem) -> bool:
    """Say whether whoever raised it may say now that it is not solved. At most one query."""
    if problem.objected_on or problem.solved_on is None or problem.matter.state != ProblemState.SOLVED:
        return False
    days = rules_of(problem.committee_id).objection_days
    return clock.today() <= problem.solved_on + timedelta(days=days)


def _ensure_charge(actor: Actor, charge: Charge) -> None:
    ensure(bool(charge.unit or charge.owner), because=_("请选承办单位，或者写由谁负责。"))
    if charge.unit is not None:
        ensure(
            charge.unit.committee_id == actor.committee_id and charge.unit.ended_on is None,
            because=_("请选本会现有的承办单位。"),
        )


def _ensure_ahead(due_on: date | None) -> None:
    ensure(due_on is None or due_on >= clock.today(), because=_("期限请选今天或以后的一天。"))


def _title_of(text: str) -> str:
    line = text.splitlines()[0]
    return line if len(line) <= _TITLE_CHARACTERS else f"{line[: _TITLE_CHARACTERS - 1]}…"


def _name_of(problem: Problem) -> str:
    return problem.unit.name if problem.unit else problem.owner


def _of(actor: Actor, problem: Problem) -> dict[str, Any]:
    """Return whom the timeline names: the unit, or who entered it for those without an account."""
    if works_for(actor, problem) and problem.unit:
        return {"who": problem.unit.name, "acting_unit_id": problem.unit_id}
    return {"who": f"{actor.name}（代录）"}


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
