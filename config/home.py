"""The first page after signing in: what is asked of me."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from tongxin.activities.conversations.selectors import asks as of_conversations
from tongxin.activities.grassroots.selectors import asks as of_grassroots
from tongxin.activities.proposals.selectors import asks as of_proposals
from tongxin.activities.proposals.selectors.lists import nearest, overview
from tongxin.activities.topics.selectors import asks as of_topics
from tongxin.capabilities.deadlines.selectors import calendar_of, days_left
from tongxin.foundation.core import clock
from tongxin.foundation.core.access import policy, public
from tongxin.foundation.organization.enums import OFFICE_ROLES, Role
from tongxin.readers.rollup.selectors import asks as of_rollup

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from tongxin.foundation.core.access import ActorRequest

# As many as fit on a phone before it becomes a list of its own; in 大字简明版 two.
_SHOWN = 8
_SEE_ALL = (Role.LEADER, Role.STAFF, Role.REVIEWER, Role.SUPERVISOR)
_SHOWN_SIMPLE = 2
# Each room says what it asks of somebody; the list is one.
_ROOMS = (of_proposals, of_topics, of_conversations, of_grassroots, of_rollup)


@public
@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """Show the to-do list, or, to somebody who is not signed in, the way in."""
    if request.user.is_authenticated:
        return desk(request)
    if settings.DEMO:
        return redirect("demo:doors")
    return redirect("publishing:index")


@policy()
@require_safe
def desk(request: ActorRequest) -> HttpResponse:
    """Show what is asked of the person, by due date."""
    actor = request.actor
    if actor.committee_id is None:
        return redirect("organization:installation" if actor.has(Role.SYSTEM_ADMIN) else "accounts:me")
    limit = _SHOWN_SIMPLE if request.simple_mode else _SHOWN
    asked = [room.asked(actor, limit=limit) for room in _ROOMS]
    groups = [group for of_room in asked for group in of_room.groups]
    # What is due first, whichever room asks it.
    shown = sorted((t for of_room in asked for t in of_room.todos), key=lambda t: t.due_on)[:limit]
    calendar = calendar_of(actor.committee_id)
    today = clock.today()
    context = {
        "actor": actor,
        "today": today,
        "is_office": actor.has(*OFFICE_ROLES),
        "is_member": actor.has(Role.MEMBER, Role.SUBMITTER),
        # Nothing at the bottom of a phone leads a member there.
        "joins": actor.has(Role.MEMBER),
        "overview": overview(actor) if actor.has(*_SEE_ALL) else (),
        # Who leads is asked for little and looks at everything.
        "nearest": nearest(actor, limit=_SHOWN) if actor.has(Role.LEADER) else (),
        "looks": actor.has(Role.LEADER, Role.AUDITOR),
        "groups": groups,
        "total": sum(g.count for g in groups),
        "todos": [(t, days_left(t.due_on, today, calendar)) for t in shown],
    }
    return render(request, "home.html", context)


@policy()
@require_safe
def more(request: ActorRequest) -> HttpResponse:
    """Show every place that the person can go to: what stands at the side on a desk."""
    return render(request, "more.html")


@policy()
@require_safe
def search(request: ActorRequest) -> HttpResponse:
    """Look for something; until there is more than proposals, in the list of proposals."""
    query = request.GET.get("q", "").strip()
    return HttpResponseRedirect(reverse("proposals:list") + (f"?{urlencode({'q': query})}" if query else ""))
