"""URLs of numbers that open."""

from __future__ import annotations

from django.urls import path

from tongxin.readers.statistics.views import board, tables

app_name = "statistics"
urlpatterns = [
    path("tables/", tables.tables, name="tables"),
    path("tables/new/", tables.table_new, name="table_new"),
    path("tables/new/table.xlsx", tables.table_export, name="table_export"),
    path("tables/save/", tables.table_save, name="table_save"),
    path("tables/<uuid:pk>/", tables.table, name="table"),
    path("tables/<uuid:pk>/change/", tables.table_change, name="table_change"),
    path("tables/<uuid:pk>/delete/", tables.table_delete, name="table_delete"),
    path("grassroots/", board.grassroots, name="grassroots"),
    path("figures/", board.figures, name="figures"),
]
