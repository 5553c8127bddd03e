"""URLs of the grass-roots room: desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from tongxin.activities.grassroots.views import desk

urlpatterns: list[URLPattern] = [
    path("sessions/<uuid:pk>/desk/", desk.desk, name="desk"),
    path("sessions/<uuid:pk>/desk/act/", desk.desk_act, name="desk_act"),
    path("sessions/<uuid:pk>/sync/", desk.sync, name="sync"),
    path("conflicts/<uuid:pk>/resolve/", desk.resolve, name="resolve_conflict"),
]
