"""URLs of the conversations room, for people with an account."""

from __future__ import annotations

from django.urls import path

from tongxin.activities.conversations.views import desk, keeping, maps, voting

app_name = "conversations"
urlpatterns = [
    # The office's side.
    path("", keeping.conversations, name="list"),
    path("new/", keeping.begin, name="begin"),
    path("<uuid:pk>/", keeping.detail, name="detail"),
    path("<uuid:pk>/edit/", keeping.edit, name="edit"),
    path("<uuid:pk>/people/", keeping.people, name="people"),
    path("<uuid:pk>/people/<uuid:invitation>/remove/", keeping.remove_person, name="remove_person"),
    path("<uuid:pk>/seeds/", keeping.seeds, name="seeds"),
    path("<uuid:pk>/seeds/<uuid:statement>/drop/", keeping.drop_seed, name="drop_seed"),
    path("<uuid:pk>/open/", keeping.open_talk, name="open"),
    path("<uuid:pk>/close/", keeping.close, name="close"),
    path("<uuid:pk>/cancel/", keeping.cancel, name="cancel"),
    path("<uuid:pk>/desk/", desk.desk, name="desk"),
    path("<uuid:pk>/desk/publish/", desk.publish, name="publish"),
    path("<uuid:pk>/desk/reject/", desk.reject, name="reject"),
    path("<uuid:pk>/desk/<uuid:statement>/merge/", desk.merge, name="merge"),
    path("<uuid:pk>/desk/<uuid:statement>/withdraw/", desk.withdraw, name="withdraw"),
    path("<uuid:pk>/desk/<uuid:statement>/meta/", desk.meta, name="meta"),
    # Taking part.
    path("<uuid:pk>/vote/", voting.vote, name="vote"),
    path("<uuid:pk>/answers/", voting.answers, name="answers"),
    path("<uuid:pk>/say/", voting.say, name="say"),
    # The opinion map.
    path("<uuid:pk>/map/", maps.opinion_map, name="map"),
    path("<uuid:pk>/map/data/", maps.map_data, name="map_data"),
]
