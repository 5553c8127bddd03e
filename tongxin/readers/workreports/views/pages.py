"""What the views of this room share: the report that was asked for, a page with its status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404, render

from tongxin.foundation.core.once import new_key
from tongxin.readers.workreports.models import WorkReport
from tongxin.readers.workreports.permissions import can_edit_report

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


def report_of(request: ActorRequest, pk: UUID) -> WorkReport:
    """Return the report, if this person may read it."""
    found: WorkReport = get_object_or_404(
        WorkReport.objects.visible_to(request.actor).select_related("committee"), pk=pk
    )
    return found


def draft_of(request: ActorRequest, pk: UUID) -> WorkReport:
    """Return the report, if this person may change it now; a signed one is as if it were not there."""
    found = report_of(request, pk)
    if not can_edit_report(request.actor, found):
        raise Http404
    return found


def show(request: ActorRequest, template: str, *, status: int = 200, **context: object) -> HttpResponse:
    """Show a page of the room."""
    return render(request, f"workreports/{template}.html", context | {"once": new_key()}, status=status)
