"""Dashboards: the leaders' overview, an area, the screen of a hall."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongxin.foundation.core import clock
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.figures import Area, area
from tongxin.foundation.organization.enums import Role
from tongxin.readers.statistics.dashboards import pages
from tongxin.readers.statistics.dashboards.spans import span_asked
from tongxin.readers.statistics.keeping import kept

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tongxin.foundation.core.access import Actor, ActorRequest
    from tongxin.readers.statistics.dashboards.spans import Span

# Who may open what the numbers count; administrators read neither topics nor sessions.
_LOOKS = (Role.STAFF, Role.LEADER, Role.AUDITOR)
# So long an area stands on the screen of a hall.
SCREEN_SECONDS = 60


@policy(*_LOOKS)
@require_safe
def home(request: ActorRequest) -> HttpResponse:
    """Show leaders all areas at a glance: what is late, the most telling numbers, a few charts."""
    actor, span = request.actor, _span(request)
    context = {
        "page": kept(actor, ("home", span), lambda: pages.home_page(actor, span)),
        "tabs": pages.tabs(actor, span),
        "opened": request.GET.get("open", ""),
        "now": clock.now(),
    }
    return render(request, "statistics/home.html", context)


@policy(*_LOOKS)
@require_safe
def area_of_work(request: ActorRequest, key: str) -> HttpResponse:
    """Show one area: what there is, what was done beside the year before, charts, a table."""
    actor, span = request.actor, _span(request)
    one = _area(actor, key)
    context = {
        "page": kept(actor, ("area", key, span), lambda: pages.area_page(actor, one, span)),
        "tabs": pages.tabs(actor, span, one.key),
        "screen_url": pages.area_url(one, span, "statistics:screen"),
        "opened": request.GET.get("open", ""),
        "now": clock.now(),
    }
    return render(request, "statistics/area.html", context)


@policy(*_LOOKS)
@require_safe
def screen(request: ActorRequest, key: str) -> HttpResponse:
    """Show an area on the screen of a hall; a minute later the next one, unless somebody stays."""
    actor, span = request.actor, _span(request)
    one, stays = _area(actor, key), request.GET.get("stay") == "1"
    following = pages.area_url(pages.next_area(actor, one), span, "statistics:screen")
    context = {
        "page": kept(actor, ("screen", key, span), lambda: pages.screen_page(actor, one, span)),
        "areas": [(a, pages.area_url(a, span, "statistics:screen")) for a in pages.areas_of(actor)],
        "following": following,
        "stays": stays,
        "now": clock.now(),
    }
    response = render(request, "statistics/screen.html", context)
    if not stays:
        # A header, not a script; whoever needs more time presses 停在这里.
        response["Refresh"] = f"{SCREEN_SECONDS}; url={following}"
    return response


def _span(request: ActorRequest) -> Span:
    return span_asked(request.GET.get("period", ""), request.actor.committee_id or 0)


def _area(actor: Actor, key: str) -> Area:
    """Return an area in which this person may see a number; all others are not there."""
    found = area(key)
    if found is None or found not in pages.areas_of(actor):
        raise Http404(key)
    return found
