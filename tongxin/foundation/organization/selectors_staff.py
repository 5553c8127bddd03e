"""What the pages of the office's posts (编制) and of its people show."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tongxin.foundation.core import clock
from tongxin.foundation.core.sheets import Column, Sheet, write_workbook
from tongxin.foundation.organization.enums import Establishment, StaffChangeKind
from tongxin.foundation.organization.models import StaffChange, StaffPost
from tongxin.foundation.organization.staff_parts import (
    ADVANCED,
    COUNTIES,
    OFFICE,
    OWN_CENTRE,
    WHERE,
    holding,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from tongxin.foundation.core.access import Actor


def last_day_of(year: int | None) -> date:
    """Return the day that a year's posts are counted on: its last one, or today."""
    today = clock.today()
    return min(date(year, 12, 31), today) if year else today


def posts_matching(actor: Actor, wanted: Mapping[str, Any]) -> QuerySet[StaffPost]:
    """Return the posts that the filters leave; by default those that there are today.

    Args:
        actor: who looks.
        wanted: cleaned values of ``StaffPostFilterForm``.
    """
    day = last_day_of(wanted.get("year"))
    found: QuerySet[StaffPost] = StaffPost.objects.visible_to(actor)
    found = found.filter(until__lt=day) if wanted.get("ended") else holding(found, day)
    if establishment := wanted.get("establishment"):
        found = found.filter(establishment=establishment)
    if where := wanted.get("where"):
        found = found.filter(WHERE[where][1])
    for word in (wanted.get("q") or "").split():
        found = found.filter(
            Q(title__icontains=word) | Q(holder__icontains=word) | Q(document__icontains=word)
        )
    return found.select_related("special_committee", "place").order_by(
        _rank(), "workplace", "special_committee__order", "place_id", "title", "holder", "pk"
    )


def _rank() -> Case:
    # As documents name them: 行政, 工勤, 事业.
    ranks = [When(establishment=e, then=Value(n)) for n, e in enumerate(Establishment)]
    return Case(*ranks, output_field=IntegerField())


def changes_matching(actor: Actor, wanted: Mapping[str, Any]) -> QuerySet[StaffChange]:
    """Return the changes that the filters leave, the latest first.

    Args:
        actor: who looks.
        wanted: cleaned values of ``StaffChangeFilterForm``.
    """
    found: QuerySet[StaffChange] = StaffChange.objects.visible_to(actor)
    if kind := wanted.get("kind"):
        found = found.filter(kind__in=ADVANCED if kind == "advanced" else (kind,))
    year = wanted.get("year")
    if wanted.get("holding"):
        found = holding(found, last_day_of(year), since="on")
    elif year:
        found = found.filter(on__range=(date(year, 1, 1), date(year, 12, 31)))
    for word in (wanted.get("q") or "").split():
        found = found.filter(
            Q(name__icontains=word) | Q(document__icontains=word) | Q(special_committee__name__icontains=word)
        )
    return found.select_related("special_committee").order_by("-on", "kind", "name", "pk")


def post_tiles(actor: Actor) -> list[dict[str, Any]]:
    """Return how many posts there are today, by establishment and at service centres, each with its list. One query."""
    today = holding(StaffPost.objects.visible_to(actor), clock.today()).order_by()
    office = WHERE[OFFICE][1]
    tiles: list[tuple[str, Any, dict[str, str], Q]] = [
        (e.value, e.label, {"establishment": e.value, "where": OFFICE}, office & Q(establishment=e))
        for e in Establishment
    ]
    tiles += [(key, WHERE[key][0], {"where": key}, WHERE[key][1]) for key in (OWN_CENTRE, COUNTIES)]
    counts = today.aggregate(**{key: Count("pk", filter=only) for key, _label, _params, only in tiles})
    return [
        {
            "label": label,
            "count": counts[key],
            "unit": _("名"),
            "url": f"{reverse('organization:staff')}?{urlencode(params)}",
        }
        for key, label, params, _only in tiles
        # A county has no counties below it.
        if counts[key] or key != COUNTIES
    ]


def posts_workbook(posts: QuerySet[StaffPost]) -> bytes:
    """Return posts as an Excel workbook with the columns of the page."""
    columns = [
        Column("title", _("岗位"), width=24),
        Column("establishment", _("编制"), width=12),
        Column("where", _("设在"), width=24),
        Column("holder", _("现任")),
        Column("document", _("批准文件"), width=30),
        Column("since", _("开始日期"), kind="date"),
        Column("until", _("结束日期"), kind="date"),
    ]
    lines = (
        {
            "title": post.title,
            "establishment": str(post.get_establishment_display()),
            "where": where_of(post),
            "holder": post.holder,
            "document": post.document,
            "since": post.since,
            "until": post.until,
        }
        for post in posts
    )
    return write_workbook([Sheet(_("编制岗位"), columns, lines)])


def changes_workbook(changes: QuerySet[StaffChange]) -> bytes:
    """Return changes as an Excel workbook with the columns of the page."""
    columns = [
        Column("name", _("姓名")),
        Column("kind", _("变动"), width=20),
        Column("on", _("日期"), kind="date"),
        Column("until", _("结束日期"), kind="date"),
        Column("special_committee", _("专门委员会"), width=24),
        Column("document", _("文件"), width=30),
    ]
    lines = (
        {
            "name": change.name,
            "kind": str(StaffChangeKind(change.kind).label),
            "on": change.on,
            "until": change.until,
            "special_committee": change.special_committee.name if change.special_committee else "",
            "document": change.document,
        }
        for change in changes
    )
    return write_workbook([Sheet(_("人员变动"), columns, lines)])


def where_of(post: StaffPost) -> str:
    """Return where a post is, in words: 提案委员会, 甘州区委员服务中心."""
    if post.special_committee:
        return post.special_committee.name
    if post.place:
        return f"{post.place.everyday_name or post.place.name}{post.get_workplace_display()}"
    return str(post.get_workplace_display())
