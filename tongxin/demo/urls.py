"""URLs of the demo; included only in demo mode."""

from __future__ import annotations

from django.urls import path

from tongxin.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.doors, name="doors"),
    path("enter/", views.enter, name="enter"),
    path("tour/", views.start_tour, name="start_tour"),
    path("tour/next/", views.next_hand, name="next_hand"),
    path("tour/end/", views.end_tour, name="end_tour"),
]
