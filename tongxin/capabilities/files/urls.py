"""URLs of the files room."""

from __future__ import annotations

from django.urls import path

from tongxin.capabilities.files import views

app_name = "files"
urlpatterns = [path("<uuid:pk>/", views.download, name="download")]
