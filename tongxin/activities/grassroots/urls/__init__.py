"""URLs of the grass-roots room, by what they are about."""

from __future__ import annotations

from tongxin.activities.grassroots.urls import appraisal, desk, nodes, problems, sessions, settings

app_name = "grassroots"
urlpatterns = [
    *nodes.urlpatterns,
    *sessions.urlpatterns,
    *desk.urlpatterns,
    *problems.urlpatterns,
    *appraisal.urlpatterns,
    *settings.urlpatterns,
]
