"""Downloads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from tongxin.capabilities.files.leave import can_open_file
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.files.serving import respond_with
from tongxin.foundation.core.access import policy

if TYPE_CHECKING:
    from uuid import UUID

    from django.http.response import HttpResponseBase

    from tongxin.foundation.core.access import ActorRequest


@policy()
@require_safe
def download(request: ActorRequest, pk: UUID) -> HttpResponseBase:
    """Send a file to whoever may see it on its matter, asked anew each time; a link is no permission."""
    files = StoredFile.objects.kept().select_related("matter").visible_to(request.actor)
    stored_file: StoredFile = get_object_or_404(files, pk=pk)
    if not can_open_file(request.actor, stored_file):
        raise Http404
    return respond_with(stored_file, inline=request.GET.get("inline") == "1")
