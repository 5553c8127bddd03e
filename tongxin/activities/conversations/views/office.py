"""What the views of the office share: who comes, the conversation that was asked for, a page with its form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from tongxin.activities.conversations.models import Conversation
from tongxin.activities.conversations.models.conversation import READERS
from tongxin.activities.conversations.permissions import can_keep
from tongxin.foundation.core.once import new_key
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.forms import BaseForm
    from django.http import HttpResponse
    from django.utils.functional import _StrPromise

    from tongxin.activities.conversations.models import ConversationQuerySet
    from tongxin.foundation.core.access import Actor, ActorRequest

OFFICE = READERS
ALL = (*READERS, Role.MEMBER)


def layout_of(actor: Actor) -> dict[str, str]:
    """Return the frame of pages: a desk for the office, a plain page for members."""
    if actor.has(*READERS):
        return {"layout": "layouts/desk.html", "body_class": "wide"}
    return {"layout": "layouts/page.html", "body_class": "broad"}


def conversation_of(request: ActorRequest, pk: UUID) -> Conversation:
    """Return the conversation; one that this person may not open is not there."""
    found: ConversationQuerySet = Conversation.objects.visible_to(request.actor).select_related("matter")
    return get_object_or_404(found, pk=pk)


def kept(request: ActorRequest, pk: UUID) -> Conversation:
    """Return the conversation, if this person keeps it; any other is not there."""
    conversation = conversation_of(request, pk)
    if not can_keep(request.actor, conversation):
        raise Http404
    return conversation


def show_form(
    request: ActorRequest, template: str, form: BaseForm | None = None, **context: object
) -> HttpResponse:
    """Show a page of the room; a form that came with faults answers 422."""
    faulty = form is not None and form.is_bound and bool(form.errors)
    context |= {"form": form, "once": new_key(), **layout_of(request.actor)}
    return render(request, f"conversations/{template}.html", context, status=422 if faulty else 200)


def ask_again(
    request: ActorRequest,
    conversation: Conversation,
    *,
    title: str,
    text: str,
    button: str | _StrPromise,
    form: BaseForm | None = None,
    back: str = "",
    harmless: bool = False,
) -> HttpResponse:
    """Ask once more before something that cannot be undone."""
    context = {
        "layout": "layouts/desk.html",
        "title": title,
        "text": text,
        "button": button,
        "form": form,
        "harmless": harmless,
        "hidden": [("once", new_key())],
        "cancel_url": back or reverse("conversations:detail", args=[conversation.pk]),
    }
    return render(request, "ui/confirm.html", context, status=422 if form and form.errors else 200)
