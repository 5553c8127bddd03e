"""The opinion map at both doors, and its numbers as open data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tongxin.activities.conversations.enums import ConversationState
from tongxin.activities.conversations.keys import member_secret
from tongxin.activities.conversations.models import Conversation
from tongxin.activities.conversations.open_data import has_open_data, open_data
from tongxin.activities.conversations.permissions import can_take_part, can_watch
from tongxin.activities.conversations.selectors.shown import MapPage, closed_page, map_page, sees_map
from tongxin.activities.conversations.selectors.voting import ballot_of
from tongxin.activities.conversations.views.doors import open_public
from tongxin.foundation.core import tenancy
from tongxin.foundation.core.access import policy, public
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from tongxin.foundation.core.access import ActorRequest

_BEGUN = (ConversationState.OPEN, ConversationState.CLOSED)
_LOOK = (Role.STAFF, Role.LEADER, Role.AUDITOR, Role.MEMBER)


@policy(*_LOOK)
@require_safe
def opinion_map(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show the office the map, and members what they may see of it."""
    conversation = _found(request, pk)
    secret = member_secret(request.actor.user_id) if request.actor.user_id else ""
    ballot = ballot_of(conversation, secret) if request.actor.member_id else ""
    is_shown = sees_map(conversation, actor=request.actor, ballot=ballot)
    is_office = can_watch(request.actor, conversation)
    context = {
        "layout": "layouts/desk.html" if is_office else "layouts/page.html",
        "committee": request.actor.committee,
        "back": reverse("conversations:detail", args=[pk]),
        "vote": reverse("conversations:vote", args=[pk])
        if can_take_part(request.actor, conversation)
        else "",
        "data": reverse("conversations:map_data", args=[pk]),
        "may_take_data": has_open_data(conversation, is_office=is_office),
        "page": _page(request, conversation, ballot, is_shown=is_shown),
    }
    return render(request, "conversations/map.html", context)


@public
@require_safe
def opinion_map_public(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """Show everybody the map, once they may see it."""
    door = open_public(request, code, number)
    with tenancy.scope([door.committee.pk]):
        ballot = ballot_of(door.conversation, door.secret)
        is_shown = sees_map(door.conversation, ballot=ballot)
        context = {
            "layout": door.layout,
            "committee": door.committee,
            "back": door.url("vote"),
            "vote": door.url("vote"),
            "data": door.url("map_data"),
            "may_take_data": has_open_data(door.conversation),
            "page": _page(request, door.conversation, ballot, is_shown=is_shown),
        }
        return render(request, "conversations/map.html", context)


@policy(*_LOOK)
@require_safe
def map_data(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Hand out the numbers of the map, to the office also while people vote."""
    conversation = _found(request, pk)
    return _data(conversation, request.actor.committee.name, is_office=can_watch(request.actor, conversation))


@public
@require_safe
def map_data_public(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """Hand out the numbers of a final map to everybody."""
    door = open_public(request, code, number)
    with tenancy.scope([door.committee.pk]):
        return _data(door.conversation, door.committee.name)


def _found(request: ActorRequest, pk: UUID) -> Conversation:
    begun = Conversation.objects.visible_to(request.actor).filter(matter__state__in=_BEGUN)
    found: Conversation = get_object_or_404(begun.select_related("matter"), pk=pk)
    return found


def _page(request: HttpRequest, conversation: Conversation, ballot: str, *, is_shown: bool) -> MapPage:
    if not is_shown:
        if conversation.state != ConversationState.OPEN:
            raise Http404
        return closed_page(conversation, ballot)
    return map_page(conversation, sort=request.GET.get("sort", ""))


def _data(conversation: Conversation, publisher: str, *, is_office: bool = False) -> HttpResponse:
    if not has_open_data(conversation, is_office=is_office):
        raise Http404
    response = HttpResponse(open_data(conversation, publisher), content_type="application/zip")
    name = f"talk-{conversation.matter.code}.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
