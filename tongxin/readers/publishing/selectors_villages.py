"""What the public reads of the grass roots of a committee: where to go, what is talked about, what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q

from tongxin.activities.grassroots.selectors.places import everyday, full_name
from tongxin.activities.topics.selectors.listing import decided_lists
from tongxin.followers.journeys.selectors.place import agreed_at, became_at, coming_at, talked_about_at
from tongxin.foundation.core import clock
from tongxin.foundation.organization.enums import Level, NodeKind
from tongxin.foundation.organization.models import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.paginator import Page

    from tongxin.activities.grassroots.models import DeliberationSession
    from tongxin.activities.topics.selectors.listing import PublicList
    from tongxin.followers.journeys.selectors.place import Became, Talked
    from tongxin.foundation.organization.models import Committee, Place

_TOWNS_A_PAGE = 20
# A page for a phone: what is further back hangs in the place itself.
_ROWS_MOST = 8
# Where somebody can go; a council that has no room meets where it is.
_OPEN_TO_ALL = (NodeKind.STATION, NodeKind.ROOM, NodeKind.HOME)


@dataclass(frozen=True, slots=True)
class Town:
    """A township with its workstation and rooms; a workstation of a park stands for itself."""

    name: str
    places: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Villages:
    """What the page shows.

    Attributes:
        q: what was looked for among the places.
        total: how many places there are that match it.
        coming: announced sessions, the next one first.
        agreed: sessions whose result is public, the latest first.
    """

    q: str
    page: Page[Town]
    total: int
    coming: tuple[DeliberationSession, ...]
    topics: tuple[Talked, ...]
    became: tuple[Became, ...]
    agreed: tuple[DeliberationSession, ...]
    lists: list[PublicList]

    @property
    def page_range(self) -> Iterator[int | str]:
        """The numbers under the list of towns."""
        return self.page.paginator.get_elided_page_range(self.page.number)

    @property
    def is_first(self) -> bool:
        """Whether nothing was looked for yet: who does so wants the places and not what happens there."""
        return not self.q and self.page.number == 1


def villages_page(committee: Committee, *, query: str, page_number: str | None) -> Villages:
    """Return what the page shows, within the public's scope. At most nine queries, however much there is."""
    towns = _towns(committee, query)
    here = Q(committee=committee)
    return Villages(
        q=query,
        page=Paginator(towns, _TOWNS_A_PAGE).get_page(page_number),
        total=sum(len(town.places) for town in towns),
        coming=coming_at(here, most=_ROWS_MOST),
        topics=talked_about_at(here, committee.pk, most=_ROWS_MOST),
        became=became_at(here, most=_ROWS_MOST),
        agreed=agreed_at(here, most=_ROWS_MOST),
        lists=decided_lists(committee),
    )


def _towns(committee: Committee, query: str) -> list[Town]:
    today = clock.today()
    rooms = Node.objects.filter(parent=OuterRef("pk"), kind=NodeKind.ROOM).open_on(today)
    nodes = (
        Node.objects.filter(committee=committee)
        .open_on(today)
        .filter(Q(kind__in=_OPEN_TO_ALL) | Q(~Exists(rooms), kind=NodeKind.COUNCIL))
        .select_related("place__parent__parent", "station__place__parent__parent")
        .order_by("place_id", "name", "pk")
    )
    # A city has several towns of one name: there they bear the county's too.
    called = everyday if committee.level == Level.COUNTY else full_name
    found: dict[tuple[bool, str], Town] = {}
    for node in nodes:
        top = node.station or node
        town = _town_of(top.place or node.place)
        # Towns in the order of their codes; what lies in none comes after them.
        key = (town is None, town.pk if town else f"{top.name}{top.pk}")
        name = called(town) if town else top.name
        if _matches(query, name, node):
            found.setdefault(key, Town(name)).places.append(node)
    for each in found.values():
        each.places.sort(key=lambda node: node.kind != NodeKind.STATION)
    return [found[key] for key in sorted(found)]


def _town_of(place: Place | None) -> Place | None:
    if place is not None and place.level == Level.VILLAGE:
        place = place.parent
    return place if place is not None and place.level == Level.TOWN else None


def _matches(query: str, town: str, node: Node) -> bool:
    return any(query in words for words in (town, node.name, node.address))
