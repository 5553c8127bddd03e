"""Ways to divide figures that rooms share: by township, workstation, sector, special committee."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Case, CharField, F, FilteredRelation, OuterRef, Q, Subquery, UUIDField, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.foundation.core.breakdowns import Breakdown, named_by
from tongxin.foundation.organization.enums import Level, NodeKind
from tongxin.foundation.organization.models import (
    Membership,
    Node,
    Place,
    Sector,
    SpecialCommittee,
    Term,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.db.models import QuerySet

_NO_SECTOR = gettext_lazy("没有编入界别的")
_IN_SEVERAL = gettext_lazy(
    "一位委员可以编入几个专门委员会，在每个专委会各计一次，所以各部分相加可能比总数多。"
)


def by_place(*paths: str, why_not: Any = "") -> Breakdown:  # noqa: ANN401 (a text or its translation)
    """Divide by township; a village counts for the township that it belongs to.

    Args:
        paths: how a row reaches the place that it counts for; where it has none, the next.
        why_not: as of ``Breakdown``.
    """
    towns = [
        Case(
            When(**{f"{path}__level": Level.VILLAGE}, then=F(f"{path}__parent_id")),
            default=F(f"{path}_id"),
            output_field=CharField(),
        )
        for path in paths
    ]
    return Breakdown(
        "place",
        gettext_lazy("乡镇街道"),
        Coalesce(*towns) if len(towns) > 1 else towns[0],
        labels=_place_names,
        missing=gettext_lazy("没有写所在地的"),
        why_not=why_not,
        # By area code, as official lists have it.
        by_order=True,
    )


def by_station(path: str = "", why_not: Any = "") -> Breakdown:  # noqa: ANN401 (a text or its translation)
    """Divide by the workstation to which a node belongs.

    Args:
        path: how a row reaches its node; empty: it is the node.
        why_not: as of ``Breakdown``.
    """
    here = f"{path}__" if path else ""
    station = Case(
        When(**{f"{here}kind": NodeKind.STATION}, then=F(path or "pk")),
        default=F(f"{here}station"),
        output_field=UUIDField(),
    )
    return Breakdown(
        "station",
        gettext_lazy("委员工作站"),
        station,
        labels=named_by(Node),
        missing=gettext_lazy("不属于工作站的"),
        why_not=why_not,
    )


def by_sector(
    path: str,
    *,
    member: str = "",
    on: str = "",
    missing: Any = _NO_SECTOR,  # noqa: ANN401 (a text or its translation)
) -> Breakdown:
    """Divide by sector: that which a row names, or that of its member on a day.

    Args:
        path: how a row reaches its sector; empty where it has a member.
        member: how it reaches its member, by key: ``member_id``, ``session__attendee__member_id``.
        on: how it reaches the day on which the member's sector counts.
        missing: as of ``Breakdown``.
    """
    by: Any = path
    if member:
        then = Membership.objects.filter(member=OuterRef(member), term__starts_on__lte=OuterRef(on))
        by = Subquery(then.order_by("-term__starts_on").values("sector_id")[:1], output_field=UUIDField())
    return Breakdown("sector", gettext_lazy("界别"), by, labels=_sector_names, missing=missing)


def by_special_committee(member: str, on: str = "", term: str = "term") -> Breakdown:
    """Divide by the special committees that have a row's member in its term.

    Args:
        member: how a row reaches its member.
        on: how it reaches a day; the places of the term that runs on it count.
        term: without a day, how it reaches the term.
    """
    place = f"{member}__committee_places"

    def of_term(rows: QuerySet[Any]) -> QuerySet[Any]:
        if on:
            then = Term.objects.filter(committee=OuterRef("committee"), starts_on__lte=OuterRef(on))
            rows = rows.annotate(term_then=Subquery(then.order_by("-starts_on").values("pk")[:1]))
        enrolled = FilteredRelation(place, condition=Q(**{f"{place}__term": F("term_then" if on else term)}))
        found: QuerySet[Any] = rows.annotate(enrolled=enrolled)
        return found

    return Breakdown(
        "special_committee",
        gettext_lazy("专门委员会"),
        "enrolled__special_committee",
        labels=named_by(SpecialCommittee),
        prepare=of_term,
        why_not=_IN_SEVERAL,
        missing=gettext_lazy("没有编入专委会的"),
    )


def _place_names(_committee_id: int, values: Collection[Any]) -> Mapping[Any, str]:
    places = Place.objects.filter(pk__in=list(values))
    return {place.pk: place.everyday_name or place.name for place in places}


def _sector_names(_committee_id: int, values: Collection[Any]) -> Mapping[Any, str]:
    sectors = list(Sector.objects.filter(pk__in=list(values)).select_related("term"))
    terms = {sector.term_id for sector in sectors}
    # A span over two terms has each sector twice.
    return {
        s.pk: _("{sector}（{term}）").format(sector=s.name, term=s.term) if len(terms) > 1 else s.name
        for s in sectors
    }
