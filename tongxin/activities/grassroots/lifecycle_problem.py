"""The life cycle of a problem that was agreed to be solved, and what is asked of whom on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tongxin.activities.grassroots import permissions_problem as may
from tongxin.activities.grassroots.enums import ProblemState
from tongxin.foundation.core.lifecycle import Lifecycle, Move, State

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from tongxin.activities.grassroots.models import Problem

_P = ProblemState
STEPS = (_("已交办"), _("正在办"), _("核实"), _("已解决"))


@dataclass(frozen=True, slots=True)
class Ask:
    """One kind of deadline as a to-do.

    Attributes:
        text: what is asked, in words.
        of_unit: whether the unit is asked; otherwise whoever keeps the ledger.
        reason: the event from which it runs, for the record.
        waiting: what everybody else reads meanwhile.
    """

    text: str | _StrPromise
    reason: str | _StrPromise
    waiting: str | _StrPromise
    of_unit: bool = False


ASKS: dict[str, Ask] = {
    "solve": Ask(_("请解决并报结果"), _("交办"), _("等{name}解决"), of_unit=True),
    "solve_check": Ask(_("请核实是不是解决了"), _("报已解决"), _("报已解决，等待核实")),
    "objection": Ask(_("群众说没解决，请看看"), _("群众反映没解决"), _("群众说没解决，正在核实")),
    "look_back": Ask(_("请回头看一次"), _("解决"), _("已解决，到时候回头看")),
}

_STATES = (
    State(_P.OPEN, _P.OPEN.label, 0, "wait"),
    State(_P.UNDER_WAY, _P.UNDER_WAY.label, 1, "go"),
    State(_P.REPORTED, _P.REPORTED.label, 2, "wait"),
    State(_P.SOLVED, _P.SOLVED.label, 3, "ok", final=True),
    State(_P.NOT_POSSIBLE, _P.NOT_POSSIBLE.label, 3, "stop", final=True),
)
_MOVES: tuple[Move[Problem], ...] = (
    Move(
        "sign_problem",
        (_P.OPEN,),
        _P.UNDER_WAY,
        may.can_work_on_problem,
        label=_("签收，开始办"),
        tells=("keepers",),
    ),
    Move(
        "report_problem",
        (_P.OPEN, _P.UNDER_WAY),
        _P.REPORTED,
        may.can_work_on_problem,
        label=_("报已解决"),
        starts=("solve_check",),
        meets=("solve", "objection"),
        tells=("keepers",),
    ),
    Move(
        "confirm_problem",
        (_P.REPORTED,),
        _P.SOLVED,
        may.can_check_problem,
        label=_("确认解决"),
        starts=("look_back",),
        meets=("solve_check",),
        tells=("unit",),
    ),
    Move(
        "return_problem",
        (_P.REPORTED,),
        _P.UNDER_WAY,
        may.can_check_problem,
        label=_("退回继续办"),
        starts=("solve",),
        meets=("solve_check",),
        tells=("unit",),
    ),
    Move(
        "give_up_problem",
        (_P.OPEN, _P.UNDER_WAY, _P.REPORTED),
        _P.NOT_POSSIBLE,
        may.can_check_problem,
        label=_("暂时办不了"),
        meets=("solve", "solve_check", "objection"),
        tells=("unit",),
    ),
    Move(
        "change_problem",
        (_P.OPEN, _P.UNDER_WAY),
        None,
        may.can_check_problem,
        label=_("改单位或期限"),
        starts=("solve",),
        meets=("objection",),
        tells=("unit",),
    ),
    Move(
        "look_back",
        (_P.SOLVED,),
        None,
        may.can_check_problem,
        label=_("记回头看"),
        meets=("look_back",),
    ),
    Move(
        "reopen_problem",
        (_P.SOLVED, _P.NOT_POSSIBLE),
        _P.UNDER_WAY,
        may.can_check_problem,
        label=_("重新办"),
        starts=("solve",),
        meets=("look_back",),
        tells=("unit",),
    ),
)
PROBLEM: Lifecycle[Problem] = Lifecycle(
    steps=STEPS,
    state_of=lambda p: p.matter.state,
    states={state.code: state for state in _STATES},
    moves={move.verb: move for move in _MOVES},
)
# What whoever raised it, and everybody else, reads about where it stands.
PUBLIC_WORDS: dict[str, str | _StrPromise] = {
    _P.OPEN: _("已经交给{name}去办"),
    _P.UNDER_WAY: _("{name}正在办"),
    _P.REPORTED: _("{name}说办好了，正在核实"),
    _P.SOLVED: _("已经解决"),
    _P.NOT_POSSIBLE: _("暂时办不了"),
}
