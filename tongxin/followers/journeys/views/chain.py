"""The chain of a matter, and the leads that are offered to members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import Http404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongxin.activities.grassroots.models import DeliberationSession
from tongxin.followers.journeys.conversions import check, offered
from tongxin.followers.journeys.permissions import WRITERS
from tongxin.followers.journeys.selectors.leads import leads as all_leads
from tongxin.followers.journeys.selectors.leads import suggestions_of
from tongxin.followers.journeys.selectors.whole import whole_chain
from tongxin.followers.journeys.views.pages import row_of, show
from tongxin.foundation.core.access import policy

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest

ROWS = 20


@policy()
@require_safe
def chain(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show what led to a matter, what it led to, and what can be made of it."""
    found = whole_chain(request.actor, pk)
    if found is None:
        raise Http404
    return show(request, "chain", chain=found, offers=offered(request.actor, found.here.row))


@policy(*WRITERS)
@require_safe
def suggestions(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show the suggestions of a session, each with what became of it or the way to a proposal."""
    session = row_of(request, DeliberationSession, pk)
    check("propose_suggestion", request.actor, session)
    return show(request, "suggestions", session=session, rows=suggestions_of(request.actor, session))


@policy(*WRITERS)
@require_safe
def leads(request: ActorRequest) -> HttpResponse:
    """Show the topics that are offered to members as something to write a proposal about."""
    paginator = Paginator(all_leads(request.actor), ROWS)
    asked = request.GET.get("page", "")
    page = paginator.get_page(asked if asked.isascii() else 1)
    page_range = list(paginator.get_elided_page_range(page.number))
    return show(request, "leads", page=page, page_range=page_range, title=_("提案线索"))
