"""URLs of the codes room."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "codes"
urlpatterns: list[URLPattern] = []
