"""URLs of the organization."""

from __future__ import annotations

from django.urls import path

from tongxin.foundation.organization.lists import LISTINGS
from tongxin.foundation.organization.views import (
    committee,
    installation,
    lists,
    members,
    people,
    roster,
    staff,
)

app_name = "organization"
urlpatterns = [
    path("", committee.overview, name="overview"),
    path("switch/", committee.switch, name="switch"),
    path("coverage/", committee.coverage, name="coverage"),
    path("members/", members.member_list, name="members"),
    path("members/new/", members.add, name="member_add"),
    path("members/<uuid:pk>/", members.member, name="member"),
    path("members/<uuid:pk>/edit/", members.edit, name="member_edit"),
    path("members/<uuid:pk>/phone/", members.phone, name="member_phone"),
    path("members/<uuid:pk>/status/<slug:verb>/", members.change_status, name="member_status"),
    path("roster/", roster.upload, name="roster"),
    path("roster/template/", roster.template, name="roster_template"),
    path("roster/<uuid:pk>/", roster.preview, name="roster_preview"),
    path("roster/<uuid:pk>/undo/", roster.undo, name="roster_undo"),
    path("units/<uuid:pk>/", committee.unit, name="unit"),
    path("units/<uuid:pk>/rename/", committee.rename, name="unit_rename"),
    path("units/<uuid:pk>/merge/", committee.merge, name="unit_merge"),
    path("units/<uuid:pk>/split/", committee.split, name="unit_split"),
    path("posts/", people.post_list, name="posts"),
    path("posts/new/", people.add, name="post_add"),
    path("posts/<uuid:pk>/end/", people.end, name="post_end"),
    path("staff/", staff.posts, name="staff"),
    path("staff/posts/new/", staff.add_posts, name="staff_posts_add"),
    path("staff/posts/<uuid:pk>/", staff.post, name="staff_post"),
    path("staff/posts/<uuid:pk>/edit/", staff.edit_post, name="staff_post_edit"),
    path("staff/posts/<uuid:pk>/end/", staff.end_post, name="staff_post_end"),
    path("staff/changes/", staff.changes, name="staff_changes"),
    path("staff/changes/new/", staff.add_changes, name="staff_changes_add"),
    path("staff/changes/<uuid:pk>/", staff.change, name="staff_change"),
    path("staff/changes/<uuid:pk>/edit/", staff.edit_change, name="staff_change_edit"),
    path("slips/", people.slips, name="slips"),
    path("committees/", installation.committees, name="installation"),
    path("committees/<int:pk>/open/", installation.open_one, name="committee_open"),
]
for key in LISTINGS:
    address = key.replace("_", "-")
    urlpatterns += [
        path(f"{address}/", lists.entries, {"key": key}, name=key),
        path(f"{address}/new/", lists.add, {"key": key}, name=f"{key}_add"),
        path(f"{address}/<uuid:pk>/edit/", lists.edit, {"key": key}, name=f"{key}_edit"),
    ]
