"""The door behind every code on a wall: it opens for a code in force, and is the same closed door for all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse

from tongxin.activities.conversations.enums import ConversationState
from tongxin.capabilities.codes.selectors import find_active
from tongxin.capabilities.matters.models import Kind
from tongxin.foundation.core import tenancy
from tongxin.foundation.organization.models import Committee

if TYPE_CHECKING:
    from django.http import HttpRequest

    from tongxin.capabilities.codes.models import AccessCode


def find_committee(request: HttpRequest, code: str) -> Committee | None:
    """Return the committee of an address, if its public pages are open; the shell names it."""
    committee: Committee | None = Committee.objects.filter(code=code, is_public=True).first()
    request.committee = committee  # type: ignore[attr-defined]
    return committee


def open_door(request: HttpRequest, code: str, token: str) -> AccessCode | None:
    """Return the code that was scanned; None when it leads nowhere (any more). Unknown ones take as long."""
    committee = find_committee(request, code)
    committee_id = committee.pk if committee else 0
    with tenancy.scope([committee_id], audience="public"):
        return find_active(committee_id, token)


def talk_behind(code: AccessCode) -> str:
    """Return where the conversation behind a code is: people vote there, or read what came of it; else nothing."""
    matter = code.matter
    if matter is None or matter.kind != Kind.CONVERSATION or not matter.code:
        return ""
    page = "talks:map" if matter.state == ConversationState.CLOSED else "talks:vote"
    return reverse(page, args=[code.committee.code, matter.code])


def closed_door(request: HttpRequest) -> HttpResponse:
    """Answer for a code that leads nowhere: byte for byte the same, whatever the reason.

    So it knows nothing of the address: no committee, no form with a key of its own.
    """
    simple = bool(getattr(request, "simple_mode", False))
    page = render_to_string("journeys/refused.html", {"request": {"simple_mode": simple}})
    return HttpResponse(page, status=404)
