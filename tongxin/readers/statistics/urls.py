"""URLs of numbers that open."""

from __future__ import annotations

from django.urls import path

from tongxin.readers.statistics.views import codes, dashboards, figures, opening, reported, tables

app_name = "statistics"
urlpatterns = [
    path("", dashboards.home, name="home"),
    path("areas/<slug:key>/", dashboards.area_of_work, name="area"),
    path("screen/<slug:key>/", dashboards.screen, name="screen"),
    path("tables/", tables.tables, name="tables"),
    path("tables/new/", tables.table_new, name="table_new"),
    path("tables/new/table.xlsx", tables.table_export, name="table_export"),
    path("tables/save/", tables.table_save, name="table_save"),
    path("tables/<uuid:pk>/", tables.table, name="table"),
    path("tables/<uuid:pk>/change/", tables.table_change, name="table_change"),
    path("tables/<uuid:pk>/delete/", tables.table_delete, name="table_delete"),
    path("figures/", figures.figures, name="figures"),
    path("figures/<str:figure_id>/", opening.opened, name="opened"),
    path("figures/<str:figure_id>/rows.xlsx", opening.opened_export, name="opened_export"),
    path("figures/<str:figure_id>/wording/", opening.wording, name="wording"),
    path("n/", codes.find_code, name="find_code"),
    path("n/<str:code>/", codes.code, name="code"),
    path("reported/", reported.reported, name="reported"),
    path("reported/reported.xlsx", reported.reported_export, name="reported_export"),
    path("reported/add/", reported.reported_add, name="reported_add"),
    path("reported/<uuid:pk>/withdraw/", reported.reported_withdraw, name="reported_withdraw"),
]
