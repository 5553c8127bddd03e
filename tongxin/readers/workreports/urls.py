"""URLs of work reports."""

from __future__ import annotations

from django.urls import path

from tongxin.readers.workreports.views import check, sentences, signing, writing

app_name = "workreports"
urlpatterns = [
    path("", writing.reports, name="list"),
    path("new/", writing.begin, name="begin"),
    path("numbers/<str:code>/", signing.holding, name="holding"),
    path("sentences/", sentences.sentences, name="sentences"),
    path("sentences/<slug:area>/", sentences.edit_sentences, name="edit_sentences"),
    path("sentences/<slug:area>/usual/", sentences.usual, name="usual"),
    path("<uuid:pk>/", writing.report, name="report"),
    path("<uuid:pk>/edit/", writing.edit, name="edit"),
    path("<uuid:pk>/insert/", writing.insert, name="insert"),
    path("<uuid:pk>/copy/", writing.copy, name="copy"),
    path("<uuid:pk>/discard/", writing.discard, name="discard"),
    path("<uuid:pk>/check/", check.check, name="check"),
    path("<uuid:pk>/check/set-right/", check.set_right, name="set_right"),
    path("<uuid:pk>/check/link/", check.link, name="link"),
    path("<uuid:pk>/check/vouch/", check.vouch, name="vouch"),
    path("<uuid:pk>/check/typed/<uuid:typed>/take-back/", check.take_back, name="take_back"),
    path("<uuid:pk>/sign/", signing.sign, name="sign"),
    path("<uuid:pk>/numbers/<str:code>/", signing.change, name="change"),
    path("<uuid:pk>/report.docx", signing.word, name="word"),
    path("<uuid:pk>/report.pdf", signing.pdf, name="pdf"),
    path("<uuid:pk>/numbers.xlsx", signing.numbers, name="numbers"),
]
