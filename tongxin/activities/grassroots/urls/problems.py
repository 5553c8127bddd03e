"""URLs of the grass-roots room: problems."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
