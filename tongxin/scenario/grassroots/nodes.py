"""Which stations, councils and rooms there must be, and where each can be: real towns and villages first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import chain, islice, zip_longest
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.foundation.organization.enums import HostKind, Level
from tongxin.foundation.organization.models import Place, chinese_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tongxin.scenario.wanted import Wanted

STATIONS, COUNCILS, ROOMS = "grassroots.stations", "grassroots.councils", "grassroots.rooms"
TOWNSHIPS, VILLAGES = "grassroots.townships", "grassroots.villages"
COMMUNITIES = "grassroots.communities"
HOSTED = (TOWNSHIPS, VILLAGES, COMMUNITIES)
STATION_SHARE, ROOM_SHARE = "codes.station_coverage", "codes.room_coverage"
NODES = (STATIONS, COUNCILS, ROOMS, *HOSTED)
_PREFIX = {Level.PROVINCE: 2, Level.CITY: 4, Level.COUNTY: 6}
# Where a place has more councils than villages, they sit in works and schools (企事业单位).
_WORKS = (
    ("果业公司", HostKind.ENTERPRISE),
    ("中心小学", HostKind.INSTITUTION),
    ("水泥厂", HostKind.ENTERPRISE),
    ("卫生院", HostKind.INSTITUTION),
    ("建筑公司", HostKind.ENTERPRISE),
    ("初级中学", HostKind.INSTITUTION),
    ("供销合作社", HostKind.ENTERPRISE),
    ("敬老院", HostKind.INSTITUTION),
)
# So many councils of a place that nobody stated are plausible.
_MODEST = 10


@dataclass(frozen=True, slots=True)
class Site:
    """Where a node can be.

    Attributes:
        name: what nodes there are called after; no other site of the committee has this name.
        place: the town or village; nothing where it is only the committee's area.
    """

    name: str
    host: str
    place: Place | None
    town: Place | None


@dataclass(frozen=True, slots=True)
class NodesPlan:
    """The nodes of a committee.

    Attributes:
        councils: where they sit.
        rooms: where they are, and under the council of which position; without one, under a station.
        coded_stations, coded_rooms: how many of them bear a code.
    """

    stations: tuple[Site, ...] = ()
    councils: tuple[Site, ...] = ()
    rooms: tuple[tuple[Site, int | None], ...] = ()
    coded_stations: int = 0
    coded_rooms: int = 0


def plan_nodes(wanted: Wanted, *, convenors: int, heads: int) -> NodesPlan:
    """Return which nodes there must be.

    Args:
        convenors: how many councils sessions and seconded members would like to have; 0 where none is needed.
        heads: how many stations must have a head, where nobody says how many there are.

    Raises:
        ScenarioRefused: what is stated cannot be together.
    """
    for figure in NODES:
        if len({n for _day, n in wanted.levels(figure)}) > 1:
            raise wanted.refuse(figure, because=_("网点数按期末计，这里只能有一个数。"))
    n = {figure: wanted.level(figure) for figure in NODES}
    hosted = sum(n[figure] or 0 for figure in HOSTED)
    stations, coded_stations = _shared(wanted, STATIONS, STATION_SHARE, heads)
    if stations is None and heads:
        stations = heads
    councils = n[COUNCILS]
    # Towns and villages without a council have a room at least.
    rooms, coded_rooms = _shared(wanted, ROOMS, ROOM_SHARE, 0 if councils is None else hosted - councils)
    if councils is None:
        councils = max(rooms or 0, hosted)
        if not councils and not stations:
            councils = min(convenors, _MODEST)
        # A page that names the villages means both: council and room.
        if rooms is None:
            rooms = hosted
    elif rooms is None:
        rooms = max(0, hosted - councils)
    return _with_stations(wanted, n, stations or 0, councils, rooms or 0, coded=(coded_stations, coded_rooms))


def _with_stations(
    wanted: Wanted,
    n: dict[str, int | None],
    stations: int,
    councils: int,
    rooms: int,
    *,
    coded: tuple[int, int],
) -> NodesPlan:
    if sum(n[figure] or 0 for figure in HOSTED) > councils + rooms:
        raise wanted.refuse(*HOSTED, COUNCILS, ROOMS, because=_("乡镇、村和社区比议事会、议事室还多。"))
    if rooms and not councils and not stations:
        if n[STATIONS] == 0:
            raise wanted.refuse(STATIONS, COUNCILS, ROOMS, because=_("议事室要属于一个议事会或者工作站。"))
        stations = 1
    return _placed(wanted, n, stations, councils, rooms, coded=coded)


def _shared(wanted: Wanted, figure: str, share: str, least: int) -> tuple[int | None, int]:
    """Return how many there are and how many bear a code."""
    found = wanted.share(share, wanted.wholes(figure, max(_MODEST, least)))
    if found is None:
        return wanted.level(figure), 0
    part, whole = found
    wanted.choose(figure, whole)
    return whole, part


def _placed(
    wanted: Wanted,
    n: dict[str, int | None],
    stations: int,
    councils: int,
    rooms: int,
    *,
    coded: tuple[int, int],
) -> NodesPlan:
    atlas = _Atlas(wanted)
    if (n[TOWNSHIPS] or 0) > len(atlas.towns):
        raise wanted.refuse(TOWNSHIPS, because=_("这里一共只有%(n)d个乡镇街道。") % {"n": len(atlas.towns)})
    count = max(councils, sum(n[figure] or 0 for figure in HOSTED))
    sites = atlas.sites(n, count)
    if sites is None:
        raise wanted.refuse(VILLAGES, COMMUNITIES, because=_("这里没有这么多村和社区。"))
    under = [(sites[i], i if i < councils else None) for i in range(len(sites))]
    # A room in each council, then at the places that have no council; then second rooms.
    order = [*under[councils:], *under[:councils]]
    found = [order[i % len(order)] if order else (None, None) for i in range(rooms)]
    of_station = atlas.station_sites(stations)
    return NodesPlan(
        tuple(of_station),
        tuple(sites[:councils]),
        tuple((site or of_station[i % len(of_station)], parent) for i, (site, parent) in enumerate(found)),
        *coded,
    )


class _Atlas:
    """The towns and villages of a committee, in an order in which no town is left out."""

    def __init__(self, wanted: Wanted) -> None:
        self.committee = wanted.committee
        code = self.committee.code[: _PREFIX[Level(self.committee.level)]]
        below = Place.objects.filter(code__startswith=code)
        towns = list(below.filter(level=Level.TOWN).select_related("parent").order_by("code"))
        named = self._county(wanted)
        self.towns = sorted(towns, key=lambda town: _everyday(town.parent) not in named)
        self.of_town: dict[str, list[Place]] = {town.pk: [] for town in self.towns}
        seen: set[tuple[str, str]] = set()
        for place in below.filter(level=Level.VILLAGE).order_by("code"):
            # Two villages of one name in one town could not be told apart in a table.
            names = {(place.parent_id or "", name) for name in (place.name, _everyday(place))}
            if place.parent_id in self.of_town and not names & seen:
                self.of_town[place.parent_id].append(place)
                seen |= names
        self._by_pk = {town.pk: town for town in self.towns}
        often = Counter(_everyday(town) for town in self.towns)
        self.town_names = {
            town.pk: _everyday(town)
            if often[_everyday(town)] == 1
            else f"{_everyday(town.parent)}{_everyday(town)}"
            for town in self.towns
        }

    @staticmethod
    def _county(wanted: Wanted) -> str:
        """Return the labels that may say which county is meant: 赋码覆盖率(甘州区)."""
        return wanted.said(STATIONS, STATION_SHARE, ROOM_SHARE, ROOMS)

    def station_sites(self, count: int) -> list[Site]:
        """Return where workstations are: towns, then parks."""
        found = [self._town_site(town) for town in self.towns[:count]]
        home = _everyday(self.committee.place)
        parks = range(1, count - len(found) + 1)
        return found + [Site(f"{home}第{_number(n)}工业园区", HostKind.PARK, None, None) for n in parks]

    def _town_site(self, town: Place) -> Site:
        host = HostKind.STREET if town.name.endswith("街道") else HostKind.TOWNSHIP
        return Site(self.town_names[town.pk], host, town, town)

    def sites(self, n: dict[str, int | None], count: int) -> list[Site] | None:
        """Return so many places for councils and rooms, with exactly as many of each kind as is stated."""
        towns = [self._town_site(town) for town in self.towns[: n[TOWNSHIPS] or 0]]
        villages, communities = self._villages()
        wanted_villages, wanted_communities = n[VILLAGES] or 0, n[COMMUNITIES] or 0
        here = len(villages) + len(communities)
        if wanted_villages + wanted_communities > here:
            return None
        villages, communities = _as_became(villages, communities, wanted_villages, wanted_communities)
        found = [
            *towns,
            *villages[:wanted_villages],
            *communities[:wanted_communities],
        ]
        free: list[Iterable[Site]] = []
        if n[VILLAGES] is None:
            free.append(villages)
        if n[COMMUNITIES] is None:
            free.append(communities)
        found += islice(chain(*free, self._works()), max(0, count - len(found)))
        return found[:count]

    def _villages(self) -> tuple[list[Site], list[Site]]:
        """Return villages and communities, town by town in turn."""
        turns = chain.from_iterable(zip_longest(*self.of_town.values()))
        places = [place for place in turns if place is not None]
        often = Counter(_everyday(place) for place in places)
        found: dict[str, list[Site]] = {HostKind.VILLAGE: [], HostKind.COMMUNITY: []}
        for place in places:
            town = self._by_pk[place.parent_id or ""]
            name = _everyday(place)
            if often[name] > 1:
                name = f"{self.town_names[town.pk]}{name}"
            host = HostKind.VILLAGE if _everyday(place).endswith("村") else HostKind.COMMUNITY
            found[host].append(Site(name, host, place, town))
        return found[HostKind.VILLAGE], found[HostKind.COMMUNITY]

    def _works(self) -> Iterator[Site]:
        towns: Sequence[Place | None] = self.towns or [None]
        number = 0
        while True:
            number += 1
            # The first round bears no number: 东华镇果业公司, 东华镇第二果业公司.
            which = f"第{_number(number)}" if number > 1 else ""
            for work, host in _WORKS:
                for town in towns:
                    near = self.town_names[town.pk] if town else _everyday(self.committee.place)
                    yield Site(f"{near}{which}{work}", host, town, town)


def _as_became(
    villages: list[Site], communities: list[Site], wanted_villages: int, wanted_communities: int
) -> tuple[list[Site], list[Site]]:
    """Let villages become communities (村改居), or the other way round, where there are too few in the table."""
    more = max(0, wanted_villages - len(villages))
    others = max(0, wanted_communities - len(communities))
    stay, turn = len(villages) - others, len(communities) - more
    return (
        [*villages[:stay], *(replace(site, host=HostKind.VILLAGE) for site in communities[turn:])],
        [*communities[:turn], *(replace(site, host=HostKind.COMMUNITY) for site in villages[stay:])],
    )


def _everyday(place: Place | None) -> str:
    return (place.everyday_name or place.name) if place else ""


def _number(number: int) -> str:
    return chinese_number(number) if number < 100 else str(number)  # noqa: PLR2004 (chinese_number ends there)
