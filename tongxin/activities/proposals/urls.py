"""URLs of the proposals room: one block per hand that a proposal passes through."""

from __future__ import annotations

from django.urls import path

from tongxin.activities.proposals.views import desk, handling, lists, setting, show, writing

app_name = "proposals"
urlpatterns = [
    # Everybody: what they may see.
    path("", lists.all_proposals, name="list"),
    path("export/", lists.export, name="export"),
    path("<uuid:pk>/", show.detail, name="detail"),
    # Who proposes.
    path("mine/", writing.mine, name="mine"),
    path("new/", writing.new, name="new"),
    path("<uuid:pk>/edit/", writing.edit, name="edit"),
    path("<uuid:pk>/autosave/", writing.autosave, name="autosave"),
    path("<uuid:pk>/submit/", writing.submit, name="submit"),
    path("<uuid:pk>/withdraw/", writing.withdraw, name="withdraw"),
    path("<uuid:pk>/cosigners/", writing.cosigners, name="cosigners"),
    path("<uuid:pk>/cosign/", writing.cosign, name="cosign"),
    path("invitations/<uuid:pk>/take-back/", writing.take_back, name="take_back"),
    path("<uuid:pk>/attach/", writing.attach, name="attach"),
    path("<uuid:pk>/detach/<uuid:file>/", writing.detach, name="detach"),
    path("replies/<uuid:pk>/rate/", writing.rate, name="rate"),
    # The committee's office.
    path("enter/", desk.enter, name="enter"),
    path("take-up/", desk.take_up, name="take_up"),
    path("<uuid:pk>/review/", desk.review, name="review"),
    path("<uuid:pk>/merge/", desk.merge, name="merge"),
    path("assign/", desk.assign_many, name="assign_many"),
    path("<uuid:pk>/assign/", desk.assign, name="assign"),
    path("remind/", desk.remind, name="remind"),
    path("assignments/<uuid:pk>/answer-decline/", desk.answer_decline, name="answer_decline"),
    path("assignments/<uuid:pk>/review-reply/", desk.review_reply, name="review_reply"),
    path("<uuid:pk>/after-rating/", desk.after_rating, name="after_rating"),
    path("<uuid:pk>/finish-tracking/", desk.finish_tracking, name="finish_tracking"),
    path("<uuid:pk>/disclose/", desk.disclose, name="disclose"),
    # Handling units.
    path("inbox/", handling.inbox, name="inbox"),
    path("assignments/<uuid:pk>/sign-for/", handling.sign_for, name="sign_for"),
    path("assignments/<uuid:pk>/decline/", handling.decline, name="decline"),
    path("assignments/<uuid:pk>/opinion/", handling.opinion, name="opinion"),
    path("assignments/<uuid:pk>/reply/", handling.reply, name="reply"),
    path("assignments/<uuid:pk>/reply/autosave/", handling.autosave_reply, name="autosave_reply"),
    path("assignments/<uuid:pk>/reply/attach/", handling.attach_letter, name="attach_letter"),
    path("assignments/<uuid:pk>/propose/", handling.propose, name="propose"),
    path("assignments/<uuid:pk>/countersign/", handling.countersign, name="countersign"),
    path("assignments/<uuid:pk>/approve/", handling.approve, name="approve"),
    # The committee's own rules.
    path("settings/", setting.rules, name="settings"),
    path("settings/<slug:table>/", setting.table, name="setting_table"),
    path("settings/<slug:table>/<uuid:pk>/", setting.row, name="setting_row"),
]
