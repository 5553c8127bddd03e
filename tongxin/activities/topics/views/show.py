"""One topic, for everybody who may open it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from tongxin.activities.topics.models import Topic
from tongxin.activities.topics.selectors.detail import detail_page, for_page
from tongxin.activities.topics.views.asked import READERS
from tongxin.foundation.core.access import policy

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


@policy(*READERS)
@require_safe
def detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show what it is, where it stands, who has it until when, and what this person can do."""
    topic = get_object_or_404(for_page(Topic.objects.visible_to(request.actor)), pk=pk)
    return render(request, "topics/detail.html", {"page": detail_page(request.actor, topic)})
