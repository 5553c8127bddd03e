"""The life cycle of an annual list of topics (年度议题清单): drawn up, voted on, decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tongxin.activities.topics import permissions as may
from tongxin.activities.topics.enums import ListState
from tongxin.foundation.core.lifecycle import Lifecycle, Move, State

if TYPE_CHECKING:
    from tongxin.activities.topics.models import TopicList

_L = ListState
STEPS = (_("拟定候选"), _("投票"), _("确定"))
_STATES = (
    State(_L.DRAFT.value, _L.DRAFT.label, 0, "wait"),
    State(_L.VOTING.value, _L.VOTING.label, 1, "go"),
    State(_L.CLOSED.value, _L.CLOSED.label, 1, "wait"),
    State(_L.DECIDED.value, _L.DECIDED.label, 2, "ok", final=True),
)
_MOVES: tuple[Move[TopicList], ...] = (
    Move("choose_candidates", (_L.DRAFT,), None, may.can_keep_list, _("选候选议题")),
    Move(
        "open_voting", (_L.DRAFT,), _L.VOTING, may.can_keep_list, _("开始投票"), tells=("voters",), grave=True
    ),
    Move("cast_ballot", (_L.VOTING,), None, may.can_vote, _("投票"), ask=_("请投票")),
    Move("close_voting", (_L.VOTING,), _L.CLOSED, may.can_keep_list, _("截止投票"), grave=True),
    Move("count_hands", (_L.VOTING, _L.CLOSED), None, may.can_keep_list, _("录入举手票数")),
    Move("decide", (_L.DRAFT, _L.CLOSED), _L.DECIDED, may.can_keep_list, _("确定清单"), grave=True),
)
TOPIC_LIST: Lifecycle[TopicList] = Lifecycle(
    steps=STEPS,
    state_of=lambda topic_list: topic_list.state,
    states={state.code: state for state in _STATES},
    moves={move.verb: move for move in _MOVES},
)
