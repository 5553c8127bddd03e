"""One voice of a topic: taking it out into a topic of its own, and reaching who said it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tongxin.activities.topics.actions.contact import reveal_contact
from tongxin.activities.topics.actions.splitting import split_voice
from tongxin.activities.topics.forms.deciding import ReasonForm, SplitForm
from tongxin.activities.topics.models import Voice
from tongxin.activities.topics.selectors.rows import decidable
from tongxin.activities.topics.views.asked import DECIDERS, show_form
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import once

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


def _voice(request: ActorRequest, pk: UUID) -> Voice:
    found = Voice.objects.filter(topic__in=decidable(request.actor))
    voice: Voice = get_object_or_404(found.select_related("topic__matter", "topic__node"), pk=pk)
    return voice


@policy(*DECIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def split(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Make a topic of its own out of one voice."""
    voice = _voice(request, pk)
    form = SplitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = split_voice(actor=request.actor, voice=voice, title=form.cleaned_data["title"])
        messages.success(request, _("已分出来，作为新的议题待受理。"))
        return redirect("topics:detail", made.pk)
    return show_form(request, "split", form, voice=voice, topic=voice.topic)


@policy(*DECIDERS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show the whole contact of a voice to whoever says why; it is logged."""
    voice = _voice(request, pk)
    form = ReasonForm(request.POST or None)
    shown = ""
    if request.method == "POST" and form.is_valid():
        shown = reveal_contact(actor=request.actor, voice=voice, reason=form.cleaned_data["reason"])
    return show_form(request, "contact", form, topic=voice.topic, shown=shown)
