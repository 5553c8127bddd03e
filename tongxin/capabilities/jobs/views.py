"""How far a job is, starting it again, and its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from tongxin.capabilities.jobs.actions import start_again
from tongxin.capabilities.jobs.models import Job
from tongxin.capabilities.jobs.selectors import shown_job
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.organization.enums import OFFICE_ROLES

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from tongxin.foundation.core.access import ActorRequest


@policy()
@require_safe
def show_job(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show how far a job is; while it moves, the page asks again by itself."""
    job = get_object_or_404(Job.objects.visible_to(request.actor), pk=pk)
    context = {
        "layout": "layouts/desk.html" if request.actor.has(*OFFICE_ROLES) else "layouts/page.html",
        "shown": shown_job(request.actor, job),
        "job": job,
        "once": new_key(),
    }
    part = request.headers.get("HX-Target") == "job"
    return render(request, "jobs/progress.html" if part else "jobs/show.html", context)


@policy()
@require_POST
@once
def again(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Start a job again that did not come to its end."""
    job = get_object_or_404(Job.objects.visible_to(request.actor), pk=pk)
    start_again(actor=request.actor, job=job)
    return redirect("jobs:show", pk=job.pk)


@policy()
@require_safe
def download(request: ActorRequest, pk: UUID) -> HttpResponseBase:
    """Send the file that came of a job."""
    found = Job.objects.visible_to(request.actor).filter(state=Job.State.DONE).exclude(file="")
    job = get_object_or_404(found, pk=pk)
    try:
        content = job.file.open("rb")
    except FileNotFoundError as missing:
        raise Http404 from missing
    response = FileResponse(content, as_attachment=True, filename=job.filename)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
