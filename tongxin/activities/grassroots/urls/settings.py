"""URLs of the grass-roots room: what a committee sets for itself."""

from __future__ import annotations

from django.urls import path

from tongxin.activities.grassroots.views import setting

urlpatterns = [
    path("settings/", setting.rules, name="settings"),
    path("settings/venues/", setting.venues, name="setting_venues"),
    path("settings/venues/<uuid:pk>/", setting.venue, name="setting_venue"),
]
