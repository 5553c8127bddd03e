"""May X do Y? Only who; whether the state allows it is in ``lifecycle``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.activities.proposals.enums import ANSWERING_ROLES, HandlingRole
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from tongxin.activities.proposals.models import Assignment, Honour, KeyProposal, Promise, Proposal
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Unit


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


def can_answer_conversion(actor: Actor, proposal: Proposal) -> bool:
    """The proposer, whether it may become an opinion report. Nobody answers for them here."""
    return is_proposer(actor, proposal)


def can_take_up_proposal(actor: Actor, proposal: Proposal) -> bool:
    """Staff and reviewers put a submitted proposal on the table."""
    return actor.committee_id == proposal.committee_id and actor.has(Role.STAFF, Role.REVIEWER)


def can_organize_handling(actor: Actor, proposal: Proposal) -> bool:
    """Staff hand over, remind, review replies and order re-handling."""
    return actor.committee_id == proposal.committee_id and actor.has(Role.STAFF)


def can_hand_on(actor: Actor, proposal: Proposal) -> bool:
    """The office of Party committee or government that a proposal was given to, to hand it on."""
    return (
        actor.committee_id == proposal.committee_id
        and proposal.office_id is not None
        and proposal.office_id in actor.subjects(Role.SUPERVISOR)
    )


def can_hold_handover(actor: Actor) -> bool:
    """Staff draw up the list of a hand-over meeting and hand it over."""
    return actor.has(Role.STAFF)


def can_assign_proposal(actor: Actor, proposal: Proposal) -> bool:
    """Staff, or the office through which the proposal goes to its units."""
    return can_organize_handling(actor, proposal) or can_hand_on(actor, proposal)


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


def can_take_back(actor: Actor, assignment: Assignment) -> bool:
    """Staff, but nobody takes work from their own unit."""
    return actor.has(Role.STAFF) and can_answer_decline(actor, assignment)


def can_review_reply(actor: Actor, assignment: Assignment) -> bool:
    """Who supervises, but nobody reviews the reply of their own unit."""
    return can_answer_decline(actor, assignment) and assignment.role in ANSWERING_ROLES


def can_nominate_key(actor: Actor, subject: Proposal | KeyProposal) -> bool:
    """Staff and leaders put proposals up for supervision by leaders."""
    return actor.committee_id == subject.committee_id and actor.has(Role.STAFF, Role.LEADER)


def can_organize_supervision(actor: Actor, key: KeyProposal) -> bool:
    """Staff write down what the chairpersons' meeting decided and what the leaders did."""
    return actor.committee_id == key.committee_id and actor.has(Role.STAFF)


def can_nominate_outstanding(actor: Actor, proposal: Proposal) -> bool:
    """The office and members recommend; nobody their own."""
    return (
        actor.committee_id == proposal.committee_id
        and actor.has(Role.STAFF, Role.REVIEWER, Role.LEADER, Role.MEMBER)
        and not is_proposer(actor, proposal)
    )


def can_nominate_unit(actor: Actor, unit: Unit) -> bool:
    """Staff and leaders recommend units, but nobody a unit that they work for."""
    own = actor.subjects(Role.UNIT_CLERK, Role.UNIT_LEADER, Role.SUPERVISOR)
    return (
        actor.committee_id == unit.committee_id and actor.has(Role.STAFF, Role.LEADER) and unit.pk not in own
    )


def can_review_honour(actor: Actor, honour: Honour) -> bool:
    """The office reviews what was recommended, but nobody their own proposal."""
    return (
        actor.committee_id == honour.committee_id
        and actor.has(Role.STAFF, Role.REVIEWER)
        and not (honour.proposal is not None and is_proposer(actor, honour.proposal))
    )


def can_decide_honour(actor: Actor, honour: Honour) -> bool:
    """Staff write down what was decided, and publish it; not of their own proposal."""
    return actor.has(Role.STAFF) and can_review_honour(actor, honour)


def can_report_promise(actor: Actor, promise: Promise) -> bool:
    """Those who work for the unit that promised."""
    return actor.committee_id == promise.committee_id and promise.unit_id in actor.subjects(
        Role.UNIT_CLERK, Role.UNIT_LEADER
    )


def can_check_promise(actor: Actor, promise: Promise) -> bool:
    """Staff say whether a promise is kept, but nobody says so of their own unit."""
    return (
        actor.committee_id == promise.committee_id
        and actor.has(Role.STAFF)
        and promise.unit_id not in actor.subjects(Role.UNIT_CLERK, Role.UNIT_LEADER, Role.SUPERVISOR)
    )


def nobody(actor: Actor, subject: Proposal | Assignment) -> bool:
    """The move follows from another one; no person makes it by itself."""
    return False


def can_import_proposals(actor: Actor, committee_id: int) -> bool:
    """Staff and administrators bring in the tables of past sessions."""
    return actor.committee_id == committee_id and actor.has(Role.STAFF, Role.TENANT_ADMIN)


def can_archive_proposals(actor: Actor, committee_id: int) -> bool:
    """Staff take a session out as an archive: every text is in it, and administrators do not read proposals."""
    return actor.committee_id == committee_id and actor.has(Role.STAFF)
