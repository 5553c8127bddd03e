"""The places that a committee's nodes can be at, always with what they lie in: 20 towns are called 城关镇."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from tongxin.foundation.organization.enums import HostKind, Level
from tongxin.foundation.organization.models import Committee, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from tongxin.foundation.core.access import Actor

TOWN_DIGITS = 9
_AREA_DIGITS = 6
# Digits of an area's code that its places begin with.
_PREFIX: dict[str, int] = {Level.PROVINCE: 2, Level.CITY: 4, Level.COUNTY: 6}
_BELOW = (Level.TOWN, Level.VILLAGE)


@dataclass(frozen=True, slots=True)
class Area:
    """A county, district or zone that a committee's places lie in."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Town:
    """A township or street with its villages and communities."""

    place: Place
    name: str
    villages: tuple[Place, ...]


def everyday(place: Place) -> str:
    """Return what people call the place."""
    return place.everyday_name or place.name


def full_name(place: Place | None) -> str:
    """Return a place with what it lies in: 华亭市东华镇, 东华镇北河村. The parent must have been fetched."""
    if place is None:
        return ""
    return f"{everyday(place.parent)}{everyday(place)}" if place.parent else everyday(place)


def prefix_of(committee_id: int) -> str:
    """Return the digits that the codes of all places of a committee begin with. One query."""
    code, level = Committee.objects.values_list("code", "level").get(pk=committee_id)
    return str(code)[: _PREFIX[level]]


def places_of(actor: Actor) -> QuerySet[Place]:
    """Return the towns and villages of the actor's committee."""
    committee = actor.committee
    if committee is None:
        return Place.objects.none()
    return Place.objects.filter(code__startswith=committee.code[: _PREFIX[committee.level]], level__in=_BELOW)


def areas_of(actor: Actor) -> list[Area]:
    """Return the counties that have towns; one for a county's committee. One query."""
    found = places_of(actor).filter(level=Level.TOWN).order_by("parent_id").distinct("parent_id")
    return [Area(p.parent_id or "", everyday(p.parent)) for p in found.select_related("parent") if p.parent]


def chosen_area(areas: Sequence[Area], asked: str) -> str:
    """Return the area that was asked for if it is one of these; the only one without asking."""
    codes = [a.code for a in areas]
    return asked if asked in codes else codes[0] if len(codes) == 1 else ""


def towns_in(area: str) -> list[Town]:
    """Return the towns of an area with their villages. One query."""
    if not area:
        return []
    found = Place.objects.filter(level__in=_BELOW, code__startswith=area[: _digits(area)])
    rows = list(found.select_related("parent").order_by("code"))
    villages: dict[str, list[Place]] = {}
    for row in rows:
        if row.level == Level.VILLAGE:
            villages.setdefault(row.parent_id or "", []).append(row)
    return [
        Town(row, full_name(row), tuple(villages.get(row.pk, ()))) for row in rows if row.level == Level.TOWN
    ]


def ticked_places(actor: Actor, codes: Iterable[str], whole: Iterable[str]) -> list[Place]:
    """Return the places that were ticked one by one, and all those within towns or areas that were ticked whole."""
    wanted = Q(pk__in=list(codes))
    for code in whole:
        if len(code) in (_AREA_DIGITS, TOWN_DIGITS):
            wanted |= Q(pk__startswith=code[: _digits(code)])
    return list(places_of(actor).filter(wanted).select_related("parent"))


def _digits(area: str) -> int:
    # A city without counties has the towns itself.
    return 4 if len(area) == _AREA_DIGITS and area.endswith("00") else len(area)


def host_of(place: Place) -> str:
    """Return who a node at this place is with, by the place's kind."""
    name = everyday(place)
    if place.level == Level.VILLAGE:
        return HostKind.VILLAGE if name.endswith("村") else HostKind.COMMUNITY
    if name.endswith("街道"):
        return HostKind.STREET
    return HostKind.TOWNSHIP if name.endswith(("镇", "乡")) else HostKind.PARK
