"""A kept file as an answer that a browser saves and never runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse, Http404

if TYPE_CHECKING:
    from tongxin.capabilities.files.models import StoredFile

# Images that were encoded anew on arrival: nothing but pixels is left in them.
INLINE_TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})


def respond_with(stored_file: StoredFile, *, inline: bool = False) -> FileResponse:
    """Answer with the content. Who may have it was decided before.

    Args:
        stored_file: what to send.
        inline: show it in the page; only cleaned images are, everything else is saved.

    Raises:
        Http404: the content is not on the disk.
    """
    try:
        content = stored_file.content.open("rb")
    except FileNotFoundError as missing:
        raise Http404 from missing
    shown = inline and stored_file.media_type in INLINE_TYPES
    response = FileResponse(
        content, as_attachment=not shown, filename=stored_file.name, content_type=stored_file.media_type
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response
