"""URLs of the grass-roots room: nodes and their people."""

from __future__ import annotations

from django.urls import URLPattern, path

from tongxin.activities.grassroots.views import coverage, importing_nodes, nodes, people, supervising

urlpatterns: list[URLPattern] = [
    path("nodes/", nodes.node_list, name="nodes"),
    path("nodes/new/", nodes.add, name="node_add"),
    path("nodes/places/", importing_nodes.from_places, name="nodes_from_places"),
    path("nodes/import/", importing_nodes.upload, name="node_upload"),
    path("nodes/import/template/", importing_nodes.template, name="node_template"),
    path("nodes/imports/<uuid:pk>/", importing_nodes.preview, name="node_import"),
    path("nodes/imports/<uuid:pk>/undo/", importing_nodes.undo, name="node_import_undo"),
    path("nodes/<uuid:pk>/", nodes.node, name="node"),
    path("nodes/<uuid:pk>/edit/", nodes.edit, name="node_edit"),
    path("nodes/<uuid:pk>/move/", nodes.move, name="node_move"),
    path("nodes/<uuid:pk>/end/", nodes.end, name="node_end"),
    path("nodes/<uuid:pk>/head/", people.head, name="node_head"),
    path("heads/<uuid:pk>/account/", people.head_account, name="head_account"),
    path("nodes/<uuid:pk>/worker/", people.worker, name="node_worker"),
    path("nodes/<uuid:pk>/seats/", people.seats, name="node_seats"),
    path("seats/<uuid:pk>/end/", people.seat_end, name="seat_end"),
    path("nodes/<uuid:pk>/seconded/", people.second, name="node_second"),
    path("secondments/<uuid:pk>/end/", people.secondment_end, name="secondment_end"),
    path("seconded/", people.seconded, name="seconded"),
    path("seconded/many/", people.second_many, name="second_many"),
    path("nodes/<uuid:pk>/duty/", people.node_duty, name="node_duty"),
    path("duty/", people.duty, name="duty"),
    path("duty/<uuid:pk>/end/", people.duty_end, name="duty_end"),
    path("nodes/<uuid:pk>/charge/", supervising.charge, name="node_charge"),
    path("charges/<uuid:pk>/end/", supervising.charge_end, name="charge_end"),
    path("charges/<uuid:pk>/visit/", supervising.visit, name="visit_add"),
    path("supervision/", supervising.visits, name="supervision"),
    path("supervision/<uuid:pk>/rectified/", supervising.rectified, name="rectified"),
    path("coverage/", coverage.coverage, name="coverage"),
]
