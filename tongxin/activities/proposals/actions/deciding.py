"""Decisions on many proposals at once: each by what was advised on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.proposals.actions import converting, reviewing
from tongxin.activities.proposals.actions.advising import opinions_on
from tongxin.activities.proposals.models import Proposal, ReviewOpinion
from tongxin.activities.proposals.permissions import can_review_proposal
from tongxin.foundation.core.errors import Refused, require

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor


@transaction.atomic
def adopt_opinion(*, actor: Actor, proposal: Proposal) -> None:
    """Decide as the last opinion on the present text advises. A conversion is asked of its proposer.

    Raises:
        PermissionDenied: the actor does not examine proposals, or proposes this one.
        Refused: nobody has given an opinion, or the decision itself is refused.
    """
    # As it is now: an opinion of a text that was changed since decides nothing.
    now = Proposal.objects.select_related("matter").get(pk=proposal.pk)
    require(can_review_proposal(actor, now), because=_("您的岗位不审查这件提案。"))
    given = opinions_on(now)
    if not given:
        raise Refused(_("还没有人对现在这一稿提出审查意见。"))
    said, kinds = given[-1], ReviewOpinion.Advice
    if said.advice == kinds.FILE:
        reviewing.file_proposal(actor=actor, proposal=proposal, topic=said.topic)
    elif said.advice == kinds.RETURN:
        reviewing.return_proposal(actor=actor, proposal=proposal, reason=said.note)
    elif said.advice == kinds.NOT_FILE and said.reject_reason:
        reviewing.refuse_proposal(
            actor=actor, proposal=proposal, reason=said.reject_reason, explanation=said.note
        )
    elif said.advice == kinds.MERGE and said.merge_into:
        reviewing.merge_proposal(actor=actor, proposal=proposal, into=said.merge_into)
    else:
        converting.ask_conversion(actor=actor, proposal=proposal, note=said.note)


@transaction.atomic
def file_as_advised(*, actor: Actor, proposal: Proposal) -> Proposal:
    """File a proposal under the topic that was advised last, else under its own.

    Raises:
        Refused: it belongs to no topic yet, or the filing itself is refused.
    """
    advised = [o.topic for o in reversed(opinions_on(proposal)) if o.topic]
    topic = advised[0] if advised else proposal.topic
    if topic is None:
        raise Refused(_("还没有定类别，请逐件审查。"))
    return reviewing.file_proposal(actor=actor, proposal=proposal, topic=topic)
