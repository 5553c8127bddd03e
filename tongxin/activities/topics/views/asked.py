"""What the views of this room share: who comes here, the topic that was asked for, a page with its form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, render

from tongxin.activities.topics.selectors.rows import decidable
from tongxin.foundation.core.once import new_key
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.forms import BaseForm
    from django.http import HttpResponse

    from tongxin.activities.topics.models import Topic
    from tongxin.foundation.core.access import ActorRequest

# Who decides about topics, and who reads of them.
DECIDERS = (Role.STAFF, Role.STATION_HEAD, Role.NODE_WORKER)
READERS = (
    *DECIDERS,
    Role.MEMBER,
    Role.LEADER,
    Role.REVIEWER,
    Role.AUDITOR,
    Role.UNIT_CLERK,
    Role.UNIT_LEADER,
)


def topic_of(request: ActorRequest, pk: UUID) -> Topic:
    """Return the topic, if this person decides about it; any other is not there."""
    found = decidable(request.actor).select_related("matter", "node", "category", "committee", "member")
    topic: Topic = get_object_or_404(found, pk=pk)
    return topic


def show_form(
    request: ActorRequest, template: str, form: BaseForm | None = None, **context: object
) -> HttpResponse:
    """Show a page of the room; a form that came with faults answers 422."""
    faulty = form is not None and form.is_bound and not form.is_valid()
    context |= {"form": form, "once": new_key()}
    return render(request, f"topics/{template}.html", context, status=422 if faulty else 200)
