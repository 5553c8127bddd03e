"""May X do Y? Only who; whether the state allows it is in ``lifecycle``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.activities.proposals.enums import ANSWERING_ROLES, HandlingRole
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from tongxin.activities.proposals.models import Assignment, Proposal
    from tongxin.foundation.core.access import Actor


def is_proposer(actor: Actor, proposal: Proposal) -> bool:
    """The first proposer, or the liaison officer of the body that proposes."""
    if actor.committee_id != proposal.committee_id:
        return False
    if proposal.lead_member_id:
        return actor.member_id == proposal.lead_member_id
    return proposal.body_id in actor.subjects(Role.SUBMITTER)


def can_write_proposal(actor: Actor, proposal: Proposal) -> bool:
    """Its proposer, or the member of staff who enters it for them."""
    entering = proposal.entered_by_id == actor.user_id and actor.has(Role.STAFF)
    return is_proposer(actor, proposal) or (entering and actor.committee_id == proposal.committee_id)


def can_review_proposal(actor: Actor, proposal: Proposal) -> bool:
    """Those who examine proposals, but nobody decides on their own."""
    return (
        actor.committee_id == proposal.committee_id
        and actor.has(Role.REVIEWER)
        and not is_proposer(actor, proposal)
    )


def can_take_up_proposal(actor: Actor, proposal: Proposal) -> bool:
    """Staff and reviewers put a submitted proposal on the table."""
    return actor.committee_id == proposal.committee_id and actor.has(Role.STAFF, Role.REVIEWER)


def can_organize_handling(actor: Actor, proposal: Proposal) -> bool:
    """Staff hand over, remind, review replies and order re-handling."""
    return actor.committee_id == proposal.committee_id and actor.has(Role.STAFF)


def can_rate_proposal(actor: Actor, proposal: Proposal) -> bool:
    """The proposer, or staff with the scanned paper form. Never a handling unit.

    Somebody who also works for a unit that handles this proposal, or for the office over it, may not,
    whatever else they are. A proposer whose own unit has nothing to do with it may.
    """
    if not (is_proposer(actor, proposal) or can_organize_handling(actor, proposal)):
        return False
    own = actor.subjects(Role.UNIT_CLERK, Role.UNIT_LEADER, Role.SUPERVISOR)
    # Hardly anybody holds both kinds of post; only they cost a query.
    return not own or not proposal.assignments.handled_or_overseen_by(own).exists()


def can_disclose_proposal(actor: Actor, proposal: Proposal) -> bool:
    """Staff approve what the public sees."""
    return can_organize_handling(actor, proposal)


def works_for(actor: Actor, assignment: Assignment) -> bool:
    """A clerk or the leader of the unit."""
    return actor.committee_id == assignment.committee_id and assignment.unit_id in actor.subjects(
        Role.UNIT_CLERK, Role.UNIT_LEADER
    )


def can_answer(actor: Actor, assignment: Assignment) -> bool:
    """The unit that answers the proposer."""
    return works_for(actor, assignment) and assignment.role in ANSWERING_ROLES


def can_give_opinion(actor: Actor, assignment: Assignment) -> bool:
    """A co-handling unit gives its opinion to the lead."""
    return works_for(actor, assignment) and assignment.role == HandlingRole.CO


def can_approve_reply(actor: Actor, assignment: Assignment) -> bool:
    """Only the leader of the unit signs its reply."""
    return (
        actor.committee_id == assignment.committee_id
        and assignment.role in ANSWERING_ROLES
        and assignment.unit_id in actor.subjects(Role.UNIT_LEADER)
    )


def can_supervise(actor: Actor, assignment: Assignment) -> bool:
    """Staff of the committee, or the office through which the unit's work is handed over."""
    if actor.committee_id != assignment.committee_id:
        return False
    if actor.has(Role.STAFF):
        return True
    offices = actor.subjects(Role.SUPERVISOR)
    return assignment.unit_id in offices or assignment.unit.supervised_by_id in offices


def can_answer_decline(actor: Actor, assignment: Assignment) -> bool:
    """Who supervises, but no unit releases itself."""
    own = actor.subjects(Role.UNIT_CLERK, Role.UNIT_LEADER, Role.SUPERVISOR)
    return can_supervise(actor, assignment) and assignment.unit_id not in own


def can_review_reply(actor: Actor, assignment: Assignment) -> bool:
    """Who supervises, but nobody reviews the reply of their own unit."""
    return can_answer_decline(actor, assignment) and assignment.role in ANSWERING_ROLES


def nobody(actor: Actor, subject: Proposal | Assignment) -> bool:
    """The move follows from another one; no person makes it by itself."""
    return False
