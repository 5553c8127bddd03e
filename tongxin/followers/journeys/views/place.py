"""The page of a place, behind the code on its wall."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tongxin.capabilities.codes.actions import count_scan
from tongxin.followers.journeys.door import closed_door, open_door, talk_behind
from tongxin.followers.journeys.selectors.place import place_page
from tongxin.followers.journeys.selectors.scan import Offer, offer_to
from tongxin.foundation.core import tenancy
from tongxin.foundation.core.access import load_actor, public

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from tongxin.capabilities.codes.models import AccessCode


@public
@require_safe
def place(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """Show who sits here, what is talked about, what became of it; count the scan and nothing of the visitor.

    The code of a conversation leads to the conversation.
    """
    found = open_door(request, code, token)
    if found is None:
        return closed_door(request)
    if talk := talk_behind(found):
        if request.method == "GET":
            count_scan(found)
        return redirect(talk)
    with tenancy.scope([found.committee_id], audience="public"):
        shown = place_page(found)
    if shown is None:
        return closed_door(request)
    if request.method == "GET":
        count_scan(found)
    offer = _offer(request, found)
    return render(
        request,
        "journeys/place.html",
        {"code": found, "place": shown, "offer": offer, "committee": found.committee},
    )


def _offer(request: HttpRequest, code: AccessCode) -> Offer | None:
    """Return what somebody with an account can do here. Whoever carries no session costs no query."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return None
    return offer_to(load_actor(request), code)
