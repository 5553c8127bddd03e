"""The public list of a committee's conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongxin.activities.conversations.enums import Circle, ConversationState
from tongxin.activities.conversations.models import Conversation
from tongxin.activities.conversations.views.doors import find_committee
from tongxin.foundation.core import tenancy
from tongxin.foundation.core.access import NOBODY, public

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@public
@require_safe
def talks(request: HttpRequest, code: str) -> HttpResponse:
    """Show everybody which conversations are open, and which have ended."""
    committee = find_committee(request, code)
    with tenancy.scope([committee.pk], audience="public"):
        rows = list(
            Conversation.objects.visible_to(NOBODY)
            .filter(committee=committee, circle=Circle.PUBLIC)
            .exclude(matter__state=ConversationState.CANCELLED)
            .select_related("matter")
            .order_by("-matter__made_at")
        )
    context = {
        "committee": committee,
        "open": [row for row in rows if row.state == ConversationState.OPEN],
        "ended": [row for row in rows if row.state == ConversationState.CLOSED],
    }
    return render(request, "conversations/talks.html", context)
