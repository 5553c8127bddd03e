"""The floor's only page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.http import HttpResponse
from django.template import engines
from django.urls import path

if TYPE_CHECKING:
    from django.http import HttpRequest

_PAGE = engines["django"].from_string(
    "<!doctype html><html lang=zh><title>20</title><table>{% for r in rows %}<tr><td>{{ r.0 }}<td>{{ r.1 }}"
    "<td>{{ r.2 }}<td>{{ r.3 }}{{ filler }}{% endfor %}</table></html>"
)


def rows(request: HttpRequest) -> HttpResponse:
    """Render 20 rows, filled up to ``bytes`` in all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code, title, state, opened_on FROM matters_matter WHERE committee_id = %s"
            " ORDER BY id DESC LIMIT 20",
            [request.GET["committee"]],
        )
        found = cursor.fetchall()
    # Text as varied as a page's, so that it compresses alike.
    filler = "".join(chr(0x4E00 + n * 7919 % 20000) for n in range(int(request.GET["bytes"]) // 60))
    return HttpResponse(_PAGE.render({"rows": found, "filler": filler}))


urlpatterns = [path("", rows)]
