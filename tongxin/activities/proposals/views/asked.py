"""What the views of this room share: the proposal that was asked for, and a page with its form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, render

from tongxin.activities.proposals.models import Proposal
from tongxin.foundation.core.once import new_key

if TYPE_CHECKING:
    from uuid import UUID

    from django.forms import BaseForm
    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


def proposal_of(request: ActorRequest, pk: UUID) -> Proposal:
    """Return the proposal, with what a list shows of it; one that may not be opened is not there."""
    found = Proposal.objects.visible_to(request.actor).for_list()
    proposal: Proposal = get_object_or_404(found, pk=pk)
    return proposal


def show_form(
    request: ActorRequest, template: str, form: BaseForm | None = None, **context: object
) -> HttpResponse:
    """Show a page of the room; a form that came with faults answers 422."""
    faulty = form is not None and form.is_bound and not form.is_valid()
    context |= {"form": form, "once": new_key()}
    return render(request, f"proposals/{template}.html", context, status=422 if faulty else 200)
