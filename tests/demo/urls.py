"""All URLs with those of the demo, which exist only in demo mode."""

from __future__ import annotations

from django.urls import include, path

from config import urls

handler404 = urls.handler404
urlpatterns = [*urls.urlpatterns, path("demo/", include("tongxin.demo.urls"))]
