"""Asking a proposer whether their proposal may become an opinion report (转社情民意), and their word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.proposals.actions.advising import ensure_reviewed
from tongxin.activities.proposals.actions.merging import ensure_nothing_merged_into
from tongxin.activities.proposals.actions.moving import advance_proposal, lock_proposal, start
from tongxin.activities.proposals.enums import ProposalState
from tongxin.activities.proposals.lifecycle import PROPOSAL
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure

if TYPE_CHECKING:
    from tongxin.activities.proposals.models import Proposal
    from tongxin.foundation.core.access import Actor

_OFFICE = "提案委员会"


@transaction.atomic
def ask_conversion(*, actor: Actor, proposal: Proposal, note: str = "") -> Proposal:
    """Ask the proposer whether it may go on as an opinion report instead. Until then it stays what it is.

    Args:
        note: why, in words that the proposer reads.

    Raises:
        PermissionDenied: the actor does not examine proposals, or proposes this one.
        Refused: it has been asked already, the opinions that come first are missing, or others were merged
            into it.
    """
    locked = lock_proposal(proposal)
    PROPOSAL.check("ask_conversion", actor, locked)
    ensure(locked.conversion_asked_on is None, because=_("已经征求过意见，正在等提案者答复。"))
    if locked.state == ProposalState.UNDER_REVIEW:
        ensure_reviewed(actor, locked)
    ensure_nothing_merged_into(locked)
    locked.conversion_asked_on = clock.today()
    locked.save(update_fields=["conversion_asked_on"])
    advance_proposal(
        "ask_conversion",
        actor=actor,
        proposal=locked,
        text="征求提案者意见：是否同意转社情民意",
        note=note.strip(),
        who=_OFFICE,
    )
    start("conversion", locked)
    return locked


@transaction.atomic
def answer_conversion(*, actor: Actor, proposal: Proposal, agrees: bool, note: str = "") -> Proposal:
    """Agree that one's proposal becomes an opinion report, or let it stay a proposal.

    Raises:
        PermissionDenied: the actor does not propose it.
        Refused: nobody asks, or it has gone on meanwhile.
    """
    locked = lock_proposal(proposal)
    verb = "agree_conversion" if agrees else "refuse_conversion"
    PROPOSAL.check(verb, actor, locked)
    ensure(locked.conversion_asked_on is not None, because=_("现在没有人征求您的意见。"))
    if agrees:
        ensure_nothing_merged_into(locked)
    locked.conversion_asked_on = None
    locked.save(update_fields=["conversion_asked_on"])
    advance_proposal(
        verb,
        actor=actor,
        proposal=locked,
        text="提案者同意，转为社情民意信息" if agrees else "提案者不同意转社情民意",
        note=note.strip(),
        who=locked.proposer_name,
    )
    return locked
