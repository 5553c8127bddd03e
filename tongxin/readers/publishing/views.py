"""The public site: no account, no names of visitors, only what has been disclosed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from tongxin.activities.proposals.models import Proposal
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.files.serving import respond_with
from tongxin.foundation.core import tenancy
from tongxin.foundation.core.access import NOBODY, public
from tongxin.foundation.organization.models import Committee
from tongxin.readers.publishing.selectors import (
    disclosed,
    disclosed_counts,
    honoured,
    open_committees,
    public_proposal,
)
from tongxin.readers.publishing.selectors_talks import public_talks
from tongxin.readers.publishing.selectors_tracking import tracking_page
from tongxin.readers.publishing.selectors_villages import villages_page

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

_PER_PAGE = 20
_QUERY_MAX = 60


@public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the committees of the installation that have a public site."""
    committees = open_committees()
    with tenancy.scope([c.pk for c in committees], audience="public"):
        counts = disclosed_counts()
    rows = [(c, counts.get(c.pk, 0)) for c in committees]
    return render(
        request,
        "publishing/index.html",
        {"shown": [r for r in rows if r[1]], "others": [r[0] for r in rows if not r[1]]},
    )


@public
@require_safe
def site(request: HttpRequest, code: str) -> HttpResponse:
    """Show a committee's disclosed proposals, and first what everybody can say something about."""
    committee = _committee(request, code)
    query = request.GET.get("q", "").strip()[:_QUERY_MAX]
    with tenancy.scope([committee.pk], audience="public"):
        paginator = Paginator(disclosed(committee, query), _PER_PAGE)
        page = paginator.get_page(request.GET.get("page"))
        is_first = page.number == 1 and not query
        context = {
            "committee": committee,
            "q": query,
            "page": page,
            "page_range": paginator.get_elided_page_range(page.number),
            # Beside the whole list only; who searches wants what they search.
            "honoured": honoured(committee) if is_first else None,
            "talks": public_talks(committee) if is_first else None,
        }
        return render(request, "publishing/site.html", context)


@public
@require_safe
def tracking(request: HttpRequest, code: str) -> HttpResponse:
    """Show how far each disclosed proposal has come, what was promised, and how it looks now (提案追踪)."""
    committee = _committee(request, code)
    with tenancy.scope([committee.pk], audience="public"):
        shown = tracking_page(
            committee, stage=request.GET.get("stage", ""), page_number=request.GET.get("page")
        )
        return render(request, "publishing/tracking.html", {"committee": committee, "shown": shown})


@public
@require_safe
def villages(request: HttpRequest, code: str) -> HttpResponse:
    """Show where people sit together in the townships and villages, what about, and what came of it (基层协商)."""
    committee = _committee(request, code)
    query = request.GET.get("q", "").replace("\x00", "").strip()[:_QUERY_MAX]
    with tenancy.scope([committee.pk], audience="public"):
        shown = villages_page(committee, query=query, page_number=request.GET.get("page"))
        return render(request, "publishing/villages.html", {"committee": committee, "shown": shown})


@public
@require_safe
def proposal(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Show one disclosed proposal and its way."""
    committee = _committee(request, code)
    with tenancy.scope([committee.pk], audience="public"):
        found = get_object_or_404(Proposal.objects.visible_to(NOBODY).for_list(), pk=pk, committee=committee)
        return render(
            request, "publishing/proposal.html", {"committee": committee, "shown": public_proposal(found)}
        )


@public
@require_safe
def file(request: HttpRequest, code: str, pk: UUID) -> HttpResponseBase:
    """Send a file of a disclosed proposal; leave is asked again on the proposal each time."""
    committee = _committee(request, code)
    with tenancy.scope([committee.pk], audience="public"):
        stored = get_object_or_404(StoredFile, pk=pk, is_public=True, removed_at=None)
        open_now = Proposal.objects.visible_to(NOBODY).filter(pk=stored.matter_id, disclosure="full")
        if not open_now.exists():
            raise Http404
        return respond_with(stored, inline=request.GET.get("inline") == "1")


def _committee(request: HttpRequest, code: str) -> Committee:
    committee = get_object_or_404(Committee, code=code, is_public=True)
    request.committee = committee  # type: ignore[attr-defined]  # the shell names it
    return committee
