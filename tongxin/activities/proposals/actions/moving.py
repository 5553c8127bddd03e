"""What every action on a proposal does around its own change: lock, leave, record, deadlines, tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tongxin.activities.proposals.enums import AssignmentState, HandlingRole
from tongxin.activities.proposals.lifecycle import ASKS, ASSIGNMENT, PROPOSAL
from tongxin.activities.proposals.models import Assignment, Cosignature, Proposal, ProposalRules
from tongxin.capabilities.deadlines.actions import drop_deadlines, meet_deadline, start_deadline
from tongxin.capabilities.matters.actions import move_matter
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.capabilities.notices.actions import tell
from tongxin.foundation.core import clock
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Post

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from tongxin.foundation.core.access import Actor

_OFFICE = (Role.STAFF, Role.REVIEWER)


def lock_proposal(proposal: Proposal) -> Proposal:
    """Return the proposal as it is now, locked with its matter until the transaction ends.

    Everything that changes a proposal or a part of its handling takes this lock first, so two hands never
    act on the same state.
    """
    return (
        Proposal.objects.select_related("matter", "session", "lead_member", "body")
        .select_for_update(of=("matter",))
        .get(pk=proposal.pk)
    )


def lock_assignment(assignment: Assignment) -> Assignment:
    """Return the assignment as it is now, its proposal locked."""
    proposal = lock_proposal(assignment.proposal)
    locked = Assignment.objects.select_related("unit").get(pk=assignment.pk)
    locked.proposal = proposal
    return locked


def rules_of(committee_id: int) -> ProposalRules:
    """Return the limits of a committee; the defaults when it has set none."""
    return ProposalRules.objects.filter(committee_id=committee_id).first() or ProposalRules(
        committee_id=committee_id
    )


def start(
    kind: str,
    proposal: Proposal,
    *,
    subject_id: UUID | None = None,
    unit_id: UUID | None = None,
    starts_on: date | None = None,
    rules: ProposalRules | None = None,
    rule: str = "",
    reason: str = "",
) -> None:
    """Start the deadline of one ask, as long as the committee's rules say."""
    rules = rules or rules_of(proposal.committee_id)
    ask = ASKS[kind]
    field = rule or ask.rule
    length = {"months" if field.endswith("_months") else "working_days": getattr(rules, field)}
    start_deadline(
        matter=proposal.matter,
        kind=kind,
        starts_on=starts_on or clock.today(),
        reason=reason or str(ask.reason),
        basis=rules.basis,
        subject_id=subject_id,
        unit_id=unit_id,
        **length,
    )


def advance_proposal(
    verb: str, *, actor: Actor, proposal: Proposal, text: str, note: str = "", **more: Any  # noqa: ANN401
) -> TimelineEntry:
    """Make one move of a proposal's life cycle; the caller has locked it and asked leave.

    Args:
        text: what happened, for the timeline.
        more: ``state`` where the move leaves it open, ``who``, ``audience`` and audit details.
    """
    move = PROPOSAL.moves[verb]
    state = more.pop("state", move.target)
    closes = bool(state and PROPOSAL.states[state].final)
    entry = move_matter(
        actor=actor,
        matter=proposal.matter,
        verb=verb,
        text=text,
        note=note,
        state=state,
        closes=closes,
        **more,
    )
    if move.meets:
        meet_deadline(matter=proposal.matter, kinds=move.meets)
    if closes:
        drop_deadlines(matter=proposal.matter)
    _tell(actor, proposal, move.tells, f"{proposal.matter.title}：{text}")
    return entry


def advance_assignment(
    verb: str, *, actor: Actor, assignment: Assignment, text: str, note: str = "", **more: Any  # noqa: ANN401
) -> TimelineEntry:
    """Make one move of a unit's part; the caller has locked it and asked leave."""
    move = ASSIGNMENT.moves[verb]
    assignment.state = more.pop("state", move.target) or assignment.state
    if ASSIGNMENT.states[assignment.state].final:
        assignment.ended_on = clock.today()
    assignment.save()
    entry = move_matter(
        actor=actor,
        matter=assignment.proposal.matter,
        verb=verb,
        text=text,
        note=note,
        acting_unit_id=assignment.unit_id,
        who=more.pop("who", assignment.unit.name),
        assignment=str(assignment.pk),
        **more,
    )
    if move.meets:
        meet_deadline(matter=assignment.proposal.matter, kinds=move.meets, subject_id=assignment.pk)
    _tell(
        actor,
        assignment.proposal,
        move.tells,
        f"{assignment.proposal.matter.title}：{assignment.unit.name}{text}",
        assignment,
    )
    return entry


def tell_parties(*, actor: Actor, proposal: Proposal, groups: Iterable[str], text: str) -> None:
    """Send a notice about a proposal to groups of people, never to the one who acted."""
    _tell(actor, proposal, tuple(groups), text)


def _tell(
    actor: Actor, proposal: Proposal, groups: tuple[str, ...], text: str, assignment: Assignment | None = None
) -> None:
    if not groups:
        return
    people = {user for group in groups for user in _people(proposal, group, assignment)} - {actor.user_id}
    if people:
        tell(
            user_ids=people,
            committee_id=proposal.committee_id,
            text=text[:240],
            url=f"/proposals/{proposal.pk}/",
            matter=proposal.matter,
        )


def _people(proposal: Proposal, group: str, assignment: Assignment | None) -> Iterable[UUID]:
    posts = Post.objects.filter(committee_id=proposal.committee_id).held_on(clock.today())
    if group == "office":
        posts = posts.filter(role__in=_OFFICE)
    elif group == "proposer":
        # Who was merged into it hears of it like its own proposer.
        told = Proposal.objects.filter(Q(pk=proposal.pk) | Q(merged_into=proposal))
        posts = posts.filter(
            Q(role=Role.MEMBER, member_id__in=told.values("lead_member_id"))
            | Q(role=Role.SUBMITTER, body_id__in=told.values("body_id"))
        )
    elif group == "cosigners":
        signed = proposal.cosignatures.filter(state=Cosignature.State.SIGNED).values("member_id")
        posts = posts.filter(role=Role.MEMBER, member_id__in=signed)
    else:
        posts = posts.filter(unit_id__in=_units(proposal, group, assignment))
        posts = posts.filter(
            role=Role.UNIT_LEADER if group == "unit_leader" else Role.UNIT_CLERK
        )
    return posts.values_list("user_id", flat=True)


def _units(proposal: Proposal, group: str, assignment: Assignment | None) -> Iterable[UUID]:
    if group in {"unit", "unit_leader"} and assignment:
        return [assignment.unit_id]
    parts = Assignment.objects.filter(proposal=proposal, round=proposal.round).exclude(
        state=AssignmentState.DECLINED
    )
    if group == "co_units":
        parts = parts.filter(role=HandlingRole.CO)
    elif group == "lead_unit":
        parts = parts.exclude(role=HandlingRole.CO)
    return parts.values_list("unit_id", flat=True)

