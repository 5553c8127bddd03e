"""URLs of public conversations, for everybody. The committee's code stands in each of them."""

from __future__ import annotations

from django.urls import path

from tongxin.activities.conversations.views import listing, maps, voting

app_name = "talks"
urlpatterns = [
    path("<str:code>/talks/", listing.talks, name="list"),
    path("<str:code>/talks/<str:number>/", voting.vote_public, name="vote"),
    path("<str:code>/talks/<str:number>/answers/", voting.answers_public, name="answers"),
    path("<str:code>/talks/<str:number>/say/", voting.say_public, name="say"),
    path("<str:code>/talks/<str:number>/map/", maps.opinion_map_public, name="map"),
    path("<str:code>/talks/<str:number>/map/data/", maps.map_data_public, name="map_data"),
]
