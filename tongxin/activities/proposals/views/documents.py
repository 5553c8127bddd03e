"""Documents as files: the letter of a reply, the sheet of a proposal, what became of a draft."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from tongxin.activities.proposals.selectors.documents import letter_for, sheet_for
from tongxin.activities.proposals.selectors.versions import versions_page
from tongxin.foundation.core import official
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.official.pasted import clean

if TYPE_CHECKING:
    from uuid import UUID

    from tongxin.activities.proposals.selectors.documents import Named
    from tongxin.foundation.core.access import ActorRequest

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# What one system or another does not take in the name of a file.
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\r\n]+')
# Names beyond some 255 bytes are cut by systems, with the ending; a Chinese letter has three.
_LONGEST_NAME = 70


def _as_file(content: bytes, name: str, ending: str, kind: str) -> HttpResponse:
    plain = _NOT_IN_NAMES.sub("_", clean(name))[:_LONGEST_NAME].strip(". ")
    header = content_disposition_header(as_attachment=True, filename=f"{plain}.{ending}") or "attachment"
    return HttpResponse(
        content,
        content_type=kind,
        headers={
            "Content-Disposition": header,
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        },
    )


def _word(found: Named | None) -> HttpResponse:
    if found is None:
        raise Http404
    return _as_file(official.word(found.paper), found.name, "docx", _WORD)


def _pdf(found: Named | None) -> HttpResponse:
    if found is None:
        raise Http404
    return _as_file(official.pdf(found.paper), found.name, "pdf", "application/pdf")


@policy()
@require_safe
def letter_word(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Hand out a reply's letter as Word, to whoever may read the letter."""
    return _word(letter_for(request.actor, pk))


@policy()
@require_safe
def letter_pdf(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Hand out a reply's letter as PDF."""
    return _pdf(letter_for(request.actor, pk))


@policy()
@require_safe
def sheet_word(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Hand out a proposal as Word, to whoever may open it."""
    return _word(sheet_for(request.actor, pk))


@policy()
@require_safe
def sheet_pdf(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Hand out a proposal as PDF."""
    return _pdf(sheet_for(request.actor, pk))


@policy()
@require_safe
def reply_versions(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show the drafts of a reply as they were sent to be signed, with what changed from one to the next."""
    page = versions_page(request.actor, pk)
    if page is None:
        raise Http404
    return render(request, "proposals/reply_versions.html", {"page": page, "proposal": page.proposal})
