"""Preparing a session: planning it, announcing it, changing it, calling it off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.grassroots.actions.moving_session import advance_session, lock_session, tell_invited
from tongxin.activities.grassroots.enums import SessionState
from tongxin.activities.grassroots.lifecycle_session import SESSION
from tongxin.activities.grassroots.models import DeliberationSession, SessionHost
from tongxin.activities.grassroots.permissions_session import can_convene_at
from tongxin.capabilities.matters.actions import move_matter, open_matter
from tongxin.capabilities.matters.models import Kind, TimelineEntry, Visibility
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.core.record_language import in_record_language
from tongxin.foundation.core.templatetags.ui import zh_date, zh_datetime
from tongxin.foundation.organization.models import Node

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tongxin.activities.grassroots.models import VenueKind
    from tongxin.foundation.core.access import Actor

_NOT_YOURS = "您不负责这个议事会，不能由它召集会议。"


@dataclass(frozen=True, slots=True)
class Plan:
    """What an invitation says.

    Attributes:
        hosts: names of the bodies that hold it too; a node of that name is linked.
    """

    title: str
    node: Node
    starts_at: datetime
    ends_at: datetime | None = None
    venue_kind: VenueKind | None = None
    venue: str = ""
    outline: str = ""
    hosts: Sequence[str] = ()


@transaction.atomic
def plan_session(*, actor: Actor, plan: Plan) -> DeliberationSession:
    """Begin to prepare a session.

    Raises:
        PermissionDenied: the actor does not keep the node that convenes it.
        Refused: the node is closed by then, or has a session of that title on that day.
    """
    require(can_convene_at(actor, plan.node), because=_(_NOT_YOURS))
    # One node plans one session after the other, so that two clicks do not make two.
    Node.objects.select_for_update(of=("self",)).get(pk=plan.node.pk)
    _ensure_fits(plan)
    matter = open_matter(
        actor=actor,
        kind=Kind.SESSION,
        title=plan.title,
        state=SessionState.PLANNED,
        committee_id=plan.node.committee_id,
        place=plan.node.place,
    )
    session = DeliberationSession(matter=matter, committee_id=plan.node.committee_id, node=plan.node)
    _take_over(session, plan)
    session.save(force_insert=True)
    _set_hosts(session, plan.hosts)
    with in_record_language():
        text = f"筹备协商议事，{zh_datetime(plan.starts_at)}"
    move_matter(actor=actor, matter=matter, verb="plan", text=text)
    return session


@transaction.atomic
def edit_session(*, actor: Actor, session: DeliberationSession, plan: Plan) -> DeliberationSession:
    """Change what was planned. Who is invited is told of another time or place.

    Raises:
        PermissionDenied: the actor does not keep it, or not the node that shall convene it.
        Refused: it has begun, or the plan does not fit.
    """
    locked = lock_session(session)
    SESSION.check("edit_session", actor, locked)
    require(can_convene_at(actor, plan.node), because=_(_NOT_YOURS))
    _ensure_fits(plan, besides=locked)
    before = (locked.starts_at, locked.venue)
    _take_over(locked, plan)
    locked.save()
    locked.matter.title = plan.title
    locked.matter.place_id = plan.node.place_id
    locked.matter.save(update_fields=["place"])
    _set_hosts(locked, plan.hosts)
    moved = before != (locked.starts_at, locked.venue)
    with in_record_language():
        when = f"{zh_datetime(locked.starts_at)}，{locked.venue or locked.node.name}"
    text = f"时间地点改为{when}" if moved else "修改了会议安排"
    is_public = locked.state == SessionState.ANNOUNCED
    audience = TimelineEntry.Audience.PUBLIC if is_public else TimelineEntry.Audience.PARTIES
    advance_session("edit_session", actor=actor, session=locked, text=text[:200], audience=audience)
    if moved:
        tell_invited(actor=actor, session=locked, text=f"「{plan.title}」改了：{when}。请按新的时间地点参加")
    return locked


@transaction.atomic
def announce_session(*, actor: Actor, session: DeliberationSession) -> DeliberationSession:
    """Announce it: everybody reads on the page of the place when and about what people will talk.

    Raises:
        PermissionDenied: the actor does not keep it.
        Refused: it is over already, or it is not said where or about what.
    """
    locked = lock_session(session)
    SESSION.check("announce_session", actor, locked)
    day = locked.starts_at.astimezone(clock.ZONE).date()
    ensure(day >= clock.today(), because=_("开会的日子已经过了，不能再公告。可以直接开始记录。"))
    ensure(bool(locked.venue), because=_("还没有写在哪里开。请先补上地点，再公告。"))
    ensure(bool(locked.outline), because=_("还没有写商量什么。请先补上，再公告。"))
    locked.matter.visibility = Visibility.PUBLIC
    with in_record_language():
        text = f"公告：{zh_date(day)}在{locked.venue}协商"
    advance_session(
        "announce_session",
        actor=actor,
        session=locked,
        text=text,
        audience=TimelineEntry.Audience.PUBLIC,
    )
    return locked


@transaction.atomic
def cancel_session(*, actor: Actor, session: DeliberationSession, reason: str) -> DeliberationSession:
    """Call it off; who was invited is told why.

    Raises:
        PermissionDenied: the actor does not keep it.
        Refused: it has begun, or no reason is given.
    """
    locked = lock_session(session)
    SESSION.check("cancel_session", actor, locked)
    reason = " ".join(reason.split())
    ensure(bool(reason), because=_("请写为什么取消，邀请的人会看到。"))
    was_public = locked.state == SessionState.ANNOUNCED
    locked.matter.visibility = Visibility.MEMBERS
    audience = TimelineEntry.Audience.PUBLIC if was_public else TimelineEntry.Audience.PARTIES
    advance_session(
        "cancel_session", actor=actor, session=locked, text="取消会议", note=reason, audience=audience
    )
    tell_invited(actor=actor, session=locked, text=f"「{locked.matter.title}」取消了：{reason}")
    return locked


def _ensure_fits(plan: Plan, *, besides: DeliberationSession | None = None) -> None:
    day = plan.starts_at.astimezone(clock.ZONE).date()
    opened, ended = plan.node.opened_on, plan.node.ended_on
    ensure(
        (opened is None or opened <= day) and (ended is None or ended > day),
        because=_("「%(name)s」那一天不在用，请换一个。") % {"name": plan.node.name},
    )
    ensure(plan.ends_at is None or plan.ends_at > plan.starts_at, because=_("结束时间要晚于开始时间。"))
    same = DeliberationSession.objects.filter(
        node=plan.node, matter__title=plan.title, starts_at=plan.starts_at
    ).exclude(matter__state=SessionState.CANCELLED)
    if besides is not None:
        same = same.exclude(pk=besides.pk)
    ensure(
        not same.exists(),
        because=_("「%(name)s」在这个时间已经有一场同名的会议，不用再建。") % {"name": plan.node.name},
    )


def _take_over(session: DeliberationSession, plan: Plan) -> None:
    session.node = plan.node
    session.starts_at, session.ends_at = plan.starts_at, plan.ends_at
    session.venue_kind, session.venue = plan.venue_kind, plan.venue
    session.outline = plan.outline.replace("\r\n", "\n").strip()


def _set_hosts(session: DeliberationSession, names: Sequence[str]) -> None:
    wanted = [name for name in dict.fromkeys(names) if name != session.node.name]
    SessionHost.objects.filter(session=session).exclude(name__in=wanted).delete()
    have = set(SessionHost.objects.filter(session=session).values_list("name", flat=True))
    nodes = {
        node.name: node for node in Node.objects.filter(committee_id=session.committee_id, name__in=wanted)
    }
    SessionHost.objects.bulk_create(
        SessionHost(committee_id=session.committee_id, session=session, node=nodes.get(name), name=name)
        for name in wanted
        if name not in have
    )
