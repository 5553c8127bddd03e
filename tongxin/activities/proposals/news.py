"""Telling the people of a proposal that a date moved because the calendar changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.activities.proposals.actions.moving import tell_parties
from tongxin.activities.proposals.lifecycle import ASKS
from tongxin.activities.proposals.models import Proposal
from tongxin.foundation.core.record_language import in_record_language
from tongxin.foundation.core.templatetags.ui import zh_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.capabilities.deadlines.selectors import Change
    from tongxin.foundation.core.access import Actor

# Whom an ask's date concerns, by whose turn it is.
_GROUPS = {
    "proposer": ("proposer",),
    "cosigner": ("proposer",),
    "unit": ("units",),
    "unit_leader": ("units",),
}


def tell_moved_dates(actor: Actor, changes: Sequence[Change], why: str) -> None:
    """Send one notice for each date that moved, to those who have to keep it."""
    ids = [c.deadline.matter_id for c in changes]
    proposals = {p.pk: p for p in Proposal.objects.filter(pk__in=ids).select_related("matter")}
    for change in changes:
        proposal = proposals[change.deadline.matter_id]
        ask = ASKS[change.deadline.kind]
        with in_record_language():
            before, after = zh_date(change.before), zh_date(change.after)
            text = f"{proposal.matter.title}：「{ask.text}」的期限由{before}改为{after}，{why}"
        tell_parties(actor=actor, proposal=proposal, groups=_GROUPS.get(ask.of, ("office",)), text=text)
