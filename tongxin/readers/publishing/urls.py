"""URLs of the public site. The committee's code stands in each of them."""

from __future__ import annotations

from django.urls import path

from tongxin.readers.publishing import views

app_name = "publishing"
urlpatterns = [
    path("", views.index, name="index"),
    path("<str:code>/", views.site, name="site"),
    path("<str:code>/tracking/", views.tracking, name="tracking"),
    path("<str:code>/villages/", views.villages, name="villages"),
    path("<str:code>/proposals/<uuid:pk>/", views.proposal, name="proposal"),
    path("<str:code>/files/<uuid:pk>/", views.file, name="file"),
]
