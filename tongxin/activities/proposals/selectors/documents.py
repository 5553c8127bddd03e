"""Which documents an actor may have, and what stands in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tongxin.activities.proposals.documents import SheetFacts, for_letters, proposal_sheet, reply_letter
from tongxin.activities.proposals.enums import AssignmentState
from tongxin.activities.proposals.models import Assignment, Cosignature, Proposal, Reply
from tongxin.activities.proposals.selectors.detail import for_page
from tongxin.activities.proposals.sight import sight_of

if TYPE_CHECKING:
    from uuid import UUID

    from tongxin.activities.proposals.sight import Sight
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.official import OfficialDocument


@dataclass(frozen=True, slots=True)
class Named:
    """A document and the name of its file, without the ending."""

    paper: OfficialDocument
    name: str


def letter_for(actor: Actor, reply_id: UUID) -> Named | None:
    """Return the letter of a reply; None when there is none for this actor. Four queries."""
    found = reply_in_sight(actor, for_letters(Reply.objects.all()), reply_id)
    if found is None:
        return None
    reply, sight = found
    if not sight.letter(reply.assignment):
        return None
    proposal, unit = reply.assignment.proposal, reply.assignment.unit
    draft = "" if reply.sent_on else "（稿）"
    return Named(
        reply_letter(reply, shows_phone=sight.party),
        f"{_number(proposal)}答复函-{unit.name}{draft}",
    )


def reply_in_sight(actor: Actor, replies: Any, reply_id: UUID) -> tuple[Any, Sight] | None:  # noqa: ANN401
    """Return a reply with what the actor may see of its proposal; None where they may not open that.

    Args:
        actor: who asks.
        replies: the queryset that it is read from.
        reply_id: its id.
    """
    reply = replies.visible_to(actor).filter(pk=reply_id).first()
    if reply is None:
        return None
    proposals = for_page(Proposal.objects.visible_to(actor), actor)
    proposal = proposals.filter(pk=reply.assignment.proposal_id).first()
    if proposal is None:
        return None
    parts = list(Assignment.objects.filter(proposal=proposal).select_related("unit", "reply"))
    return reply, sight_of(actor, proposal, parts, cosigner=proposal.asked_of_actor)


def sheet_for(actor: Actor, proposal_id: UUID) -> Named | None:
    """Return the sheet of a proposal; None when there is none for this actor. Three queries."""
    proposals = for_page(Proposal.objects.visible_to(actor), actor).select_related("committee")
    proposal = proposals.filter(pk=proposal_id).first()
    if proposal is None:
        return None
    parts = list(Assignment.objects.filter(proposal=proposal).select_related("unit"))
    sight = sight_of(actor, proposal, parts, cosigner=proposal.asked_of_actor)
    signed = Cosignature.objects.filter(proposal=proposal, state=Cosignature.State.SIGNED)
    facts = SheetFacts(
        cosigners=list(signed.values_list("member__name", flat=True)),
        wished=proposal.wished_names if sight.office or sight.proposes else (),
        parts=[part for part in parts if part.state != AssignmentState.DECLINED],
        shows_disclosure=sight.party,
    )
    return Named(proposal_sheet(proposal, facts), f"{_number(proposal)}{proposal.matter.title}")


def _number(proposal: Proposal) -> str:
    return f"{proposal.matter.code} " if proposal.matter.code else ""
