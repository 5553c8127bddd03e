"""What one actor may see of one proposal that they may open. Pure: asks only rows that are loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tongxin.activities.proposals.enums import AssignmentState, HandlingRole
from tongxin.activities.proposals.permissions import (
    can_hand_on,
    can_supervise,
    can_write_proposal,
    is_proposer,
    works_for,
)
from tongxin.activities.proposals.querysets import OFFICE
from tongxin.capabilities.matters.models import TimelineEntry

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from tongxin.activities.proposals.models import Assignment, Promise, Proposal
    from tongxin.foundation.core.access import Actor

# How the text came about is the proposers' own affair; units get the proposal as it was filed.
_OF_WRITING = frozenset(
    {
        "invite",
        "take_back",
        "cosign",
        "decline_cosign",
        "take_up",
        "return",
        "remove_file",
        "ask_conversion",
        "refuse_conversion",
    }
)
# What offices and units say to each other while a reply is on its way.
_AMONG_UNITS = frozenset(
    {
        "give_opinion",
        "countersign",
        "send_back_reply",
        "return_reply",
        "request_decline",
        "accept_decline",
        "refuse_decline",
        "take_back_part",
        "return_from_office",
        "request_extension",
        "grant_extension",
        "refuse_extension",
        "go_on_without",
    }
)


@dataclass(frozen=True, slots=True)
class Sight:
    """What an actor is to a proposal.

    Attributes:
        office: works for the committee's office.
        writer: proposes it, or enters it for the proposer.
        cosigner: was asked to co-sign, or proposes one that was merged into it.
        own_parts: the parts of the actor's units, by their roles.
        supervised: the parts that the actor oversees.
        hands_on: works for the office that hands it on to units.
        units: the units of the parts that are the actor's own or overseen.
    """

    office: bool
    writer: bool
    cosigner: bool
    own_parts: dict[UUID, str]
    supervised: frozenset[UUID]
    hands_on: bool = False
    units: frozenset[UUID] = frozenset()

    @property
    def party(self) -> bool:
        """Whether the actor has a part in it, and does not only read it."""
        return bool(
            self.office or self.writer or self.cosigner or self.own_parts or self.supervised or self.hands_on
        )

    @property
    def proposes(self) -> bool:
        """Whether the actor stands on the proposers' side."""
        return self.writer or self.cosigner

    @property
    def only_unit(self) -> bool:
        """Whether the actor knows it only through a unit's work."""
        return not (self.office or self.proposes)

    def audiences(self) -> tuple[str, ...]:
        """Return the audiences of the timeline that the actor belongs to."""
        audience = TimelineEntry.Audience
        if self.office:
            return (audience.OFFICE, audience.PARTIES, audience.PUBLIC)
        return (audience.PARTIES, audience.PUBLIC) if self.party else (audience.PUBLIC,)

    def line(self, verb: str) -> bool:
        """Say whether a unit gets to read this line of the timeline."""
        return not self.only_unit or verb not in _OF_WRITING

    def note(self, entry: TimelineEntry) -> bool:
        """Say whether the words that came with a line may be read."""
        if entry.verb not in _AMONG_UNITS or self.office or self.supervised or self.hands_on:
            return True
        if set(self.own_parts.values()) == {HandlingRole.SEPARATE}:
            return False
        return bool(self.own_parts)

    def reply(self, part: Assignment) -> bool:
        """Say whether the actor may read the reply of this part, draft or sent."""
        if part.pk in self.own_parts:
            return True
        if part.reply.sent_on is not None:
            return self.party or part.reply.may_be_public
        if part.state == AssignmentState.REPLY_REVIEW:
            return part.pk in self.supervised
        if part.state == AssignmentState.COUNTERSIGNING:
            return HandlingRole.CO in self.own_parts.values()
        return False

    def letter(self, part: Assignment) -> bool:
        """Say whether the actor may have the letter itself, drawn or scanned.

        Where the unit wrote another text for the public, those who only read get that one.
        """
        return self.reply(part) and (self.party or not part.reply.public_text.strip())

    def drafts(self, part: Assignment) -> bool:
        """Say whether the actor may read what the reply said before: its unit, and who reviews replies."""
        if part.pk in self.own_parts:
            return True
        return bool(self.office or part.pk in self.supervised) and self.reply(part)

    def opinion(self, part: Assignment) -> bool:
        """Say whether the actor may read a co-handler's opinion, or why a unit asks to be released."""
        if self.office or part.pk in self.own_parts or part.pk in self.supervised:
            return True
        return bool({HandlingRole.LEAD, HandlingRole.SOLE} & set(self.own_parts.values()))

    def promise(self, promise: Promise, part: Assignment | None) -> bool:
        """Say whether the actor may read a promise; one of a reply goes with the reply.

        Args:
            promise: what was promised.
            part: the part whose reply it stands in; None where it came from elsewhere.
        """
        if part is None:
            return self.party
        return self.reply(part) and (promise.state != "draft" or part.pk in self.own_parts)

    def evidence(self, promise: Promise) -> bool:
        """Say whether the actor may open what a unit sent to show that it kept its word.

        Who asked for it, who checks it, and the unit itself; not the units beside it.
        """
        return self.office or self.proposes or promise.unit_id in self.units

    def stamp(self) -> bool:
        """Say whether the actor may open the page with the stamp or the signatures: seals are not handed round."""
        return self.office or self.writer

    def rating(self) -> bool:
        """Say whether the actor may read what the proposer said of a reply."""
        return self.party


def sight_of(actor: Actor, proposal: Proposal, parts: Iterable[Assignment], *, cosigner: bool) -> Sight:
    """Return what the actor is to this proposal.

    Args:
        actor: who looks.
        proposal: what they look at.
        parts: all parts of its handling, their units loaded.
        cosigner: was asked to co-sign, or proposes one that was merged into it.
    """
    in_force = [p for p in parts if p.state != AssignmentState.DECLINED]
    return Sight(
        office=actor.committee_id == proposal.committee_id and actor.has(*OFFICE),
        writer=is_proposer(actor, proposal) or can_write_proposal(actor, proposal),
        cosigner=cosigner,
        own_parts={p.pk: p.role for p in in_force if works_for(actor, p)},
        supervised=frozenset(p.pk for p in in_force if can_supervise(actor, p)),
        hands_on=can_hand_on(actor, proposal),
        units=frozenset(p.unit_id for p in in_force if works_for(actor, p) or can_supervise(actor, p)),
    )
