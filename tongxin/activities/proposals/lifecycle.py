"""The life cycle of a proposal, and of each unit's part in its handling.

Guards of the actions, buttons, stepper, to-do list, deadlines and notices are all drawn from these tables.
The committee decides on the proposal as a whole; once it is handed over, each unit walks its own part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongxin.activities.proposals import permissions as may
from tongxin.activities.proposals.enums import AssignmentState as A
from tongxin.activities.proposals.enums import ProposalState as P
from tongxin.activities.proposals.lifecycle_handover import OF_PART, OF_PROPOSAL
from tongxin.foundation.core.lifecycle import Lifecycle, Move, State

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from tongxin.activities.proposals.models import Assignment, Proposal

# A unit's part moves only while the proposal is in these states: not after the proposer has the answer.
IN_HAND = (P.FILED, P.ASSIGNED, P.HANDLING)

STEPS = (
    pgettext_lazy("step", "提交"),
    _("审查立案"),
    _("交办签收"),
    _("办理"),
    _("答复审核"),
    _("正式答复"),
    _("委员反馈"),
    _("办结"),
)


def _states(*rows: tuple[str, int, str, bool]) -> dict[str, State]:
    # Both tables have states of one name (replied, assigned); each has words of its own.
    labels = dict(type(rows[0][0]).choices)  # type: ignore[attr-defined]
    return {code: State(code, labels[code], step, tone, final) for code, step, tone, final in rows}


def _moves(*rows: Move) -> dict[str, Move]:  # type: ignore[type-arg]
    return {m.verb: m for m in rows}


PROPOSAL: Lifecycle[Proposal] = Lifecycle(
    steps=STEPS,
    state_of=lambda p: p.matter.state,
    states=_states(
        # code, step, tone, ends here
        (P.DRAFT, 0, "wait", False),
        (P.SUBMITTED, 1, "go", False),
        (P.UNDER_REVIEW, 1, "go", False),
        (P.RETURNED, 0, "soon", False),
        (P.WITHDRAWN, 1, "stop", True),
        (P.NOT_FILED, 1, "stop", True),
        # Handled with the one it was merged into; then answered by itself.
        (P.MERGED, 3, "wait", False),
        (P.CONVERTED, 1, "stop", True),
        (P.FILED, 2, "go", False),
        (P.ASSIGNED, 2, "go", False),
        (P.HANDLING, 3, "go", False),
        (P.REPLIED, 6, "wait", False),
        (P.DISSATISFIED, 6, "soon", False),
        (P.TRACKING, 7, "go", False),
        (P.CLOSED, 7, "ok", True),
    ),
    moves=_moves(
        Move(
            "submit",
            (P.DRAFT, P.RETURNED),
            P.SUBMITTED,
            may.can_write_proposal,
            label=_("提交"),
            starts=("review",),
            meets=("revise",),
            tells=("office", "proposer"),
        ),
        Move(
            "withdraw",
            (P.DRAFT, P.SUBMITTED, P.UNDER_REVIEW, P.RETURNED),
            P.WITHDRAWN,
            may.can_write_proposal,
            label=_("撤案"),
            meets=("conversion",),
            tells=("cosigners", "office"),
            grave=True,
        ),
        Move(
            "take_up",
            (P.SUBMITTED,),
            P.UNDER_REVIEW,
            may.can_take_up_proposal,
            label=_("开始审查"),
        ),
        Move(
            "advise",
            (P.UNDER_REVIEW,),
            None,
            may.can_review_proposal,
            label=_("提出审查意见"),
        ),
        Move(
            "file",
            (P.UNDER_REVIEW,),
            P.FILED,
            may.can_review_proposal,
            label=_("立案"),
            starts=("assign",),
            meets=("review", "conversion"),
            tells=("proposer", "cosigners", "office"),
        ),
        Move(
            "return",
            (P.UNDER_REVIEW,),
            P.RETURNED,
            may.can_review_proposal,
            label=_("退回修改"),
            starts=("revise",),
            meets=("review", "conversion"),
            tells=("proposer",),
        ),
        Move(
            "not_file",
            (P.UNDER_REVIEW,),
            P.NOT_FILED,
            may.can_review_proposal,
            label=_("不予立案"),
            meets=("review", "conversion"),
            tells=("proposer", "cosigners"),
            grave=True,
        ),
        Move(
            "merge",
            (P.UNDER_REVIEW, P.FILED),
            P.MERGED,
            may.can_review_proposal,
            label=_("并案"),
            meets=("review", "assign", "hand_on", "conversion"),
            tells=("proposer", "cosigners"),
        ),
        Move(
            "unmerge",
            # Back to where it was: with a number among those filed, without one under review.
            (P.MERGED,),
            None,
            may.can_review_proposal,
            label=_("撤销并案"),
            starts=("review", "assign"),
            tells=("proposer", "cosigners", "office"),
        ),
        Move(
            "reply_with_lead",
            (P.MERGED,),
            P.REPLIED,
            may.nobody,
            label=_("随主案答复"),
            starts=("rating",),
            tells=("proposer", "cosigners"),
        ),
        Move(
            "ask_conversion",
            (P.UNDER_REVIEW, P.NOT_FILED),
            None,
            may.can_review_proposal,
            label=_("征求转社情民意的意见"),
            starts=("conversion",),
            tells=("proposer",),
        ),
        Move(
            "agree_conversion",
            (P.UNDER_REVIEW, P.NOT_FILED),
            P.CONVERTED,
            may.can_answer_conversion,
            label=_("同意转社情民意"),
            meets=("conversion", "review"),
            tells=("cosigners", "office"),
        ),
        Move(
            "refuse_conversion",
            (P.UNDER_REVIEW, P.NOT_FILED),
            None,
            may.can_answer_conversion,
            label=_("不同意转社情民意"),
            meets=("conversion",),
            tells=("office",),
        ),
        Move(
            "convert",
            # What cannot be filed may go elsewhere for reference, if its proposer agrees.
            (P.UNDER_REVIEW, P.NOT_FILED),
            P.CONVERTED,
            may.can_review_proposal,
            label=_("转社情民意"),
            meets=("review", "conversion"),
            tells=("proposer", "cosigners"),
        ),
        Move(
            "assign",
            (P.FILED, P.ASSIGNED, P.HANDLING),
            P.ASSIGNED,
            may.can_assign_proposal,
            label=_("交办"),
            starts=("sign_for", "reply", "co_opinion"),
            meets=("assign", "hand_on"),
            tells=("units", "proposer"),
        ),
        Move("begin_handling", (P.ASSIGNED,), P.HANDLING, may.nobody, label=_("开始办理")),
        Move(
            "await_assignment",
            (P.ASSIGNED, P.HANDLING),
            P.FILED,
            may.nobody,
            label=_("等待重新交办"),
            starts=("assign", "hand_on"),
            tells=("office", "supervisors"),
        ),
        Move(
            "all_replied",
            (P.ASSIGNED, P.HANDLING),
            P.REPLIED,
            may.nobody,
            label=_("全部答复"),
            starts=("rating",),
        ),
        Move(
            "rate",
            (P.REPLIED,),
            None,
            may.can_rate_proposal,
            label=_("评价答复"),
            meets=("rating",),
            tells=("office", "units"),
        ),
        Move(
            "rehandle",
            (P.DISSATISFIED,),
            P.ASSIGNED,
            may.can_organize_handling,
            label=_("重新办理"),
            starts=("sign_for", "reply", "co_opinion"),
            meets=("rehandle",),
            tells=("units", "proposer"),
        ),
        Move(
            "close_after_talk",
            (P.DISSATISFIED,),
            P.CLOSED,
            may.can_organize_handling,
            label=_("当面协商后办结"),
            meets=("rehandle",),
            tells=("proposer", "units"),
        ),
        Move(
            "remind_proposer",
            (P.REPLIED,),
            None,
            may.can_organize_handling,
            label=_("提醒提案者评价"),
            tells=("proposer",),
        ),
        Move(
            "add_promise",
            (P.TRACKING,),
            None,
            may.can_organize_handling,
            label=_("补记承诺"),
            tells=("proposer",),
        ),
        Move(
            "finish_tracking",
            (P.TRACKING,),
            P.CLOSED,
            may.can_organize_handling,
            label=_("承诺已兑现，办结"),
            tells=("proposer", "cosigners", "units"),
        ),
        Move(
            "look_back",
            (P.CLOSED,),
            None,
            may.can_organize_handling,
            label=_("回头看"),
            tells=("proposer", "cosigners"),
        ),
        Move(
            "reopen_tracking",
            (P.CLOSED,),
            P.TRACKING,
            may.can_organize_handling,
            label=_("没有落实，继续跟踪"),
            tells=("proposer", "cosigners"),
        ),
        *OF_PROPOSAL,
    ),
)

ASSIGNMENT: Lifecycle[Assignment] = Lifecycle(
    steps=STEPS,
    state_of=lambda a: a.state,
    left_behind=lambda a: a.round != a.proposal.round or a.proposal.state not in IN_HAND,
    states=_states(
        (A.ASSIGNED, 2, "wait", False),
        (A.DECLINE_REQUESTED, 2, "wait", False),
        (A.DECLINED, 2, "stop", True),
        (A.HANDLING, 3, "go", False),
        (A.COUNTERSIGNING, 3, "go", False),
        (A.APPROVING, 3, "go", False),
        (A.REPLY_REVIEW, 4, "go", False),
        (A.REPLIED, 5, "ok", True),
        (A.OPINION_GIVEN, 4, "ok", True),
    ),
    moves=_moves(
        Move(
            "sign_for",
            (A.ASSIGNED,),
            A.HANDLING,
            may.works_for,
            label=_("签收"),
            meets=("sign_for",),
            tells=("office",),
        ),
        Move(
            "request_decline",
            (A.ASSIGNED, A.HANDLING),
            A.DECLINE_REQUESTED,
            may.works_for,
            label=_("申请退回"),
            starts=("decline_answer",),
            meets=("sign_for",),
            tells=("office",),
        ),
        Move(
            "accept_decline",
            (A.DECLINE_REQUESTED,),
            A.DECLINED,
            may.can_answer_decline,
            label=_("同意退回"),
            meets=("decline_answer",),
            tells=("unit", "office"),
        ),
        Move(
            "refuse_decline",
            (A.DECLINE_REQUESTED,),
            A.HANDLING,
            may.can_answer_decline,
            label=_("不同意退回"),
            meets=("decline_answer",),
            tells=("unit",),
        ),
        Move(
            "give_opinion",
            (A.HANDLING,),
            A.OPINION_GIVEN,
            may.can_give_opinion,
            label=_("交会办意见"),
            meets=("co_opinion",),
            tells=("lead_unit",),
        ),
        Move(
            "save_reply",
            (A.HANDLING,),
            None,
            may.can_answer,
            label=_("写答复"),
        ),
        Move(
            "propose_reply",
            (A.HANDLING,),
            None,
            may.can_answer,
            label=_("送会签、签发"),
            starts=("countersign", "approve"),
            tells=("co_units", "unit_leader"),
        ),
        Move(
            "countersign",
            (A.HANDLING, A.OPINION_GIVEN),
            None,
            may.can_give_opinion,
            label=_("会签"),
            meets=("countersign",),
            tells=("lead_unit",),
        ),
        Move(
            "countersigned",
            (A.COUNTERSIGNING,),
            A.APPROVING,
            may.nobody,
            label=_("会签完毕"),
            starts=("approve",),
            tells=("unit_leader",),
        ),
        Move(
            "countersign_refused",
            (A.COUNTERSIGNING,),
            A.HANDLING,
            may.nobody,
            label=_("会签未通过"),
            tells=("unit",),
        ),
        Move(
            "approve_reply",
            (A.APPROVING,),
            A.REPLY_REVIEW,
            may.can_approve_reply,
            label=_("签发"),
            starts=("reply_review",),
            meets=("approve",),
            tells=("office",),
        ),
        Move(
            "send_back_reply",
            (A.APPROVING,),
            A.HANDLING,
            may.can_approve_reply,
            label=_("退回经办人修改"),
            meets=("approve",),
            tells=("unit",),
        ),
        Move(
            "pass_reply",
            (A.REPLY_REVIEW,),
            A.REPLIED,
            may.can_review_reply,
            label=_("审核通过，正式答复"),
            meets=("reply_review", "reply"),
            tells=("proposer", "cosigners", "unit"),
        ),
        Move(
            "return_reply",
            (A.REPLY_REVIEW,),
            A.HANDLING,
            may.can_review_reply,
            label=_("退回重写答复"),
            meets=("reply_review",),
            tells=("unit",),
        ),
        *OF_PART,
    ),
)


@dataclass(frozen=True, slots=True)
class Ask:
    """What a running deadline of some kind asks, and of whom.

    Attributes:
        text: the to-do in words.
        of: ``proposer``, ``cosigner``, ``unit``, ``unit_leader`` or one of the committee's roles.
        rule: the field of the committee's rules that holds the limit.
        reason: from which event the limit runs, in words.
    """

    text: str | _StrPromise
    of: str
    rule: str
    reason: str | _StrPromise


ASKS = {
    "cosign": Ask(_("是否联名"), "cosigner", "cosign_days", pgettext_lazy("event", "收到联名邀请")),
    "revise": Ask(_("请修改后重新提交"), "proposer", "revise_days", pgettext_lazy("event", "退回修改")),
    "review": Ask(_("请审查"), "reviewer", "review_days", pgettext_lazy("event", "收到提案")),
    "conversion": Ask(
        _("是否同意转社情民意"), "proposer", "conversion_days", pgettext_lazy("event", "收到征求意见")
    ),
    "assign": Ask(_("请交办"), "staff", "assign_days", pgettext_lazy("event", "立案")),
    "sign_for": Ask(_("请签收或申请退回"), "unit", "sign_for_days", pgettext_lazy("event", "交办")),
    "hand_on": Ask(
        _("请转交承办单位"), "supervisor", "hand_on_days", pgettext_lazy("event", "收到政协转来的提案")
    ),
    "extension_answer": Ask(
        _("请答复延期申请"), "staff", "extension_answer_days", pgettext_lazy("event", "收到延期申请")
    ),
    "decline_answer": Ask(
        _("请答复退回申请"), "staff", "decline_answer_days", pgettext_lazy("event", "收到退回申请")
    ),
    "reply": Ask(_("请答复委员"), "unit", "reply_months", pgettext_lazy("event", "交办")),
    "co_opinion": Ask(
        _("请向主办单位交会办意见"), "unit", "co_opinion_months", pgettext_lazy("event", "交办")
    ),
    "countersign": Ask(_("请会签答复稿"), "unit", "countersign_days", pgettext_lazy("event", "收到会签稿")),
    "approve": Ask(_("请签发答复"), "unit_leader", "approve_days", pgettext_lazy("event", "送签")),
    "reply_review": Ask(_("请审核答复"), "staff", "reply_review_days", pgettext_lazy("event", "收到答复")),
    "rating": Ask(_("对答复说满意不满意"), "proposer", "rating_days", pgettext_lazy("event", "收到答复")),
    "rehandle": Ask(
        _("请决定是否重新办理"), "staff", "rehandle_decision_days", pgettext_lazy("event", "委员表示不满意")
    ),
    # Its date is the promised one, so no rule holds a limit.
    "promise": Ask(_("请兑现承诺，并报告情况"), "unit", "", pgettext_lazy("event", "答复里的承诺")),
    "promise_check": Ask(
        _("请核实承诺兑现没有"), "staff", "reply_review_days", pgettext_lazy("event", "收到兑现报告")
    ),
}
