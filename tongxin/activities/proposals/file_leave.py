"""Who may open a file of a proposal; asked again for each download."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tongxin.activities.proposals.enums import Disclosure
from tongxin.activities.proposals.models import Assignment, Proposal
from tongxin.activities.proposals.selectors_detail import for_page
from tongxin.activities.proposals.sight import sight_of

if TYPE_CHECKING:
    from tongxin.capabilities.files.models import StoredFile
    from tongxin.foundation.core.access import Actor


def can_open_proposal_file(actor: Actor, stored_file: StoredFile) -> bool:
    """Say whether the actor may open this file now.

    Who may open the proposal may open its attachments. A reply's letter follows the reply: only once it is
    sent, or for the eyes of its unit and of those who review it. The scan of a rating follows the rating.
    """
    proposal = for_page(Proposal.objects.visible_to(actor), actor).filter(pk=stored_file.matter_id).first()
    if proposal is None:
        return False
    if actor.committee_id is None and not (stored_file.is_public and proposal.disclosure == Disclosure.FULL):
        return False
    if stored_file.subject_id is None:
        return True
    parts: list[Any] = list(
        Assignment.objects.filter(proposal=proposal).select_related("unit", "reply", "reply__rating")
    )
    sight = sight_of(actor, proposal, parts, cosigner=proposal.asked_of_actor)
    for part in parts:
        reply = getattr(part, "reply", None)
        if reply is None:
            continue
        if stored_file.subject_id in (part.pk, reply.pk):
            return sight.reply(part)
        if hasattr(reply, "rating") and stored_file.subject_id == reply.rating.pk:
            return sight.rating()
    return False
