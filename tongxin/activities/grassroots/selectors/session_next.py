"""The one next step of a session, for whoever looks at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from tongxin.activities.grassroots.enums import SessionState
from tongxin.activities.grassroots.lifecycle_session import SESSION, STEPS
from tongxin.activities.grassroots.permissions_session import can_keep_session
from tongxin.capabilities.deadlines.selectors import calendar_of, days_left, explain
from tongxin.foundation.core import clock
from tongxin.foundation.core.components import Action, Next

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.activities.grassroots.models import DeliberationSession
    from tongxin.capabilities.deadlines.models import Deadline
    from tongxin.foundation.core.access import Actor


@dataclass(frozen=True, slots=True)
class Standing:
    """What the next step depends on beside the state.

    Attributes:
        invited: how many are on the list.
        was_sent: whether invitations went out.
        missing: what the record lacks before it can be archived.
        is_signed: whether the signed sheet is there.
    """

    invited: int
    was_sent: bool
    missing: Sequence[str]
    is_signed: bool


def next_of(
    actor: Actor, session: DeliberationSession, standing: Standing, deadline: Deadline | None
) -> Next:
    """Return the next step. One query when a deadline runs, otherwise none."""
    step_no = SESSION.states[session.state].step + 1
    title, reason, actions = _STEPS[SessionState(session.state)](session, standing)
    keeps = can_keep_session(actor, session)
    calendar = calendar_of(session.committee_id) if deadline else None
    return Next(
        step_no=0 if session.state == SessionState.CANCELLED else step_no,
        total=len(STEPS),
        holder=session.node.name,
        title=title,
        reason=reason if keeps else "",
        due=deadline.due_on if deadline else None,
        left=days_left(deadline, clock.today(), calendar) if deadline and calendar else None,
        explanation=explain(deadline, calendar) if deadline and calendar else None,
        actions=actions if keeps else (),
    )


def _to(session: DeliberationSession, page: str) -> str:
    return reverse(f"grassroots:{page}", args=[session.pk])


def _before(session: DeliberationSession, standing: Standing) -> tuple[str, str, list[Action]]:
    """Return what is to be done until the day: the list, the invitations, the announcement, the beginning."""
    is_day = session.starts_at.astimezone(clock.ZONE).date() <= clock.today()
    announced = session.state == SessionState.ANNOUNCED
    people = Action(_("定邀请名单"), _to(session, "session_people"), main=not standing.invited and not is_day)
    invite = Action(
        _("发出邀请"),
        _to(session, "session_invitation"),
        main=bool(standing.invited) and not standing.was_sent and not is_day,
    )
    announce = Action(
        _("发布公告"),
        _to(session, "session_announce"),
        main=standing.was_sent and not announced and not is_day,
        post=True,
    )
    begin = Action(_("开始开会、记录"), _to(session, "session_begin"), main=True, post=True)
    # Opened once while there is a network, the desk opens in the field without one.
    desk = Action(_("签到台"), _to(session, "desk"))
    others = [people, invite, *([] if announced or is_day else [announce]), desk]
    if is_day:
        return _("可以开会了"), _("到了会场，点开始，就可以签到和记录。"), [begin, *others]
    if not standing.invited:
        title = _("先定邀请名单")
    elif not standing.was_sent:
        title = _("把邀请发出去")
    else:
        title = _("等开会那一天") if announced else _("公告这次会议")
    hint = "" if announced else _("公告以后，扫码的群众能看到什么时候、在哪里、商量什么。不公告也可以开会。")
    return title, hint, others


def _held(session: DeliberationSession, standing: Standing) -> tuple[str, str, list[Action]]:
    ready = not standing.missing
    actions = [
        Action(_("归档"), _to(session, "session_archive"), main=ready),
        Action(_("写记录"), _to(session, "session_record"), main=not ready),
        Action(_("签到台"), _to(session, "desk")),
        Action(_("议事单"), _to(session, "session_sheet")),
    ]
    if ready:
        hint = "" if standing.is_signed else _("签字单还没有上传，归档以后也可以补。")
        return _("记录写好了，可以归档"), hint, actions
    missing = _("；").join(standing.missing)
    return _("写记录"), _("归档以前还缺：%s。") % missing, [actions[1], *actions[2:]]


def _recorded(session: DeliberationSession, standing: Standing) -> tuple[str, str, list[Action]]:
    if session.from_ledger:
        return _("台账补录，已归档"), "", []
    papers = Action(_("上传签字单、照片"), _to(session, "session_papers"), main=not standing.is_signed)
    hint = "" if standing.is_signed else _("打印议事单请各方签字，拍照上传，留作凭证。")
    return _("已归档"), hint, [papers, Action(_("议事单"), _to(session, "session_sheet"))]


def _cancelled(_session: DeliberationSession, _standing: Standing) -> tuple[str, str, list[Action]]:
    return _("已取消"), "", []


_STEPS = {
    SessionState.PLANNED: _before,
    SessionState.ANNOUNCED: _before,
    SessionState.HELD: _held,
    SessionState.RECORDED: _recorded,
    SessionState.CANCELLED: _cancelled,
}
