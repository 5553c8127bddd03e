"""URLs of the core."""

from __future__ import annotations

from django.urls import path

from tongxin.foundation.core import views

app_name = "core"
urlpatterns = [
    path("simple-mode/", views.simple_mode, name="simple_mode"),
    path("language/", views.language, name="language"),
]
