"""URLs of the jobs room."""

from __future__ import annotations

from django.urls import path

from tongxin.capabilities.jobs import views

app_name = "jobs"
urlpatterns = [
    path("<uuid:pk>/", views.show_job, name="show"),
    path("<uuid:pk>/again/", views.again, name="start_again"),
    path("<uuid:pk>/file/", views.download, name="download"),
]
