"""What is asked of a person at the grass roots: their part of the one to-do list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongxin.activities.grassroots.lifecycle_problem import ASKS
from tongxin.activities.grassroots.lifecycle_session import RECORD
from tongxin.activities.grassroots.models import DeliberationSession, Problem
from tongxin.activities.grassroots.selectors import asks_sessions
from tongxin.capabilities.deadlines.asks import Asked, Todo, TodoGroup
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.deadlines.selectors import counted_and_first
from tongxin.capabilities.matters.models import Kind
from tongxin.foundation.organization.enums import NODE_ROLES, Role
from tongxin.foundation.organization.models import Node

if TYPE_CHECKING:
    from tongxin.capabilities.deadlines.models import DeadlineQuerySet
    from tongxin.foundation.core.access import Actor

_OF_KEEPERS = [kind for kind, ask in ASKS.items() if not ask.of_unit]
_TEXTS = {kind: ask.text for kind, ask in ASKS.items()} | {RECORD: _("请把会议记录归档")}


def asked_of(actor: Actor) -> DeadlineQuerySet:
    """Return the running deadlines of problems and sessions that this actor is to meet."""
    mine = Q(pk__in=())
    # Who has no account has it entered by those who keep the ledger.
    kept = Q(kind__in=_OF_KEEPERS) | Q(kind="solve", unit__isnull=True)
    if actor.has(Role.STAFF):
        mine |= kept & Q(matter__kind=Kind.PROBLEM)
        mine |= Q(kind=RECORD, matter__kind=Kind.SESSION)
    elif nodes := actor.subjects(*NODE_ROLES):
        under = Node.objects.under(nodes).values("pk")
        mine |= kept & Q(matter_id__in=Problem.objects.filter(node__in=under).values("pk"))
        mine |= Q(kind=RECORD, matter_id__in=DeliberationSession.objects.filter(node__in=under).values("pk"))
    if units := actor.subjects(Role.UNIT_CLERK, Role.UNIT_LEADER):
        mine |= Q(kind="solve", unit_id__in=units, matter__kind=Kind.PROBLEM)
    return Deadline.objects.visible_to(actor).running().filter(mine)


def asked(actor: Actor, *, limit: int) -> Asked:
    """Return what is asked of a person, by due date; kinds in the order of the life cycle. At most three queries."""
    counts, first = counted_and_first(asked_of(actor), limit)
    groups = [
        TodoGroup(kind, str(text), counts[kind], _list_of(kind))
        for kind, text in _TEXTS.items()
        if counts.get(kind)
    ]
    todos = [
        Todo(
            kind=row.kind,
            text=str(_TEXTS[row.kind]),
            title=row.matter.title,
            code=row.matter.code or "",
            due_on=row.due_on,
            url=_page_of(row),
        )
        for row in first
    ]
    sessions = asks_sessions.asked(actor, limit=limit)
    return Asked(
        sessions.groups + groups, sorted(todos + sessions.todos, key=lambda todo: todo.due_on)[:limit]
    )


def _page_of(deadline: Deadline) -> str:
    if deadline.matter.kind == Kind.SESSION:
        return reverse("grassroots:session", args=[deadline.matter_id])
    return reverse("grassroots:problem", args=[deadline.matter_id])


def _list_of(kind: str) -> str:
    if kind == RECORD:
        return f"{reverse('grassroots:sessions')}?state=held"
    return f"{reverse('grassroots:problems')}?ask={kind}"
