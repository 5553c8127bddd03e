"""The person's notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from tongxin.capabilities.notices.actions import mark_all_read, mark_read
from tongxin.capabilities.notices.models import Notice
from tongxin.capabilities.notices.selectors import by_day, inbox
from tongxin.foundation.core.access import policy
from tongxin.foundation.organization.enums import OFFICE_ROLES

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest

_A_PAGE = 50


@policy()
@require_safe
def list_notices(request: ActorRequest) -> HttpResponse:
    """Show what the person was told: unread first, by day."""
    paginator = Paginator(inbox(request.actor), _A_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "layout": "layouts/desk.html" if request.actor.has(*OFFICE_ROLES) else "layouts/page.html",
        "days": by_day(page.object_list),
        "has_unread": any(notice.read_at is None for notice in page.object_list),
        "page": page,
        "page_range": paginator.get_elided_page_range(page.number),
    }
    return render(request, "notices/list.html", context)


@policy()
@require_POST
def open_notice(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Note that it was read, and go where it leads."""
    notice = get_object_or_404(Notice.objects.visible_to(request.actor), pk=pk)
    mark_read(actor=request.actor, notice=notice)
    # Written by our own code, and yet never a way to another site.
    inside = url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None)
    return redirect(notice.url if inside and notice.url.startswith("/") else "notices:list")


@policy()
@require_POST
def read_all(request: ActorRequest) -> HttpResponse:
    """Note that the person has seen everything."""
    mark_all_read(actor=request.actor)
    return redirect("notices:list")
