"""Handing out a paper or a workbook as a file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from tongxin.foundation.core import official

if TYPE_CHECKING:
    from tongxin.foundation.core.official import OfficialDocument

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What one system or another does not take in the name of a file.
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\r\n]+')
_LONGEST_NAME = 70


def as_pdf(paper: OfficialDocument, name: str) -> HttpResponse:
    """Hand out a paper as PDF."""
    return _file(official.pdf(paper), name, "pdf", "application/pdf")


def as_workbook(book: bytes, name: str) -> HttpResponse:
    """Hand out a workbook."""
    return _file(book, name, "xlsx", _SHEET)


def _file(content: bytes, name: str, ending: str, kind: str) -> HttpResponse:
    plain = _NOT_IN_NAMES.sub("_", name)[:_LONGEST_NAME].strip(". ")
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
