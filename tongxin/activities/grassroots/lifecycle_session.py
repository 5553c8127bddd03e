"""The life cycle of a deliberation session: planned, announced, held, recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongxin.activities.grassroots import permissions_session as may
from tongxin.activities.grassroots.enums import SessionState as S
from tongxin.foundation.core.lifecycle import Lifecycle, Move, State

if TYPE_CHECKING:
    from tongxin.activities.grassroots.models import DeliberationSession

STEPS = (
    pgettext_lazy("step", "筹备"),
    pgettext_lazy("step", "公告"),
    pgettext_lazy("step", "开会、记录"),
    pgettext_lazy("step", "归档"),
)
# While the time has not come; what is on the invitation may still change.
BEFORE = (S.PLANNED, S.ANNOUNCED)
RECORD = "record"


def _state(code: S, step: int, tone: str, *, final: bool = False) -> State:
    return State(code, code.label, step, tone, final)


def _moves(*rows: Move[DeliberationSession]) -> dict[str, Move[DeliberationSession]]:
    return {m.verb: m for m in rows}


SESSION: Lifecycle[DeliberationSession] = Lifecycle(
    steps=STEPS,
    state_of=lambda s: s.matter.state,
    states={
        s.code: s
        for s in (
            _state(S.PLANNED, 0, "wait"),
            _state(S.ANNOUNCED, 1, "go"),
            _state(S.HELD, 2, "go"),
            _state(S.RECORDED, 3, "ok", final=True),
            _state(S.CANCELLED, 1, "stop", final=True),
        )
    },
    moves=_moves(
        Move(
            "announce_session",
            (S.PLANNED,),
            S.ANNOUNCED,
            may.can_keep_session,
            label=_("发布公告"),
        ),
        Move("edit_session", BEFORE, None, may.can_keep_session, label=_("修改安排")),
        Move("invite", BEFORE, None, may.can_keep_session, label=_("发出邀请")),
        Move("answer_invitation", BEFORE, None, may.can_answer_invitation, label=_("答复邀请")),
        Move("check_in", (*BEFORE, S.HELD), None, may.can_check_in, label=_("签到")),
        Move(
            "begin_record",
            BEFORE,
            S.HELD,
            may.can_keep_session,
            label=_("开始开会、记录"),
            starts=(RECORD,),
        ),
        Move("write_record", (S.HELD,), None, may.can_keep_session, label=_("写记录")),
        Move("add_paper", (S.HELD, S.RECORDED), None, may.can_keep_session, label=_("上传照片和签字单")),
        Move(
            "archive_record",
            (S.HELD,),
            S.RECORDED,
            may.can_keep_session,
            label=_("归档"),
            meets=(RECORD,),
        ),
        Move(
            "reopen_record",
            (S.RECORDED,),
            S.HELD,
            may.can_reopen_session,
            label=_("重新打开记录"),
            starts=(RECORD,),
            grave=True,
        ),
        Move(
            "cancel_session",
            BEFORE,
            S.CANCELLED,
            may.can_keep_session,
            label=_("取消这次会议"),
            grave=True,
        ),
    ),
)
