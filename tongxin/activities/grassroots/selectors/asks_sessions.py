"""Sessions that somebody is to hold, or is asked to come to: their part of the one to-do list."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Window
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongxin.activities.grassroots.enums import Presence, SessionState
from tongxin.activities.grassroots.models import Attendee, DeliberationSession
from tongxin.capabilities.deadlines.asks import Asked, Todo, TodoGroup
from tongxin.foundation.core import clock
from tongxin.foundation.organization.enums import NODE_ROLES, Role
from tongxin.foundation.organization.models import Node

if TYPE_CHECKING:
    from tongxin.activities.grassroots.models import SessionQuerySet
    from tongxin.foundation.core.access import Actor


def to_hold(actor: Actor) -> SessionQuerySet:
    """Return the announced sessions that this actor is to hold."""
    found = DeliberationSession.objects.visible_to(actor).filter(matter__state=SessionState.ANNOUNCED)
    if actor.has(Role.STAFF):
        return found
    nodes = actor.subjects(*NODE_ROLES)
    return found.filter(node__in=Node.objects.under(nodes)) if nodes else found.none()


def to_answer(actor: Actor) -> SessionQuerySet:
    """Return the sessions to come whose invitation this member has not answered."""
    found = DeliberationSession.objects.visible_to(actor)
    if actor.member_id is None:
        return found.none()
    midnight = datetime.combine(clock.today(), time(), tzinfo=clock.ZONE)
    asked = Attendee.objects.filter(member_id=actor.member_id, presence=Presence.INVITED)
    return found.filter(
        matter__state=SessionState.ANNOUNCED, starts_at__gte=midnight, pk__in=asked.values("session")
    )


# What is asked, and of which sessions; the list of sessions reads ``?ask=`` by it.
ASKS = {"hold": (_("请开好协商议事会"), to_hold), "come": (_("请答复能不能参加会议"), to_answer)}


def asked(actor: Actor, *, limit: int) -> Asked:
    """Return the sessions that somebody is to hold, or has not answered, by their day. At most two queries."""
    groups, todos = [], []
    for kind, (text, of) in ASKS.items():
        rows = of(actor).select_related("matter").annotate(n=Window(Count("pk"))).order_by("starts_at", "pk")
        # Each row says how many there are, so that counting them asks no second time.
        found: list[Any] = list(rows[:limit])
        if found:
            url = f"{reverse('grassroots:sessions')}?ask={kind}"
            groups.append(TodoGroup(kind, str(text), found[0].n, url))
        todos += [_todo(kind, str(text), session) for session in found]
    return Asked(groups, todos)


def _todo(kind: str, text: str, session: DeliberationSession) -> Todo:
    starts = session.starts_at.astimezone(clock.ZONE)
    return Todo(
        kind=kind,
        text=text,
        title=session.matter.title,
        code=starts.strftime("%H:%M"),
        due_on=starts.date(),
        url=reverse("grassroots:session", args=[session.pk]),
    )
