"""The floor's only page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.http import HttpResponse
from django.template import engines
from django.urls import path

if TYPE_CHECKING:
    from django.http import HttpRequest

_PAGE = engines["django"].from_string(
    "<!doctype html><html lang=zh><title>20</title><table>{% for row in rows %}<tr><td>{{ row.code }}"
    "<td>{{ row.title }}<td>{{ row.state }}<td>{{ row.opened_on }}<td>{{ filler }}</tr>{% endfor %}</table></html>"
)


class Row(models.Model):
    """One matter, as little of it as a list needs."""

    id = models.UUIDField(primary_key=True)
    committee_id = models.IntegerField()
    code = models.CharField()
    title = models.CharField()
    state = models.CharField()
    opened_on = models.DateField()

    class Meta:
        app_label = "bench"
        managed = False
        db_table = "matters_matter"


def rows(request: HttpRequest) -> HttpResponse:
    """Render 20 rows, filled up to ``bytes`` in all."""
    found = Row.objects.filter(committee_id=request.GET["committee"]).order_by("-id")[:20]
    # Text as varied as a page's, so that it compresses alike.
    filler = "".join(chr(0x4E00 + n * 7919 % 20000) for n in range(int(request.GET["bytes"]) // 60))
    return HttpResponse(_PAGE.render({"rows": found, "filler": filler}))


urlpatterns = [path("", rows)]
