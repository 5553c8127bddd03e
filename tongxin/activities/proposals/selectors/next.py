"""The one next step: who has a proposal, until when, and what this actor can do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.proposals.enums import ANSWERING_ROLES, AssignmentState, ProposalState
from tongxin.activities.proposals.lifecycle import ASKS, ASSIGNMENT, PROPOSAL, STEPS
from tongxin.activities.proposals.permissions import (
    can_disclose_proposal,
    can_hand_on,
    can_organize_handling,
    can_review_proposal,
    can_write_proposal,
    is_proposer,
)
from tongxin.activities.proposals.selectors.next_handover import is_offered
from tongxin.capabilities.deadlines.selectors import days_left, explain
from tongxin.foundation.core import clock
from tongxin.foundation.core.components import Action, Next
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from django.utils.functional import _StrPromise

    from tongxin.activities.proposals.models import Assignment, Cosignature, Proposal
    from tongxin.capabilities.deadlines.models import Deadline
    from tongxin.capabilities.deadlines.workdays import Calendar
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.lifecycle import Lifecycle

# Where each move is made. Several moves share a page: the decision is taken there.
PAGES = {
    "submit": "edit",
    "withdraw": "withdraw",
    "take_up": "review",
    "file": "review",
    "return": "review",
    "not_file": "review",
    # Where opinions come first, the page of the decision leads to the page of the opinion.
    "advise": "review",
    "convert": "convert",
    "ask_conversion": "convert",
    "agree_conversion": "answer_conversion",
    "refuse_conversion": "answer_conversion",
    "merge": "merge",
    "unmerge": "unmerge",
    "assign": "assign",
    "rate": "rate",
    "rehandle": "after_rating",
    "close_after_talk": "after_rating",
    "remind_proposer": "remind_proposer",
    "add_promise": "add_promise",
    "finish_tracking": "finish_tracking",
    "look_back": "look_back",
    "reopen_tracking": "look_back",
    "sign_for": "sign_for",
    "request_decline": "decline",
    "accept_decline": "answer_decline",
    "refuse_decline": "answer_decline",
    "give_opinion": "opinion",
    "save_reply": "reply",
    "propose_reply": "reply",
    "countersign": "countersign",
    "approve_reply": "approve",
    "send_back_reply": "approve",
    "pass_reply": "review_reply",
    "return_reply": "review_reply",
    "hand_to_office": "hand_to_office",
    "return_from_office": "return_from_office",
    "take_back_part": "take_back_part",
    "request_extension": "extend",
    "grant_extension": "answer_extension",
    "refuse_extension": "answer_extension",
    "go_on_without": "go_on_without",
}
# The words on the button of a page.
_BUTTONS: dict[str, str | _StrPromise] = {
    "edit": _lazy("接着写"),
    "submit": _lazy("核对提交"),
    "withdraw": _lazy("撤案"),
    "review": _lazy("审查"),
    "merge": _lazy("并案"),
    "unmerge": _lazy("撤销并案"),
    "convert": _lazy("转社情民意"),
    "answer_conversion": _lazy("答复是否同意"),
    "assign": _lazy("交办"),
    "rate": _lazy("评价答复"),
    "after_rating": _lazy("决定怎样办"),
    "remind_proposer": _lazy("提醒提案者评价"),
    "add_promise": _lazy("补记承诺"),
    "finish_tracking": _lazy("承诺已兑现，办结"),
    "look_back": _lazy("记一次回头看"),
    "sign_for": _lazy("签收"),
    "decline": _lazy("申请退回"),
    "answer_decline": _lazy("答复退回申请"),
    "opinion": _lazy("写会办意见"),
    "reply": _lazy("写答复"),
    "countersign": _lazy("会签"),
    "approve": _lazy("签发"),
    "review_reply": _lazy("审核答复"),
    "disclose": _lazy("公开设置"),
    "sensitive": _lazy("敏感标记"),
    "hand_to_office": _lazy("交归口单位转交"),
    "return_from_office": _lazy("退回政协"),
    "take_back_part": _lazy("收回交办"),
    "extend": _lazy("申请延期"),
    "answer_extension": _lazy("答复延期申请"),
    "go_on_without": _lazy("不再等会签"),
}
# Moves that answer each ask; an ask is alive while one of them is open.
_ANSWERS = {
    "revise": ("submit",),
    "review": ("take_up", "file"),
    "conversion": ("agree_conversion",),
    "assign": ("assign",),
    "sign_for": ("sign_for",),
    "hand_on": ("assign",),
    "extension_answer": ("grant_extension",),
    "decline_answer": ("accept_decline",),
    "reply": ("save_reply",),
    "co_opinion": ("give_opinion",),
    "countersign": ("countersign",),
    "approve": ("approve_reply",),
    "reply_review": ("pass_reply",),
    "rating": ("rate",),
    "rehandle": ("rehandle",),
}
# What runs beside the main unit's work.
_SIDE_WORK = frozenset({"co_opinion", "extension_answer"})
# What others wait for.
_WAITING: dict[str, str | _StrPromise] = {
    "revise": _lazy("等提案者修改后重新提交"),
    "review": _lazy("正在审查"),
    "conversion": _lazy("等提案者答复是否同意转社情民意"),
    "assign": _lazy("等待交办"),
    "sign_for": _lazy("等{name}签收"),
    "hand_on": _lazy("等{name}转交承办单位"),
    "extension_answer": _lazy("{name}申请延期，等待答复"),
    "decline_answer": _lazy("{name}申请退回，等待答复"),
    "reply": _lazy("{name}正在办理"),
    "co_opinion": _lazy("等{name}交会办意见"),
    "countersign": _lazy("等{name}会签"),
    "approve": _lazy("等{name}负责人签发"),
    "reply_review": _lazy("{name}的答复正在审核"),
    "rating": _lazy("等提案者评价答复"),
    "rehandle": _lazy("等待决定怎样办"),
    "promise": _lazy("等{name}兑现承诺"),
    "promise_check": _lazy("等待核实承诺兑现没有"),
}
# What is open to the proposer only while it is asked.
_OF_CONVERSION = frozenset({"agree_conversion", "refuse_conversion"})
# The ask in words that name the unit, for those who deal with many.
_ABOUT_UNIT: dict[str, str | _StrPromise] = {
    "reply_review": _lazy("请审核{name}的答复"),
    "decline_answer": _lazy("请答复{name}的退回申请"),
    "extension_answer": _lazy("请答复{name}的延期申请"),
    "rating": _lazy("对{name}的答复说满意不满意"),
}
_ENDED: dict[str, str | _StrPromise] = {
    ProposalState.WITHDRAWN: _lazy("提案者已经撤案"),
    ProposalState.NOT_FILED: _lazy("没有立案"),
    ProposalState.MERGED: _lazy("已并入另一件提案，一起办理"),
    ProposalState.CONVERTED: _lazy("已转为社情民意信息"),
    ProposalState.CLOSED: _lazy("已经办结"),
    ProposalState.TRACKING: _lazy("答复里有承诺，正在跟踪到兑现"),
    ProposalState.DRAFT: _lazy("还没有提交"),
}


# What is asked about promises; they have moves and pages of their own.
_OF_PROMISES = frozenset({"promise", "promise_check"})
_PROMISE_BUTTONS = {"report_promise": _lazy("报告兑现情况"), "check_promise": _lazy("核实兑现")}


@dataclass(frozen=True, slots=True)
class _Ask:
    """A running deadline with what it is about."""

    deadline: Deadline
    part: Assignment | None
    mine: bool

    @property
    def name(self) -> str:
        """The unit that it is about."""
        if self.part:
            return self.part.unit.name
        # An office that is to hand it on has no part in it yet.
        return self.deadline.unit.name if self.deadline.unit else ""


def next_step(
    *,
    actor: Actor,
    proposal: Proposal,
    parts: Sequence[Assignment],
    words: Sequence[Cosignature],
    deadlines: Iterable[Deadline],
    calendar: Calendar | None,
    step_no: int,
) -> Next:
    """Return the one next step as this actor sees it. No query.

    Args:
        actor: who looks.
        proposal: with its matter, proposer and body loaded.
        parts: the parts of the present round that are in force.
        words: invitations to co-sign that were not taken back.
        deadlines: those that still run.
        calendar: what working days are counted by; None where no deadline runs.
        step_no: the step of the life cycle that it stands at, from 1.
    """
    running = list(deadlines)
    asks = [a for d in running if (a := _ask_of(actor, proposal, parts, words, d))]
    asks.sort(key=_by_urgency)
    ask = asks[0] if asks else None
    final = PROPOSAL.states[proposal.matter.state].final
    return Next(
        step_no=0 if final else step_no,
        total=len(STEPS),
        holder="" if final else _holder(actor, proposal, ask),
        title=_title(proposal, ask),
        due=ask.deadline.due_on if ask else None,
        left=days_left(ask.deadline, clock.today(), calendar) if ask and calendar else None,
        reason=_reason(ask),
        explanation=explain(ask.deadline, calendar) if ask and calendar else None,
        actions=_actions(actor, proposal, parts, asks, running, calendar),
    )


def _by_urgency(ask: _Ask) -> tuple[bool, bool, date, bool, str, str]:
    """Mine first; of the others' the one due next, what keeps the main unit before side work.

    Units that were asked on one day stand in a fixed order, the answering ones first: a page that is
    opened twice names the same one.
    """
    helps = ask.part is not None and ask.part.role not in ANSWERING_ROLES
    due = ask.deadline
    return (not ask.mine, due.kind in _SIDE_WORK, due.due_on, helps, ask.name, str(due.pk))


def _ask_of(
    actor: Actor,
    proposal: Proposal,
    parts: Sequence[Assignment],
    words: Sequence[Cosignature],
    deadline: Deadline,
) -> _Ask | None:
    """Return the ask while it can be answered; a limit that merely runs on in the background is none."""
    if deadline.kind == "cosign":
        # Only one's own: a proposal that is being written waits for its writer, not for those they asked.
        own = any(w.pk == deadline.subject_id and w.member_id == actor.member_id for w in words)
        return _Ask(deadline, None, own) if own else None
    part = next((p for p in parts if p.pk == deadline.subject_id), None)
    if deadline.kind in _OF_PROMISES:
        return _ask_of_promise(actor, proposal, deadline)
    if deadline.kind == "rating":
        rated = part is None or hasattr(getattr(part, "reply", None), "rating")
        alive = proposal.matter.state == ProposalState.REPLIED and not rated
        return _Ask(deadline, part, is_proposer(actor, proposal)) if alive else None
    if deadline.subject_id is None:
        return _ask_of_proposal(actor, proposal, deadline)
    return _ask_of_part(actor, part, deadline) if part else None


def _ask_of_proposal(actor: Actor, proposal: Proposal, deadline: Deadline) -> _Ask | None:
    if not _open(deadline.kind, proposal.matter.state, PROPOSAL):
        return None
    if deadline.kind == "review":
        # Staff may take it up too, but only reviewers are asked.
        return _Ask(deadline, None, can_review_proposal(actor, proposal))
    if deadline.kind == "hand_on":
        # Staff may still hand over themselves, but it is the office that is asked.
        return _Ask(deadline, None, can_hand_on(actor, proposal))
    verbs = {move.verb for move in PROPOSAL.open_to(actor, proposal)}
    return _Ask(deadline, None, not verbs.isdisjoint(_ANSWERS[deadline.kind]))


def _ask_of_promise(actor: Actor, proposal: Proposal, deadline: Deadline) -> _Ask | None:
    # While answers are awaited a promise of an earlier round runs on beside them.
    if proposal.matter.state != ProposalState.TRACKING:
        return None
    if deadline.kind == "promise":
        return _Ask(deadline, None, deadline.unit_id in actor.subjects(Role.UNIT_CLERK, Role.UNIT_LEADER))
    return _Ask(deadline, None, can_organize_handling(actor, proposal))


def _ask_of_part(actor: Actor, part: Assignment, deadline: Deadline) -> _Ask | None:
    if not _open(deadline.kind, part.state, ASSIGNMENT):
        return None
    verbs = {move.verb for move in ASSIGNMENT.open_to(actor, part)}
    return _Ask(deadline, part, not verbs.isdisjoint(_ANSWERS[deadline.kind]))


def _open(kind: str, state: str, lifecycle: Lifecycle[Any]) -> bool:
    return any(state in lifecycle.moves[verb].sources for verb in _ANSWERS[kind])


def _holder(actor: Actor, proposal: Proposal, ask: _Ask | None) -> str:
    if ask is None:
        writing = proposal.matter.state == ProposalState.DRAFT and can_write_proposal(actor, proposal)
        return _("您") if writing else ""
    if ask.mine:
        return _("您")
    of = ASKS[ask.deadline.kind].of
    if of == "proposer":
        return proposal.proposer_name
    if of in ("unit", "unit_leader", "supervisor"):
        return ask.name
    return _("提案委员会")


def _title(proposal: Proposal, ask: _Ask | None) -> str:
    if ask is None:
        words = _ENDED.get(proposal.matter.state) or PROPOSAL.states[proposal.matter.state].label
        return str(words)
    kind = ask.deadline.kind
    if not ask.mine:
        return str(_WAITING[kind]).format(name=ask.name)
    if ask.name and kind in _ABOUT_UNIT:
        return str(_ABOUT_UNIT[kind]).format(name=ask.name)
    return str(ASKS[kind].text)


def _reason(ask: _Ask | None) -> str:
    if ask and ask.deadline.provisional:
        return _("次年放假安排还没有公布，这个日期到时候可能会变。")
    return ""


def _actions(  # noqa: PLR0917 (all that the page has loaded)
    actor: Actor,
    proposal: Proposal,
    parts: Sequence[Assignment],
    asks: Sequence[_Ask],
    deadlines: Sequence[Deadline],
    calendar: Calendar | None,
) -> list[Action]:
    """Return the buttons: what is asked of the actor first and in red, then what else is open to them."""
    mine = [a for a in asks if a.mine]
    found: dict[str, Action] = {}
    for ask in mine:
        _add(found, _asked_action(ask, proposal, main=not found))
    for move in PROPOSAL.open_to(actor, proposal):
        for action in _move_actions(actor, proposal, parts, move.verb):
            _add(found, action)
    for part in parts:
        for part_move in ASSIGNMENT.open_to(actor, part):
            if is_offered(
                part_move.verb, part=part, proposal=proposal, deadlines=deadlines, calendar=calendar
            ):
                _add(found, _part_action(part, part_move.verb, units=len(parts)))
    if proposal.filed_on and can_disclose_proposal(actor, proposal):
        _add(found, _page("disclose", proposal.pk))
    elif proposal.submitted_at and can_disclose_proposal(actor, proposal):
        # Filing lets the members see it; whoever must not be seen is marked before. Afterwards the page of
        # what is public leads there.
        _add(found, _page("sensitive", proposal.pk))
    writing = reverse("proposals:edit", args=[proposal.pk])
    if proposal.matter.state == ProposalState.DRAFT and writing in found:
        found[writing] = Action(found[writing].label, writing, main=True)
    return list(found.values())


def _part_action(part: Assignment, verb: str, *, units: int) -> Action:
    if verb == "take_back_part":
        label = _("收回{unit}的交办").format(unit=part.unit.name) if units > 1 else ""
        return _page(PAGES[verb], part.pk, label=label, grave=True)
    return _page(PAGES[verb], part.pk, post=verb == "sign_for")


def _add(found: dict[str, Action], action: Action) -> None:
    found.setdefault(action.url, action)


def _page(name: str, key: object, *, label: str = "", **how: bool) -> Action:
    return Action(label or str(_BUTTONS[name]), reverse(f"proposals:{name}", args=[key]), **how)


def _asked_action(ask: _Ask, proposal: Proposal, *, main: bool) -> Action:
    kind = ask.deadline.kind
    if kind == "cosign":
        # The red button stands under the text, where the member has read it.
        return Action(_("看正文，再签名"), "#cosign")
    if kind in _OF_PROMISES:
        page = "report_promise" if kind == "promise" else "check_promise"
        label = str(_PROMISE_BUTTONS[page])
        return Action(label, reverse(f"proposals:{page}", args=[ask.deadline.subject_id]), main=main)
    name = PAGES[_ANSWERS[kind][0]]
    if kind == "rating" and ask.part:
        return _page(name, ask.part.reply.pk, main=main)
    if kind == "revise":
        return _page(name, proposal.pk, main=main, label=_("修改"))
    return _page(name, ask.part.pk if ask.part else proposal.pk, main=main, post=kind == "sign_for")


def _move_actions(actor: Actor, proposal: Proposal, parts: Sequence[Assignment], verb: str) -> list[Action]:
    if verb == "rate":
        from_paper = not is_proposer(actor, proposal)
        return [
            _page("rate", part.reply.pk, label=_rate_label(part, len(parts), from_paper=from_paper))
            for part in parts
            if part.state == AssignmentState.REPLIED and not hasattr(part.reply, "rating")
        ]
    if verb == "take_up" and not actor.has(Role.REVIEWER):
        return []
    if verb in _OF_CONVERSION and proposal.conversion_asked_on is None:
        return []
    if verb == "submit":
        return [_page("edit", proposal.pk), _page("submit", proposal.pk)]
    if verb == "assign" and proposal.matter.state != ProposalState.FILED:
        return [_page("assign", proposal.pk, label=_("增加承办单位"))]
    grave = PROPOSAL.moves[verb].grave and verb == "withdraw"
    return [_page(PAGES[verb], proposal.pk, grave=grave, post=verb == "remind_proposer")]


def _rate_label(part: Assignment, units: int, *, from_paper: bool) -> str:
    if from_paper:
        return _("录入对{unit}答复的评价").format(unit=part.unit.name) if units > 1 else _("录入征询意见表")
    return _("评价{unit}的答复").format(unit=part.unit.name) if units > 1 else _("评价答复")
