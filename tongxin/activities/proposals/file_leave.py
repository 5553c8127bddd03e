"""Who may open a file of a proposal; asked again for each download."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tongxin.activities.proposals.enums import Disclosure
from tongxin.activities.proposals.models import Assignment, KeyProposal, LookBack, Promise, Proposal
from tongxin.activities.proposals.selectors.detail import for_page
from tongxin.activities.proposals.sight import sight_of
from tongxin.capabilities.files.models import StoredFile

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from tongxin.activities.proposals.sight import Sight
    from tongxin.foundation.core.access import Actor


def can_open_proposal_file(actor: Actor, stored_file: StoredFile) -> bool:
    """Say whether the actor may open this file now.

    Who may open the proposal may open its attachments. A reply's letter follows the reply: only once it is
    sent, or for the eyes of its unit and of those who review it. The scan of a rating follows the rating. The
    page with the stamp is for the proposers and the office. What shows that a promise was kept is for who asked,
    who checks, and the unit itself, until the public may see it.
    """
    proposal = for_page(Proposal.objects.visible_to(actor), actor).filter(pk=stored_file.matter_id).first()
    if proposal is None:
        return False
    if actor.committee_id is None and not (stored_file.is_public and proposal.disclosure == Disclosure.FULL):
        return False
    if stored_file.subject_id is None and stored_file.purpose != StoredFile.Purpose.STAMP:
        return True
    parts: list[Any] = list(
        Assignment.objects.filter(proposal=proposal).select_related("unit", "reply", "reply__rating")
    )
    sight = sight_of(actor, proposal, parts, cosigner=proposal.asked_of_actor)
    if stored_file.purpose == StoredFile.Purpose.STAMP or stored_file.subject_id is None:
        return sight.stamp()
    found = _of_reply(sight, parts, stored_file.subject_id)
    return _of_following(actor, sight, proposal, stored_file.subject_id) if found is None else found


def _of_reply(sight: Sight, parts: Iterable[Assignment], subject_id: UUID) -> bool | None:
    """Decide over the file of a reply or of its rating; None where it belongs to neither."""
    for part in parts:
        reply = getattr(part, "reply", None)
        if reply is None:
            continue
        if subject_id in (part.pk, reply.pk):
            return sight.letter(part)
        if hasattr(reply, "rating") and subject_id == reply.rating.pk:
            return sight.rating()
    return None


def _of_following(actor: Actor, sight: Sight, proposal: Proposal, subject_id: UUID) -> bool:
    """Decide over the file of a talk, a promise, a look-back or a supervision."""
    if subject_id == proposal.pk:
        # The record of a talk face to face.
        return sight.party
    if promise := Promise.objects.filter(proposal=proposal, pk=subject_id).first():
        return sight.evidence(promise)
    if LookBack.objects.filter(proposal=proposal, pk=subject_id).exists():
        return sight.party
    # What was seen at a supervision is for those who have a part in it.
    shown = KeyProposal.objects.visible_to(actor).filter(events=subject_id)
    return sight.party and shown.exists()
