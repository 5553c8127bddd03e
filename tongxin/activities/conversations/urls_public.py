"""URLs of public conversations, for everybody. The committee's code stands in each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.urls import URLPattern

app_name = "talks"
urlpatterns: list[URLPattern] = []
