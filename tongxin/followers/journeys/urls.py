"""URLs of chains and conversions, for people with an account."""

from __future__ import annotations

from django.urls import path

from tongxin.followers.journeys.views import scan

app_name = "journeys"
urlpatterns = [
    path("scans/", scan.scans, name="scans"),
]
