"""URLs of the codes room."""

from __future__ import annotations

from django.urls import path

from tongxin.capabilities.codes import views

app_name = "codes"
urlpatterns = [
    path("", views.list_codes, name="list"),
    path("issue/", views.issue, name="issue"),
    path("posters/", views.posters, name="posters"),
    path("scans/", views.list_scans, name="scans"),
    path("<uuid:pk>/", views.show_code, name="show"),
    path("<uuid:pk>/picture/", views.picture, name="picture"),
    path("<uuid:pk>/suspend/", views.suspend, name="suspend"),
    path("<uuid:pk>/resume/", views.resume, name="resume"),
    path("<uuid:pk>/revoke/", views.revoke, name="revoke"),
    path("<uuid:pk>/reissue/", views.reissue, name="reissue"),
]
