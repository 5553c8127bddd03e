"""Proposals (提案), their handling by units, replies, ratings, and what is followed afterwards."""

from tongxin.activities.proposals.models.exchange import (
    ProposalImport,
)
from tongxin.activities.proposals.models.following import (
    Honour,
    KeyProposal,
    LookBack,
    Promise,
    SupervisionEvent,
    SupervisionPresence,
    Supervisor,
)
from tongxin.activities.proposals.models.handling import (
    Assignment,
    Extension,
    HandoverMeeting,
    HandoverRow,
    HandoverUnit,
)
from tongxin.activities.proposals.models.proposal import (
    Cosignature,
    Proposal,
    ReviewOpinion,
    Revision,
    WishedUnit,
)
from tongxin.activities.proposals.models.reply import (
    Countersignature,
    Rating,
    Reply,
    ReplyVersion,
)
from tongxin.activities.proposals.models.tables import (
    ProposalRules,
    QualityRule,
    RatingChoice,
    RejectReason,
    ReplyClass,
    ReviewGroup,
    ReviewGroupPlace,
    ReviewGroupTopic,
    Topic,
)

__all__ = [
    "Assignment",
    "Cosignature",
    "Countersignature",
    "Extension",
    "HandoverMeeting",
    "HandoverRow",
    "HandoverUnit",
    "Honour",
    "KeyProposal",
    "LookBack",
    "Promise",
    "Proposal",
    "ProposalImport",
    "ProposalRules",
    "QualityRule",
    "Rating",
    "RatingChoice",
    "RejectReason",
    "Reply",
    "ReplyClass",
    "ReplyVersion",
    "ReviewGroup",
    "ReviewGroupPlace",
    "ReviewGroupTopic",
    "ReviewOpinion",
    "Revision",
    "SupervisionEvent",
    "SupervisionPresence",
    "Supervisor",
    "Topic",
    "WishedUnit",
]
