"""One proposal, for everybody who may open it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from tongxin.activities.proposals.models import Proposal
from tongxin.activities.proposals.selectors.detail import detail_page, for_page
from tongxin.foundation.core.access import policy
from tongxin.foundation.organization.enums import OFFICE_ROLES

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


@policy()
@require_safe
def detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show what it is, where it stands, who has it until when, and what this person can do."""
    actor = request.actor
    proposal = get_object_or_404(for_page(Proposal.objects.visible_to(actor), actor), pk=pk)
    at_a_desk = actor.has(*OFFICE_ROLES)
    context = {
        "page": detail_page(actor, proposal),
        "layout": "layouts/desk.html" if at_a_desk else "layouts/page.html",
        "body_class": "wide" if at_a_desk else "broad",
        "simple": request.simple_mode,
    }
    return render(request, "proposals/detail.html", context)
