"""Sessions that somebody is to hold, or is asked to come to: their part of the one to-do list."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongxin.activities.grassroots.enums import Presence, SessionState
from tongxin.activities.grassroots.models import Attendee, DeliberationSession
from tongxin.capabilities.deadlines.asks import Todo, TodoGroup
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


def todos(actor: Actor, *, limit: int) -> list[Todo]:
    """Return the sessions that somebody holds or comes to, by their day. At most two queries."""
    return [
        Todo(
            kind=kind,
            text=str(text),
            title=session.matter.title,
            code=session.starts_at.astimezone(clock.ZONE).strftime("%H:%M"),
            due_on=session.starts_at.astimezone(clock.ZONE).date(),
            url=reverse("grassroots:session", args=[session.pk]),
        )
        for kind, (text, asked) in ASKS.items()
        for session in asked(actor).select_related("matter").order_by("starts_at", "pk")[:limit]
    ]


def todo_groups(actor: Actor) -> list[TodoGroup]:
    """Return how many sessions somebody is to hold, or has not answered. At most two queries."""
    return [
        TodoGroup(kind, str(text), count, f"{reverse('grassroots:sessions')}?ask={kind}")
        for kind, (text, asked) in ASKS.items()
        if (count := asked(actor).count())
    ]
