"""URLs of the topics room."""

from __future__ import annotations

from django.urls import path

from tongxin.activities.topics.views import (
    bulk,
    deciding,
    entering,
    exchange,
    listing,
    lists,
    setting,
    show,
    voices,
)

app_name = "topics"
urlpatterns = [
    path("", lists.all_topics, name="list"),
    path("export/", lists.export, name="export"),
    path("queue/", lists.queue, name="queue"),
    path("queue/accept/", bulk.accept_many, name="accept_many"),
    path("queue/release/", bulk.release_many, name="release_many"),
    path("queue/decline/", bulk.decline_many, name="decline_many"),
    path("queue/merge/", bulk.merge_many, name="merge_many"),
    path("enter/", entering.enter, name="enter"),
    path("recommend/", entering.recommend, name="recommend"),
    path("paper/", entering.paper, name="paper"),
    path("paper/print/", entering.print_forms, name="print_forms"),
    path("import/", exchange.upload, name="imports"),
    path("import/template/", exchange.template, name="import_template"),
    path("import/<uuid:pk>/", exchange.show, name="import_show"),
    path("import/<uuid:pk>/undo/", exchange.undo, name="import_undo"),
    path("lists/", listing.lists, name="lists"),
    path("lists/new/", listing.begin, name="list_begin"),
    path("lists/<uuid:pk>/", listing.show, name="list_show"),
    path("lists/<uuid:pk>/candidates/", listing.choose, name="list_candidates"),
    path("lists/<uuid:pk>/open/", listing.open_voting, name="list_open"),
    path("lists/<uuid:pk>/close/", listing.close_voting, name="list_close"),
    path("lists/<uuid:pk>/hands/", listing.hands, name="list_hands"),
    path("lists/<uuid:pk>/decide/", listing.decide, name="list_decide"),
    path("lists/<uuid:pk>/vote/", listing.vote, name="vote"),
    path("settings/", setting.rules, name="settings"),
    path("settings/<slug:table>/", setting.table, name="setting_table"),
    path("settings/<slug:table>/<uuid:pk>/", setting.row, name="setting_row"),
    path("voices/<uuid:pk>/split/", voices.split, name="split"),
    path("voices/<uuid:pk>/contact/", voices.contact, name="contact"),
    path("<uuid:pk>/", show.detail, name="detail"),
    path("<uuid:pk>/accept/", deciding.accept, name="accept"),
    path("<uuid:pk>/merge/", deciding.merge, name="merge"),
    path("<uuid:pk>/answer/", deciding.answer, name="answer"),
    path("<uuid:pk>/pass-on/", deciding.pass_on, name="pass_on"),
    path("<uuid:pk>/decline/", deciding.decline, name="decline"),
    path("<uuid:pk>/release/", deciding.release, name="release"),
    path("<uuid:pk>/mark/", deciding.mark, name="mark"),
    path("<uuid:pk>/revise/", deciding.revise, name="revise"),
    path("<uuid:pk>/close/", deciding.close, name="close"),
    path("<uuid:pk>/reopen/", deciding.reopen, name="reopen"),
]
