"""URLs of chains and conversions, for people with an account."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "journeys"
urlpatterns: list[URLPattern] = []
