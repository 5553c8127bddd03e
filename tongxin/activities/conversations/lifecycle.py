"""The life cycle of a conversation: drawn up, open, closed and counted; or stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tongxin.activities.conversations import permissions as may
from tongxin.activities.conversations.enums import ConversationState
from tongxin.foundation.core.lifecycle import Lifecycle, Move, State

if TYPE_CHECKING:
    from tongxin.activities.conversations.models import Conversation

_C = ConversationState
STEPS = (_("准备"), _("进行"), _("结束"))
_STATES = (
    State(_C.DRAFT.value, _C.DRAFT.label, 0, "wait"),
    State(_C.OPEN.value, _C.OPEN.label, 1, "go"),
    State(_C.CLOSED.value, _C.CLOSED.label, 2, "ok", final=True),
    State(_C.CANCELLED.value, _C.CANCELLED.label, 2, "stop", final=True),
)
_MOVES: tuple[Move[Conversation], ...] = (
    Move("revise", (_C.DRAFT, _C.OPEN), None, may.can_keep, _("改问题和背景")),
    Move("invite", (_C.DRAFT, _C.OPEN), None, may.can_keep, _("定名单")),
    Move("seed", (_C.DRAFT, _C.OPEN), None, may.can_seed, _("提看法")),
    Move("open", (_C.DRAFT,), _C.OPEN, may.can_keep, _("开始"), tells=("participants",), grave=True),
    Move("moderate", (_C.OPEN,), None, may.can_keep, _("审核看法")),
    Move(
        "close", (_C.OPEN,), _C.CLOSED, may.can_keep, _("结束"), tells=("participants", "keepers"), grave=True
    ),
    Move(
        "cancel",
        (_C.DRAFT, _C.OPEN),
        _C.CANCELLED,
        may.can_keep,
        _("停止"),
        tells=("participants", "keepers"),
        grave=True,
    ),
    Move("use_statement", (_C.CLOSED,), None, may.can_use, _("用到工作中")),
)
CONVERSATION: Lifecycle[Conversation] = Lifecycle(
    steps=STEPS,
    state_of=lambda conversation: conversation.state,
    states={state.code: state for state in _STATES},
    moves={move.verb: move for move in _MOVES},
)
