"""URLs of the notices room."""

from __future__ import annotations

from django.urls import path

from tongxin.capabilities.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.list_notices, name="list"),
    path("read-all/", views.read_all, name="read_all"),
    path("<uuid:pk>/", views.open_notice, name="open"),
]
