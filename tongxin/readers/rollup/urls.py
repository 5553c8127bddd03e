"""URLs of numbers that are reported upward."""

from __future__ import annotations

from django.urls import path

from tongxin.readers.rollup.views import reports, requests, sheets

app_name = "rollup"
urlpatterns = [
    path("", requests.overview_page, name="home"),
    path("ask/", requests.ask, name="ask"),
    path("<uuid:pk>/", requests.show_request, name="request"),
    path("<uuid:pk>/table.xlsx", requests.export, name="export"),
    path("<uuid:pk>/remind/", requests.remind, name="remind"),
    path("<uuid:pk>/withdraw/", requests.withdraw, name="withdraw"),
    path("<uuid:pk>/medians/", requests.medians, name="medians"),
    path("<uuid:pk>/figures/<str:figure_id>/", reports.show_figure, name="figure"),
    path("received/<uuid:pk>/", reports.show_report, name="received"),
    path("received/<uuid:pk>/return/", reports.give_back, name="return"),
    path("received/<uuid:pk>/<str:figure_id>/", reports.show_number, name="number"),
    path("sheets/<uuid:pk>/", sheets.show_sheet, name="sheet"),
    path("sheets/<uuid:pk>/prepare/", sheets.prepare, name="prepare"),
    path("sheets/<uuid:pk>/put-back/", sheets.put_back, name="put_back"),
    path("sheets/<uuid:pk>/sign/", sheets.sign, name="sign"),
    path("sheets/<uuid:pk>/correct/", sheets.correct, name="correct"),
    path("sheets/<uuid:pk>/drop/", sheets.drop, name="drop"),
]
