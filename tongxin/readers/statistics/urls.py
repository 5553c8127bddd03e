"""URLs of numbers that open."""

from __future__ import annotations

from django.urls import path

from tongxin.readers.statistics.views import board

app_name = "statistics"
urlpatterns = [
    path("grassroots/", board.grassroots, name="grassroots"),
    path("figures/", board.figures, name="figures"),
]
