"""URLs of the conversations room, for people with an account."""

from __future__ import annotations

from django.urls import path

from tongxin.activities.conversations.views import voting

app_name = "conversations"
urlpatterns = [
    # Taking part.
    path("<uuid:pk>/vote/", voting.vote, name="vote"),
    path("<uuid:pk>/answers/", voting.answers, name="answers"),
    path("<uuid:pk>/say/", voting.say, name="say"),
]
