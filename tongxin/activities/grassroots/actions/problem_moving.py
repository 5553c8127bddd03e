"""What every action on a problem does around its own change: lock, record, deadlines, tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from tongxin.activities.grassroots.enums import ProblemState
from tongxin.activities.grassroots.lifecycle_problem import ASKS, PROBLEM
from tongxin.activities.grassroots.models import GrassrootsRules, Problem
from tongxin.capabilities.deadlines.actions import drop_deadlines, meet_deadline, start_deadline
from tongxin.capabilities.matters.actions import move_matter
from tongxin.capabilities.notices.actions import is_silent, tell
from tongxin.foundation.core import clock
from tongxin.foundation.core.record_language import recorded
from tongxin.foundation.organization.enums import NODE_ROLES, Role
from tongxin.foundation.organization.models import Post

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from tongxin.capabilities.deadlines.models import Deadline
    from tongxin.foundation.core.access import Actor

ENDED = (ProblemState.SOLVED, ProblemState.NOT_POSSIBLE)


def lock_problem(problem: Problem) -> Problem:
    """Return the problem as it is now, locked with its matter until the transaction ends."""
    return (
        Problem.objects.select_related("matter", "node", "unit")
        .select_for_update(of=("self", "matter"))
        .get(pk=problem.pk)
    )


def lock_problems(problems: Iterable[UUID]) -> None:
    """Lock several problems before the first of them changes, always in the same order."""
    for pk in sorted(set(problems)):
        Problem.objects.select_related("matter").select_for_update(of=("self", "matter")).get(pk=pk)


def rules_of(committee_id: int) -> GrassrootsRules:
    """Return the limits of a committee; the defaults when it has set none."""
    return GrassrootsRules.objects.filter(committee_id=committee_id).first() or GrassrootsRules(
        committee_id=committee_id
    )


def start(kind: str, problem: Problem) -> Deadline | None:
    """Start the deadline of one ask; None where nobody set a day or the rules ask for none."""
    rules = rules_of(problem.committee_id)
    begins = clock.today()
    lengths: dict[str, dict[str, Any]] = {
        "solve": {"on": problem.due_on},
        "solve_check": {"working_days": rules.check_days},
        "objection": {"working_days": rules.check_days},
        "look_back": {"months": rules.look_back_months},
    }
    length = lengths[kind]
    if not all(length.values()):
        return None
    if kind == "look_back" and problem.solved_on:
        begins = problem.solved_on
    return start_deadline(
        matter=problem.matter,
        kind=kind,
        starts_on=begins,
        reason=recorded(ASKS[kind].reason),
        subject_id=problem.pk,
        unit_id=problem.unit_id if ASKS[kind].of_unit else None,
        **length,
    )


def advance_problem(
    verb: str,
    *,
    actor: Actor,
    problem: Problem,
    text: str,
    note: str = "",
    **more: Any,  # noqa: ANN401
) -> None:
    """Make one move of a problem; the caller has locked it and asked leave.

    Args:
        text: what happened, for the timeline.
        more: ``who`` and whatever else ``move_matter`` takes.
    """
    move = PROBLEM.moves[verb]
    state = move.target or problem.matter.state
    ended = state in ENDED
    if not ended:
        problem.matter.closed_on = None
    elif problem.solved_on and state == ProblemState.SOLVED:
        problem.matter.closed_on = problem.solved_on
    problem.save()
    move_matter(
        actor=actor,
        matter=problem.matter,
        verb=verb,
        text=text,
        note=note,
        state=state,
        closes=ended and problem.matter.closed_on is None,
        **more,
    )
    if move.meets:
        meet_deadline(matter=problem.matter, kinds=move.meets, subject_id=problem.pk)
    if "solve" in move.starts:
        drop_deadlines(matter=problem.matter, kinds=["solve"], subject_id=problem.pk)
    for kind in move.starts:
        begun = start(kind, problem)
        if kind == "look_back":
            problem.look_back_on = begun.due_on if begun else None
            problem.save(update_fields=["look_back_on"])
    tell_people(problem, move.tells, f"{problem.matter.title}：{text}", but=actor)


def tell_people(problem: Problem, groups: Iterable[str], text: str, *, but: Actor | None) -> None:
    """Send a notice about a problem to its unit or to those who keep the ledger, not to the one who acted."""
    if is_silent():
        return
    meant = Q(pk__in=())
    for group in groups:
        meant |= _posts(problem, group)
    posts = Post.objects.filter(meant, committee_id=problem.committee_id).held_on(clock.today())
    tell(
        user_ids=set(posts.values_list("user_id", flat=True)) - {but.user_id if but else None},
        committee_id=problem.committee_id,
        text=text,
        url=f"/grassroots/problems/{problem.pk}/",
        matter=problem.matter,
    )


def _posts(problem: Problem, group: str) -> Q:
    if group == "unit":
        if problem.unit_id is None:
            return Q(pk__in=())
        return Q(role__in=(Role.UNIT_CLERK, Role.UNIT_LEADER), unit_id=problem.unit_id)
    found = Q(role=Role.STAFF)
    if node := problem.node:
        kept = {node.pk, node.parent_id, node.station_id} - {None}
        found |= Q(role__in=NODE_ROLES, node_id__in=kept)
    return found
