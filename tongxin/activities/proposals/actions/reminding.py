"""Reminding proposers of what they have not said yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.proposals.actions.handling import office_of
from tongxin.activities.proposals.actions.moving import advance_proposal, lock_proposal, lock_proposals
from tongxin.activities.proposals.enums import ProposalState
from tongxin.activities.proposals.permissions import can_organize_handling
from tongxin.foundation.core.errors import require

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tongxin.activities.proposals.models import Proposal
    from tongxin.foundation.core.access import Actor


@transaction.atomic
def remind_proposers(*, actor: Actor, proposals: Iterable[Proposal]) -> int:
    """Remind proposers that their word on a reply is missing (催评).

    Returns:
        Of how many proposals somebody was reminded; those that wait for nobody's word are passed over.

    Raises:
        PermissionDenied: the actor is not of the committee's staff.
    """
    chosen = sorted(proposals, key=lambda p: p.pk)
    lock_proposals(p.pk for p in chosen)
    reminded = 0
    for proposal in chosen:
        locked = lock_proposal(proposal)
        require(can_organize_handling(actor, locked), because=_("提醒由机关工作人员办理。"))
        if locked.state != ProposalState.REPLIED:
            continue
        advance_proposal(
            "remind_proposer",
            actor=actor,
            proposal=locked,
            text="提醒提案者评价答复",
            who=office_of(actor),
        )
        reminded += 1
    return reminded
