"""Handing out Excel workbooks."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_download(workbook: bytes, name: str) -> HttpResponse:
    """Return a workbook that the browser saves under this name."""
    header = content_disposition_header(as_attachment=True, filename=f"{name}.xlsx") or "attachment"
    return HttpResponse(
        workbook,
        content_type=_XLSX,
        headers={"Content-Disposition": header, "X-Content-Type-Options": "nosniff"},
    )
