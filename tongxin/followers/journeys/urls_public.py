"""URLs behind the code on the wall, for everybody. The committee's code stands in each of them."""

from __future__ import annotations

from django.urls import path

from tongxin.followers.journeys.views import place, receipt, saying, scan

app_name = "front"
urlpatterns = [
    path("<str:code>/c/<str:token>/", place.place, name="place"),
    path("<str:code>/c/<str:token>/say/", saying.say, name="say"),
    # With an account.
    path("<str:code>/c/<str:token>/check-in/", scan.check_in, name="check_in"),
    path("<str:code>/c/<str:token>/visit/", scan.visit, name="visit"),
    path("<str:code>/say/", saying.say_online, name="say_online"),
    path("<str:code>/r/", receipt.find_receipt, name="find_receipt"),
    path("<str:code>/r/<str:receipt>/", receipt.receipt, name="receipt"),
    path("<str:code>/r/<str:receipt>/objection/", receipt.objection, name="objection"),
    path("<str:code>/r/<str:receipt>/pictures/<uuid:pk>/", receipt.picture, name="picture"),
]
