"""URLs of numbers that open."""

from __future__ import annotations

from django.urls import path

from tongxin.readers.statistics import views

app_name = "statistics"
urlpatterns = [
    path("grassroots/", views.grassroots, name="grassroots"),
    path("figures/", views.figures, name="figures"),
]
