"""What every action on a proposal does around its own change: lock, leave, record, deadlines, tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tongxin.activities.proposals.enums import HandlingRole, ProposalState
from tongxin.activities.proposals.lifecycle import ASKS, ASSIGNMENT, PROPOSAL
from tongxin.activities.proposals.models import (
    Assignment,
    Cosignature,
    Extension,
    Proposal,
    ProposalRules,
)
from tongxin.capabilities.deadlines.actions import drop_deadlines, meet_deadline, start_deadline
from tongxin.capabilities.matters.actions import move_matter
from tongxin.capabilities.notices.actions import is_silent, tell
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure
from tongxin.foundation.core.record_language import recorded
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Post

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from tongxin.capabilities.matters.models import TimelineEntry
    from tongxin.foundation.core.access import Actor

_OFFICE = (Role.STAFF, Role.REVIEWER)


def lock_proposal(proposal: Proposal) -> Proposal:
    """Return the proposal as it is now, locked with its matter until the transaction ends.

    Everything that changes a proposal or a part of its handling takes this lock first, so two hands never
    act on the same state. Both rows are locked: after a wait PostgreSQL reads again only what is locked, and
    a text version from before the wait would let a signature hold for a text that was never read.
    """
    return (
        Proposal.objects.select_related("matter", "session", "lead_member", "body")
        .select_for_update(of=("self", "matter"))
        .get(pk=proposal.pk)
    )


def lock_proposals(proposals: Iterable[UUID]) -> None:
    """Lock several proposals before the first of them changes, always in the same order.

    Whoever changes one after the other without this would hold the audit chain while waiting for the next
    proposal, whose owner waits for the audit chain.
    """
    for pk in sorted(set(proposals)):
        Proposal.objects.select_related("matter").select_for_update(of=("self", "matter")).get(pk=pk)


def lock_with_merged(proposal: Proposal) -> None:
    """Lock a proposal and those that wait, merged into it, before its last reply goes out to all of them.

    Raises:
        Refused: another one was merged into it at this very moment.
    """
    waiting = Proposal.objects.filter(merged_into=proposal.pk, matter__state=ProposalState.MERGED)
    found = set(waiting.values_list("pk", flat=True))
    lock_proposals({proposal.pk, *found})
    ensure(
        found.issuperset(waiting.values_list("pk", flat=True)),
        because=_("刚刚又有提案并入这一件，请再办一次。"),
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
        reason=reason or recorded(ask.reason),
        basis=rules.basis,
        subject_id=subject_id,
        unit_id=unit_id,
        **length,
    )


def advance_proposal(
    verb: str,
    *,
    actor: Actor,
    proposal: Proposal,
    text: str,
    note: str = "",
    **more: Any,  # noqa: ANN401
) -> TimelineEntry:
    """Make one move of a proposal's life cycle; the caller has locked it and asked leave.

    Args:
        text: what happened, for the timeline.
        more: ``state`` where the move leaves it open, ``about`` (the part or invitation whose deadline it
            meets, when not those of all), ``who``, ``audience`` and audit details.
    """
    move = PROPOSAL.moves[verb]
    state = more.pop("state", move.target)
    about = more.pop("about", None)
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
        meet_deadline(matter=proposal.matter, kinds=move.meets, subject_id=about)
    if closes:
        drop_deadlines(matter=proposal.matter)
    _tell(actor, proposal, move.tells, f"{proposal.matter.title}：{text}")
    return entry


def advance_assignment(
    verb: str,
    *,
    actor: Actor,
    assignment: Assignment,
    text: str,
    note: str = "",
    **more: Any,  # noqa: ANN401
) -> TimelineEntry:
    """Make one move of a unit's part; the caller has locked it and asked leave."""
    move = ASSIGNMENT.moves[verb]
    told = more.pop("told", f"{assignment.unit.name}{text}")
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
    if assignment.ended_on:
        _let_requests_lapse(assignment)
    _tell(
        actor,
        assignment.proposal,
        move.tells,
        f"{assignment.proposal.matter.title}：{told}",
        assignment,
    )
    return entry


def _let_requests_lapse(assignment: Assignment) -> None:
    """End a request for more time with the part that asked; nobody has to answer it any more."""
    asked = assignment.extensions.filter(state=Extension.State.ASKED)
    if asked.update(state=Extension.State.LAPSED):
        drop_deadlines(
            matter=assignment.proposal.matter, kinds=["extension_answer"], subject_id=assignment.pk
        )


def tell_parties(*, actor: Actor, proposal: Proposal, groups: Iterable[str], text: str) -> None:
    """Send a notice about a proposal to groups of people, never to the one who acted."""
    _tell(actor, proposal, tuple(groups), text)


def _tell(
    actor: Actor, proposal: Proposal, groups: tuple[str, ...], text: str, assignment: Assignment | None = None
) -> None:
    if not groups or is_silent():
        return
    leave = Q(pk__in=())
    for group in groups:
        leave |= _posts(proposal, group, assignment)
    posts = Post.objects.filter(leave, committee_id=proposal.committee_id).held_on(clock.today())
    people = set(posts.values_list("user_id", flat=True)) - {actor.user_id}
    tell(
        user_ids=people,
        committee_id=proposal.committee_id,
        text=text,
        url=f"/proposals/{proposal.pk}/",
        matter=proposal.matter,
    )


def _posts(proposal: Proposal, group: str, assignment: Assignment | None) -> Q:
    """Return which posts belong to a group of a move's ``tells``."""
    if group == "office":
        return Q(role__in=_OFFICE)
    if group == "proposer":
        # Who waits with it, merged into it, hears of it like its own proposer.
        told = Proposal.objects.filter(
            Q(pk=proposal.pk) | Q(merged_into=proposal, matter__state=ProposalState.MERGED)
        )
        return Q(role=Role.MEMBER, member_id__in=told.values("lead_member_id")) | Q(
            role=Role.SUBMITTER, body_id__in=told.values("body_id")
        )
    if group == "cosigners":
        signed = proposal.cosignatures.filter(state=Cosignature.State.SIGNED)
        return Q(role=Role.MEMBER, member_id__in=signed.values("member_id"))
    if group == "supervisors":
        # The office through which it goes to its units, or that stands over this unit.
        offices = {assignment.unit.supervised_by_id} if assignment else {proposal.office_id}
        return Q(role=Role.SUPERVISOR, unit_id__in=offices - {None})
    role = Role.UNIT_LEADER if group == "unit_leader" else Role.UNIT_CLERK
    if group in {"unit", "unit_leader"} and assignment:
        return Q(role=role, unit_id=assignment.unit_id)
    parts = Assignment.objects.filter(proposal=proposal, round=proposal.round).in_force()
    if group == "co_units":
        parts = parts.filter(role=HandlingRole.CO)
    elif group == "lead_unit":
        parts = parts.exclude(role=HandlingRole.CO)
    return Q(role=role, unit_id__in=parts.values("unit_id"))
