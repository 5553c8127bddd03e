"""The two doors to one conversation: everybody's, by committee and number, and that of members."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from tongxin.activities.conversations.devices import Device, device_of, remember, token_of
from tongxin.activities.conversations.enums import Circle
from tongxin.activities.conversations.keys import device_secret, member_secret
from tongxin.activities.conversations.models import Conversation
from tongxin.activities.conversations.permissions import can_take_part
from tongxin.foundation.accounts.devices import network_of
from tongxin.foundation.core import tenancy
from tongxin.foundation.core.access import NOBODY
from tongxin.foundation.organization.models import Committee

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from tongxin.foundation.core.access import ActorRequest


@dataclass(frozen=True, slots=True)
class Door:
    """Where somebody came in, and as whom.

    Attributes:
        device: by which somebody without an account is known; None for members.
        network: counted against floods; None for members.
        user: whose votes a phone may keep; empty for everybody's door.
        path: under which everything of this conversation lies, for cookies; empty for members.
    """

    conversation: Conversation
    committee: Committee
    device: Device | None = None
    network: str | None = None
    user: str = ""
    path: str = ""

    @property
    def secret(self) -> str:
        """What stands for the voice; empty when a device is new here and sends nothing."""
        if self.device is None:
            return member_secret(UUID(self.user))
        return device_secret(self.device.token) if self.device.token else ""

    @property
    def layout(self) -> str:
        """The frame of its pages."""
        return "layouts/page.html" if self.user else "layouts/public.html"

    def url(self, name: str) -> str:
        """Return the address of another page of the same conversation, at the same door."""
        if self.user:
            return reverse(f"conversations:{name}", args=[self.conversation.pk])
        return reverse(f"talks:{name}", args=[self.committee.code, self.conversation.matter.code])

    @property
    def urls(self) -> dict[str, str]:
        """The addresses that the pages link to."""
        return {name: self.url(name) for name in ("vote", "answers", "say", "map")}

    def leave_key(self, response: HttpResponse) -> None:
        """Leave a device that is new here its token."""
        if self.device:
            remember(response, self.device, self.path)


def find_committee(request: HttpRequest, code: str) -> Committee:
    """Return the committee of an address, if its public pages are open; the shell names it.

    Raises:
        Http404: there is none, or they are closed.
    """
    committee: Committee = get_object_or_404(Committee, code=code, is_public=True)
    request.committee = committee  # type: ignore[attr-defined]
    return committee


def open_public(request: HttpRequest, code: str, number: str) -> Door:
    """Return everybody's door to a conversation.

    Raises:
        Http404: there is no such conversation for everybody.
    """
    committee = find_committee(request, code)
    with tenancy.scope([committee.pk]):
        found = (
            Conversation.objects.visible_to(NOBODY)
            .filter(committee=committee, matter__code=number, circle=Circle.PUBLIC)
            .select_related("matter")
            .first()
        )
    if found is None:
        raise Http404
    sends = request.method == "POST"
    device = device_of(request) if sends else Device(token_of(request), is_known=True)
    path = reverse("talks:vote", args=[code, number])
    return Door(found, committee, device, network_of(request), path=path)


def open_for_member(request: ActorRequest, pk: UUID) -> Door:
    """Return the door of a member who may take part.

    Raises:
        Http404: there is no such conversation for this member.
    """
    conversations = Conversation.objects.visible_to(request.actor).select_related("matter")
    found = get_object_or_404(conversations, pk=pk)
    if request.actor.user_id is None or not can_take_part(request.actor, found):
        raise Http404
    return Door(found, request.actor.committee, user=str(request.actor.user_id))
