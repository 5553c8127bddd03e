"""What became of an online conversation, in public words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.activities.conversations.models import StatementUse
from tongxin.activities.grassroots.enums import SessionState
from tongxin.activities.proposals.enums import ProposalState
from tongxin.activities.topics.enums import TopicState
from tongxin.capabilities.matters.models import Kind
from tongxin.followers.journeys.telling.step import DONE, NOW, PublicStep
from tongxin.foundation.core import tenancy

if TYPE_CHECKING:
    from tongxin.activities.conversations.models import Conversation

# What its proposer still writes, or took back, is nobody else's.
_NOT_TOLD = (ProposalState.DRAFT, ProposalState.RETURNED, ProposalState.WITHDRAWN, ProposalState.SUBMITTED)
_ENDED = {
    Kind.TOPIC: (TopicState.DONE, TopicState.ANSWERED, TopicState.DECLINED, TopicState.MERGED),
    Kind.SESSION: (SessionState.RECORDED,),
    Kind.PROPOSAL: (ProposalState.CLOSED,),
}


def told_of(conversation: Conversation) -> list[PublicStep]:
    """Return where the statements of a public conversation went, the oldest first. One query.

    Uses are the committee's own; what is told of them is the statement, the kind of thing and the day.
    """
    with tenancy.scope([conversation.committee_id]):
        found = StatementUse.objects.filter(statement__conversation=conversation.pk)
        uses = list(found.select_related("statement", "matter").order_by("on", "pk"))
    return [tell(use) for use in uses if not _is_private(use)]


def tell(use: StatementUse) -> PublicStep:
    """Return what one statement became."""
    matter = use.matter
    ended = matter.state in _ENDED.get(Kind(matter.kind), ())
    words = {
        Kind.TOPIC: _("转为议题，已经有结果") if ended else _("转为议题，正在办"),
        Kind.SESSION: _("在协商议事会上商量过了") if ended else _("放进协商议事会商量"),
        Kind.PROPOSAL: _("写成政协提案，已经办结") if ended else _("写成政协提案，正在办"),
    }[Kind(matter.kind)]
    return PublicStep(DONE if ended else NOW, use.on, words, use.statement.text)


def _is_private(use: StatementUse) -> bool:
    matter = use.matter
    if matter.kind == Kind.PROPOSAL:
        return matter.state in _NOT_TOLD
    return bool(matter.kind == Kind.SESSION and matter.state == SessionState.CANCELLED)
