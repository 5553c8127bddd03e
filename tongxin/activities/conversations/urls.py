"""URLs of the conversations room, for people with an account."""

from __future__ import annotations

from django.urls import path

from tongxin.activities.conversations.views import maps, voting

app_name = "conversations"
urlpatterns = [
    # Taking part.
    path("<uuid:pk>/vote/", voting.vote, name="vote"),
    path("<uuid:pk>/answers/", voting.answers, name="answers"),
    path("<uuid:pk>/say/", voting.say, name="say"),
    # The opinion map.
    path("<uuid:pk>/map/", maps.opinion_map, name="map"),
    path("<uuid:pk>/map/data/", maps.map_data, name="map_data"),
]
