"""URLs of the audit room."""

from __future__ import annotations

from django.urls import path

from tongxin.foundation.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.list_entries, name="list"),
    path("verify/", views.verify_chain, name="verify"),
    path("<int:seq>/", views.entry, name="entry"),
]
