"""The life cycle of a topic (议题): from where it was raised to what became of it.

Guards, buttons, stepper and notices are drawn from these rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tongxin.activities.topics import permissions as may
from tongxin.activities.topics.enums import TopicState
from tongxin.foundation.core.lifecycle import Lifecycle, Move, State

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.utils.functional import _StrPromise

    from tongxin.activities.topics.models import Topic
    from tongxin.foundation.core.access import Actor

_S = TopicState
STEPS = (_("征集"), _("受理"), _("协商"), _("办结"))
INTAKE = "intake"
# What somebody must have decided about before the day is over that the rules name.
_DECIDED = (INTAKE,)
# Into these another topic can be merged.
CAN_LEAD = (_S.COLLECTED, _S.ACCEPTED, _S.DELIBERATING)
TAKEN_UP = (_S.ACCEPTED, _S.DELIBERATING, _S.DONE)


def _state(code: TopicState, step: int, tone: str, *, final: bool = False) -> State:
    return State(code.value, code.label, step, tone, final)


_STATES = (
    _state(_S.COLLECTED, 0, "wait"),
    _state(_S.ACCEPTED, 1, "go"),
    _state(_S.DELIBERATING, 2, "go"),
    _state(_S.DONE, 3, "ok", final=True),
    _state(_S.MERGED, 1, "stop", final=True),
    _state(_S.ANSWERED, 1, "ok", final=True),
    _state(_S.PASSED_ON, 1, "go"),
    _state(_S.DECLINED, 1, "stop", final=True),
)


def _move(
    verb: str,
    sources: tuple[TopicState, ...],
    target: TopicState | None,
    label: str | _StrPromise,
    *,
    who: Callable[[Actor, Topic], bool] = may.can_decide_topic,
    starts: tuple[str, ...] = (),
    meets: tuple[str, ...] = (),
    tells: tuple[str, ...] = (),
    grave: bool = False,
) -> Move[Topic]:
    return Move(verb, sources, target, who, label, starts=starts, meets=meets, tells=tells, grave=grave)


_MOVES = (
    _move("accept", (_S.COLLECTED,), _S.ACCEPTED, _("列为议题"), meets=_DECIDED, tells=("raiser",)),
    _move("merge", (_S.COLLECTED,), _S.MERGED, _("并入同类议题"), meets=_DECIDED, tells=("raiser",)),
    _move("answer", (_S.COLLECTED,), _S.ANSWERED, _("直接答复"), meets=_DECIDED, tells=("raiser",)),
    _move("pass_on", (_S.COLLECTED,), _S.PASSED_ON, _("转交办理"), meets=_DECIDED, tells=("raiser", "unit")),
    _move(
        "decline", (_S.COLLECTED,), _S.DECLINED, _("不予受理"), meets=_DECIDED, tells=("raiser",), grave=True
    ),
    _move("release", (_S.COLLECTED,), None, _("移出待甄别")),
    _move("split", (_S.COLLECTED, _S.ACCEPTED), None, _("分出来另作一条"), starts=_DECIDED),
    _move("revise", TAKEN_UP, None, _("改标题和公开范围")),
    _move("mark", tuple(_S), None, _("紧急、敏感标记")),
    _move("deliberate", (_S.ACCEPTED,), _S.DELIBERATING, _("提交协商"), tells=("raiser",)),
    # The session that was to talk about it does not take place.
    _move("put_back", (_S.DELIBERATING,), _S.ACCEPTED, _("退回议题清单")),
    _move(
        "close", (_S.ACCEPTED, _S.DELIBERATING, _S.PASSED_ON), _S.DONE, _("办结"), tells=("raiser", "unit")
    ),
    _move(
        "reopen",
        (_S.MERGED, _S.ANSWERED, _S.DECLINED, _S.PASSED_ON, _S.DONE),
        _S.COLLECTED,
        _("重新受理"),
        who=may.can_reopen_topic,
        starts=_DECIDED,
        tells=("keepers",),
    ),
)
TOPIC: Lifecycle[Topic] = Lifecycle(
    steps=STEPS,
    state_of=lambda topic: topic.state,
    states={state.code: state for state in _STATES},
    moves={move.verb: move for move in _MOVES},
)
