"""URLs behind the code on the wall, for everybody. The committee's code stands in each of them."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "front"
urlpatterns: list[URLPattern] = []
