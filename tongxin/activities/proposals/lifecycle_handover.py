"""Moves of the hand-over beside the main way: through an office, taken back, more time, without a co-unit.

They belong to the tables in ``lifecycle``, which takes them in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tongxin.activities.proposals import permissions as may
from tongxin.activities.proposals.enums import AssignmentState as A
from tongxin.activities.proposals.enums import ProposalState as P
from tongxin.foundation.core.lifecycle import Move

if TYPE_CHECKING:
    from tongxin.activities.proposals.models import Assignment, Proposal

# The unit has not answered yet. More time may be granted until it has, also where it asks to be released as well.
_UNANSWERED = (A.HANDLING, A.COUNTERSIGNING, A.APPROVING, A.REPLY_REVIEW)
_CAN_BE_GIVEN_TIME = (A.DECLINE_REQUESTED, *_UNANSWERED)

OF_PROPOSAL: tuple[Move[Proposal], ...] = (
    Move(
        "hand_to_office",
        (P.FILED,),
        None,
        may.can_organize_handling,
        label=_("交归口单位转交"),
        starts=("hand_on",),
        meets=("assign",),
        tells=("supervisors",),
    ),
    Move(
        "return_from_office",
        (P.FILED,),
        None,
        may.can_hand_on,
        label=_("退回政协"),
        starts=("assign",),
        meets=("hand_on",),
        tells=("office",),
    ),
)
OF_PART: tuple[Move[Assignment], ...] = (
    Move(
        "take_back_part",
        (A.ASSIGNED, *_CAN_BE_GIVEN_TIME),
        A.DECLINED,
        may.can_take_back,
        label=_("收回交办"),
        meets=("decline_answer",),
        tells=("unit", "office"),
        grave=True,
    ),
    Move(
        "request_extension",
        (A.HANDLING,),
        None,
        may.can_answer,
        label=_("申请延期"),
        starts=("extension_answer",),
        tells=("office", "supervisors"),
    ),
    Move(
        "grant_extension",
        _CAN_BE_GIVEN_TIME,
        None,
        may.can_review_reply,
        label=_("同意延期"),
        meets=("extension_answer",),
        tells=("unit",),
    ),
    Move(
        "refuse_extension",
        _CAN_BE_GIVEN_TIME,
        None,
        may.can_review_reply,
        label=_("不同意延期"),
        meets=("extension_answer",),
        tells=("unit",),
    ),
    Move(
        "go_on_without",
        (A.COUNTERSIGNING,),
        A.APPROVING,
        may.can_answer,
        label=_("不再等会签"),
        starts=("approve",),
        tells=("unit_leader", "co_units", "office"),
    ),
)
