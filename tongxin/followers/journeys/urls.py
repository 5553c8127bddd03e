"""URLs of chains and conversions, for people with an account."""

from __future__ import annotations

from django.urls import path

from tongxin.followers.journeys.views import chain, conversing, convert, scan

app_name = "journeys"
urlpatterns = [
    path("scans/", scan.scans, name="scans"),
    path("leads/", chain.leads, name="leads"),
    path("<uuid:pk>/", chain.chain, name="chain"),
    path("<uuid:pk>/suggestions/", chain.suggestions, name="suggestions"),
    path("<uuid:pk>/new-session/", convert.new_session, name="new_session"),
    path("<uuid:pk>/to-session/", convert.to_session, name="to_session"),
    path("<uuid:pk>/new-problem/", convert.new_problem, name="new_problem"),
    path("<uuid:pk>/propose-topic/", convert.propose_topic, name="propose_topic"),
    path("<uuid:pk>/propose-problem/", convert.propose_problem, name="propose_problem"),
    path("<uuid:pk>/tell-back/", convert.tell_back, name="tell_back"),
    path("<uuid:pk>/statements/", conversing.statements, name="statements"),
    path("statements/<uuid:pk>/topic/", conversing.raise_topic, name="raise_topic"),
    path("statements/<uuid:pk>/session/", conversing.suggest, name="suggest"),
    path("statements/<uuid:pk>/propose/", conversing.propose_statement, name="propose_statement"),
    path("suggestions/<uuid:pk>/propose/", convert.propose_suggestion, name="propose_suggestion"),
]
