"""What the views of chains and conversions share: the matter that was asked for, and a page with its form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import get_object_or_404, render

from tongxin.activities.conversations.models import Conversation
from tongxin.activities.grassroots.models import DeliberationSession, Problem
from tongxin.activities.proposals.models import Proposal
from tongxin.activities.topics.models import Topic
from tongxin.capabilities.matters.models import Kind, Matter
from tongxin.followers.journeys.permissions import is_lead, reads_lead
from tongxin.foundation.core.once import new_key
from tongxin.foundation.organization.enums import NODE_ROLES, OFFICE_ROLES

if TYPE_CHECKING:
    from uuid import UUID

    from django.forms import BaseForm
    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest

_MODELS: dict[str, Any] = {
    Kind.TOPIC: Topic,
    Kind.SESSION: DeliberationSession,
    Kind.PROBLEM: Problem,
    Kind.PROPOSAL: Proposal,
    Kind.CONVERSATION: Conversation,
}
# What happens at no node.
_NOWHERE = (Proposal, Conversation)


def row_of(request: ActorRequest, model: Any, pk: UUID) -> Any:  # noqa: ANN401 (any kind of matter)
    """Return a topic, session, problem, proposal or conversation; one that may not be opened is not there."""
    joined = ("matter",) if model in _NOWHERE else ("matter", "node")
    return get_object_or_404(model.objects.visible_to(request.actor).select_related(*joined), pk=pk)


def any_row(request: ActorRequest, pk: UUID) -> Any:  # noqa: ANN401 (any kind of matter)
    """Return what a matter is, whatever its kind."""
    matter = get_object_or_404(Matter.objects.visible_to(request.actor), pk=pk)
    return row_of(request, _MODELS[matter.kind], pk)


def topic_to_propose(request: ActorRequest, pk: UUID) -> Topic:
    """Return a topic that may be opened, or that is offered to members as a lead."""
    if (
        found := Topic.objects.visible_to(request.actor)
        .select_related("matter", "node")
        .filter(pk=pk)
        .first()
    ):
        return found
    mine = Topic.objects.filter(committee_id=request.actor.committee_id or 0).select_related("matter", "node")
    lead: Topic = get_object_or_404(mine, pk=pk)
    if not (is_lead(lead) and reads_lead(request.actor, lead)):
        raise Http404
    return lead


def show(
    request: ActorRequest, template: str, form: BaseForm | None = None, **context: object
) -> HttpResponse:
    """Show a page of the room; a form that came with faults answers 422."""
    at_a_desk = request.actor.has(*OFFICE_ROLES, *NODE_ROLES)
    faulty = form is not None and form.is_bound and not form.is_valid()
    context |= {
        "form": form,
        "once": new_key(),
        "layout": "layouts/desk.html" if at_a_desk else "layouts/page.html",
        "body_class": "wide" if at_a_desk else "broad",
    }
    return render(request, f"journeys/{template}.html", context, status=422 if faulty else 200)
