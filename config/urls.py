"""All URLs. A room's own lie in its ``urls.py``."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

from config import home
from tongxin.foundation.core.views import healthz, worker

urlpatterns = [
    path("", home.home, name="home"),
    path("healthz", healthz, name="healthz"),
    path("sw.js", worker, name="worker"),
    path("search/", home.search, name="search"),
    path("more/", home.more, name="more"),
    path("core/", include("tongxin.foundation.core.urls")),
    path("accounts/", include("tongxin.foundation.accounts.urls")),
    path("audit/", include("tongxin.foundation.audit.urls")),
    path("organization/", include("tongxin.foundation.organization.urls")),
    path("files/", include("tongxin.capabilities.files.urls")),
    path("deadlines/", include("tongxin.capabilities.deadlines.urls")),
    path("notices/", include("tongxin.capabilities.notices.urls")),
    path("jobs/", include("tongxin.capabilities.jobs.urls")),
    path("proposals/", include("tongxin.activities.proposals.urls")),
    path("codes/", include("tongxin.capabilities.codes.urls")),
    path("topics/", include("tongxin.activities.topics.urls")),
    path("grassroots/", include("tongxin.activities.grassroots.urls")),
    path("talks/", include("tongxin.activities.conversations.urls")),
    path("journeys/", include("tongxin.followers.journeys.urls")),
    path("statistics/", include("tongxin.readers.statistics.urls")),
    path("rollup/", include("tongxin.readers.rollup.urls")),
    path("reports/", include("tongxin.readers.workreports.urls")),
    path("p/", include("tongxin.followers.journeys.urls_public")),
    path("p/", include("tongxin.activities.conversations.urls_public")),
    path("p/", include("tongxin.readers.publishing.urls")),
]
if settings.DEMO:
    # Outside demo mode none of this exists.
    urlpatterns.append(path("demo/", include("tongxin.demo.urls")))

handler403 = "tongxin.foundation.core.views.forbidden"
handler404 = "tongxin.foundation.core.views.missing"
handler500 = "tongxin.foundation.core.views.broken"
