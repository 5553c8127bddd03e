"""Papers of a session: the sheet to sign, photos and other files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongxin.activities.grassroots.actions.sheets import add_papers
from tongxin.activities.grassroots.actions.sheets import remove_paper as take_away
from tongxin.activities.grassroots.documents.session_sheet import draw_pdf, session_sheet
from tongxin.activities.grassroots.forms.session import PapersForm
from tongxin.activities.grassroots.permissions_session import SESSION_KEEPERS, can_keep_session
from tongxin.activities.grassroots.selectors.session import file_row, may_read_names
from tongxin.activities.grassroots.views.session_pages import kept_session, session_of, show
from tongxin.capabilities.files.models import StoredFile
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.official.pasted import clean
from tongxin.foundation.core.once import once

if TYPE_CHECKING:
    from uuid import UUID

    from tongxin.activities.grassroots.models import DeliberationSession
    from tongxin.foundation.core.access import ActorRequest

# Names beyond some 255 bytes are cut by systems, with the ending; a Chinese letter has three.
_LONGEST_NAME = 60


def _readable(request: ActorRequest, pk: UUID) -> DeliberationSession:
    """Return a session whose names this person may read: they stand on its sheet."""
    session = session_of(request, pk)
    if not may_read_names(request.actor, session):
        raise Http404
    return session


@policy()
@require_safe
def sheet(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show the sheet of a session, to read and to print."""
    session = _readable(request, pk)
    keeps = can_keep_session(request.actor, session)
    return show(request, "session_sheet", session, sheet=session_sheet(session), keeps=keeps)


@policy()
@require_safe
def sheet_pdf(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Hand out the sheet as PDF."""
    session = _readable(request, pk)
    name = clean(session.matter.title)[:_LONGEST_NAME].replace("/", "_").strip(". ")
    header = content_disposition_header(as_attachment=True, filename=f"{_('议事单')} {name}.pdf")
    return HttpResponse(
        draw_pdf(session_sheet(session)),
        content_type="application/pdf",
        headers={
            "Content-Disposition": header or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


@policy(*SESSION_KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def papers(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show the papers of a session, and take new ones."""
    session = kept_session(request, pk)
    form = PapersForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        purpose = form.cleaned_data["purpose"]
        kept = add_papers(
            actor=request.actor, session=session, uploads=form.cleaned_data["uploads"], purpose=purpose
        )
        messages.success(request, ngettext("已上传{n}份", "已上传{n}份", len(kept)).format(n=len(kept)))
        return redirect("grassroots:session_papers", pk=session.pk)
    files = [file_row(f) for f in StoredFile.objects.kept().filter(matter_id=session.pk)]
    return show(request, "session_papers", session, form, files=files)


@policy(*SESSION_KEEPERS)
@require_POST
@once
def remove_paper(request: ActorRequest, pk: UUID, file: UUID) -> HttpResponse:
    """Take a file away again."""
    session = kept_session(request, pk)
    found = get_object_or_404(StoredFile.objects.kept().filter(matter_id=session.pk), pk=file)
    take_away(actor=request.actor, stored_file=found)
    messages.success(request, _("已删除%s") % found.name)
    return redirect("grassroots:session_papers", pk=session.pk)
