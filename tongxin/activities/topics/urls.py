"""URLs of the topics room."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "topics"
urlpatterns: list[URLPattern] = []
