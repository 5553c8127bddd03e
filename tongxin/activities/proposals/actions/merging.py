"""What becomes of proposals that were merged into another: answered with it, or let go again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.proposals.actions.moving import advance_proposal, lock_proposal, lock_proposals, start
from tongxin.activities.proposals.enums import AssignmentState, ProposalState
from tongxin.activities.proposals.lifecycle import PROPOSAL
from tongxin.activities.proposals.models import Assignment, Proposal, Reply
from tongxin.capabilities.matters.models import MatterLink, Relation, TimelineEntry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused, ensure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.foundation.core.access import Actor

_OFFICE = "提案委员会"
# Of a row that is copied: what the copy has of its own.
_OWN_OF_PART = frozenset({"id", "proposal_id", "round"})
_OWN_OF_REPLY = frozenset({"id", "assignment_id", "sent_on"})


def ensure_nothing_merged_into(proposal: Proposal) -> None:
    """Refuse what would end the proposals of others with it.

    Raises:
        Refused: others were merged into it.
    """
    ensure(not proposal.merged.exists(), because=_("已有别的提案并入这一件，请以这一件为主办理。"))


@transaction.atomic
def unmerge_proposal(*, actor: Actor, proposal: Proposal, note: str = "") -> Proposal:
    """Take a proposal out of the one it was merged into; it goes on where it stood before (撤销并案).

    With a number it is filed again and waits to be handed over, without one it is under review again.

    Raises:
        PermissionDenied: the actor does not examine proposals, or proposes this one.
        Refused: it is not merged, or has been answered together with the other already.
    """
    seen = Proposal.objects.only("merged_into").get(pk=proposal.pk)
    if seen.merged_into_id:
        # Both, in one order: who answers the other at this moment is waited for, and then there is a reply.
        lock_proposals({proposal.pk, seen.merged_into_id})
    locked = lock_proposal(proposal)
    PROPOSAL.check("unmerge", actor, locked)
    lead = locked.merged_into
    if lead is None:
        raise Refused(_("这件提案现在没有并入别的提案。"))
    state = ProposalState.FILED if locked.number else ProposalState.UNDER_REVIEW
    locked.merged_into = None
    locked.save(update_fields=["merged_into"])
    MatterLink.objects.filter(
        source=locked.matter, target=lead.matter, relation=Relation.MERGED_INTO
    ).delete()
    advance_proposal(
        "unmerge",
        actor=actor,
        proposal=locked,
        text=f"撤销并案，不再并入{lead.matter.code or lead.matter.title}"[:200],
        note=note.strip(),
        state=state,
        who=_OFFICE,
        out_of=str(lead.pk),
    )
    start("assign" if state == ProposalState.FILED else "review", locked, reason="撤销并案")
    return locked


def answer_merged(*, actor: Actor, lead: Proposal, parts: Sequence[Assignment]) -> int:
    """Answer every proposal that waits, merged into this one: a part and a reply of its own for each unit.

    From then on each goes its own way: its proposer rates its own replies, and only they can be dissatisfied
    with them. The caller has locked the lead and answered it.

    Args:
        parts: the units' parts of the lead in the present round, with their replies.

    Returns:
        How many were answered.
    """
    waiting = Proposal.objects.filter(merged_into=lead, matter__state=ProposalState.MERGED).order_by("pk")
    for child in list(waiting):
        _answer(actor, lock_proposal(child), lead, parts)
    return len(waiting)


def _answer(actor: Actor, child: Proposal, lead: Proposal, parts: Sequence[Assignment]) -> None:
    today = clock.today()
    child.assigned_on = child.assigned_on or lead.assigned_on
    child.replied_on = today
    child.reply_class_id = lead.reply_class_id
    child.save(update_fields=["assigned_on", "replied_on", "reply_class"])
    copies = [_copied_part(child, part) for part in parts]
    advance_proposal(
        "reply_with_lead",
        actor=actor,
        proposal=child,
        text=f"随主案{lead.matter.code}答复",
        who="、".join(part.unit.name for part in copies if part.state == AssignmentState.REPLIED),
        audience=TimelineEntry.Audience.PUBLIC,
        lead=str(lead.pk),
    )
    for part in copies:
        if part.state == AssignmentState.REPLIED:
            start("rating", child, subject_id=part.pk)


def _copied_part(child: Proposal, part: Assignment) -> Assignment:
    """Give a unit its part in a child as it is in the lead, with the same answer, sent today."""
    copy = Assignment.objects.create(proposal=child, round=child.round, **_values(part, _OWN_OF_PART))
    reply = Reply.objects.filter(assignment=part).first()
    if reply is not None and part.state == AssignmentState.REPLIED:
        Reply.objects.create(assignment=copy, sent_on=clock.today(), **_values(reply, _OWN_OF_REPLY))
    return copy


def _values(row: Assignment | Reply, own: frozenset[str]) -> dict[str, object]:
    # Whatever columns there are: a column that somebody adds belongs to the letter of the child as well.
    names = (f.attname for f in row._meta.concrete_fields)  # noqa: SLF001 (Django's own way to name columns)
    return {name: getattr(row, name) for name in names if name not in own}
