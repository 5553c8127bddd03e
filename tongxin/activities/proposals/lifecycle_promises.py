"""The life cycle of a promise (承诺事项): what a unit said it will do, beside the way of the proposal."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tongxin.activities.proposals import permissions as may
from tongxin.activities.proposals.lifecycle import PROPOSAL, STEPS
from tongxin.activities.proposals.models import Promise
from tongxin.foundation.core.lifecycle import Lifecycle, Move, State

_P = Promise.State


def _state(code: Promise.State, step: int, tone: str, *, final: bool = False) -> State:
    return State(code.value, code.label, step, tone, final)


_STATES = (
    _state(_P.DRAFT, 3, "wait"),
    _state(_P.OPEN, 7, "go"),
    _state(_P.REPORTED, 7, "wait"),
    _state(_P.KEPT, 7, "ok", final=True),
    _state(_P.DROPPED, 7, "stop", final=True),
)
_MOVES: tuple[Move[Promise], ...] = (
    Move(
        "report_promise",
        (_P.OPEN,),
        _P.REPORTED,
        may.can_report_promise,
        label=_("报告兑现情况"),
        starts=("promise_check",),
        meets=("promise",),
        tells=("office",),
    ),
    Move(
        "confirm_promise",
        (_P.REPORTED,),
        _P.KEPT,
        may.can_check_promise,
        label=_("确认兑现"),
        meets=("promise_check",),
        tells=("proposer",),
    ),
    Move(
        "return_promise",
        (_P.REPORTED,),
        _P.OPEN,
        may.can_check_promise,
        label=_("退回，继续兑现"),
        starts=("promise",),
        meets=("promise_check",),
    ),
    Move(
        "postpone_promise",
        (_P.OPEN,),
        None,
        may.can_check_promise,
        label=_("延期"),
        starts=("promise",),
        tells=("proposer",),
    ),
    Move(
        "drop_promise",
        (_P.OPEN, _P.REPORTED),
        _P.DROPPED,
        may.can_check_promise,
        label=_("不再跟踪"),
        tells=("proposer",),
        grave=True,
    ),
)
PROMISE: Lifecycle[Promise] = Lifecycle(
    steps=STEPS,
    state_of=lambda p: p.state,
    # Once the proposal has ended there is nobody left who asks for it.
    left_behind=lambda p: PROPOSAL.states[p.proposal.state].final,
    states={state.code: state for state in _STATES},
    moves={move.verb: move for move in _MOVES},
)
