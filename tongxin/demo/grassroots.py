"""The grass roots of the demo: nodes in real towns and villages, and the registers of past years.

What the two newspaper pages report of five committees is told as records that give exactly those figures; where a
page hedges (400余), the number is a plausible one above it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle, islice
from random import Random
from typing import TYPE_CHECKING

from tongxin.activities.grassroots.actions.ledger import PastProblem, PastSession, enter_past_sessions
from tongxin.activities.grassroots.models import SecondedPerson, Secondment, StationHead, VenueKind
from tongxin.capabilities.codes.models import ALPHABET, TOKEN_LENGTH, AccessCode, ScanCount
from tongxin.demo.village_texts import TALKS
from tongxin.foundation.organization.access import actor_for
from tongxin.foundation.organization.enums import HostKind, Level, NodeKind
from tongxin.foundation.organization.models import Node, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tongxin.demo.world import People, World
    from tongxin.foundation.organization.models import Committee

SOURCE = "协商议事活动登记册"
_SINCE = date(2020, 3, 1)
# Where a town has more councils than villages, they sit in works and schools (企事业单位).
_WORKS = (
    "热电厂",
    "煤矿",
    "陶瓷厂",
    "中医院",
    "第一中学",
    "果业公司",
    "水泥厂",
    "职业中专",
    "建筑公司",
    "敬老院",
)


@dataclass(frozen=True, slots=True)
class GrassrootsPlan:
    """What one committee's registers hold.

    Attributes:
        towns: how many townships have a workstation.
        by_town: how many townships have a council and a room of their own.
        villages, communities: how many of them have one; taken in turn from the towns; 0 of both: whatever comes.
        councils, rooms: how many there are in all.
        own, above: seconded members of this committee and of the one above.
    """

    code: str
    towns: int
    councils: int
    rooms: int
    own: int = 0
    above: int = 0
    by_town: int = 0
    villages: int = 0
    communities: int = 0
    park: str = ""
    year: int = 2021
    sessions: int = 0
    attendances: int = 0
    suggestions: int = 0
    problems: int = 0
    topics: int = 0
    subsidy_yuan: int = 0
    # How many lines of the register were overlooked and entered after the year's report was signed.
    late: int = 0


# Exactly what the pages say; 400余, 500余, 1000多 and 800多 are 412, 506, 1,036 and 832 here.
_ALL = (
    GrassrootsPlan(
        "620881", 11, 139, 137, own=95, above=18, park="华亭工业园区",
        sessions=530, attendances=650, suggestions=412, problems=506, subsidy_yuan=180_000, late=1,
    ),
    GrassrootsPlan(
        "621126", 18, 72, 72, own=38, sessions=478, attendances=114, problems=298, suggestions=160, topics=1036
    ),
    GrassrootsPlan("621227", 15, 49, 49, own=150, above=37, by_town=15, villages=32, communities=2),
    GrassrootsPlan("621027", 19, 60, 60, own=36, sessions=312, attendances=240, suggestions=150, problems=256),
    GrassrootsPlan("620500", 123, 632, 632, own=38, sessions=832, attendances=900, suggestions=520, problems=430),
)  # fmt: skip
PLANS = {plan.code: plan for plan in _ALL}


class Fields:
    """The nodes of one committee as the demo makes them."""

    def __init__(self, world: World, plan: GrassrootsPlan, people: People, random: Random) -> None:
        self.world, self.plan, self.people, self.random = world, plan, people, random
        self.committee: Committee = world.committee
        self.stations: list[Node] = []
        self.councils: list[Node] = []
        self.rooms: list[Node] = []
        self.persons: list[SecondedPerson] = []
        # Lines of the register that are still to be entered.
        self.late: list[PastSession] = []

    def build(self) -> None:
        """Make stations, councils and rooms with their codes, heads and seconded members."""
        self._stations()
        self._councils()
        self._codes()
        self._persons()

    def _node(self, kind: str, name: str, host: str, **rest: object) -> Node:
        return Node(
            committee=self.committee,
            kind=kind,
            name=name,
            host=host,
            opened_on=_SINCE,
            **rest,
        )

    def _towns(self) -> list[Place]:
        under = f"{self.committee.code.rstrip('0') if self.committee.level == Level.CITY else self.committee.code}"
        found = Place.objects.filter(level=Level.TOWN, code__startswith=under).select_related("parent")
        return list(found.order_by("code")[: self.plan.towns])

    def _stations(self) -> None:
        many = self.committee.level == Level.CITY
        for town in self._towns():
            # A city has several towns of one name: its nodes bear the county's too.
            name = f"{_everyday(town.parent)}{town.name}" if many and town.parent else town.name
            host = HostKind.STREET if town.name.endswith("街道") else HostKind.TOWNSHIP
            self.stations.append(
                self._node(NodeKind.STATION, f"{name}委员工作站", host, place=town, address=f"{name}政府院内")
            )
        if self.plan.park:
            self.stations.append(
                self._node(
                    NodeKind.STATION,
                    f"{self.plan.park}委员工作站",
                    HostKind.PARK,
                    place=self.committee.place,
                    address=f"{self.plan.park}管委会",
                )
            )
        Node.objects.bulk_create(self.stations)
        StationHead.objects.bulk_create(
            StationHead(
                committee=self.committee,
                node=station,
                name=self.people.name(),
                title=f"{station.name.removesuffix('委员工作站')}党委副书记",
                # Four of 华亭's heads are members themselves.
                member=self.world.members[-1 - n] if n < _HEADS_AS_MEMBERS and self.plan.above else None,
                since=_SINCE,
            )
            for n, station in enumerate(self.stations)
        )

    def _hosts(self) -> Iterator[tuple[Node, str, str, Place | None]]:
        """Yield where a council can sit: station, name, kind of host, place."""
        plan = self.plan
        for station in self.stations[: plan.by_town]:
            yield station, station.name.removesuffix("委员工作站"), HostKind.TOWNSHIP, station.place
        villages = self._villages()
        left = {HostKind.VILLAGE: plan.villages, HostKind.COMMUNITY: plan.communities}
        for station, place in villages:
            host = HostKind.COMMUNITY if "社区" in _everyday(place) else HostKind.VILLAGE
            if sum((plan.villages, plan.communities)):
                if not left[host]:
                    continue
                left[host] -= 1
            yield station, _everyday(place), host, place
        for station, name in zip(cycle(self.stations), _WORKS, strict=False):
            host = HostKind.INSTITUTION if name.endswith(("院", "中学", "中专")) else HostKind.ENTERPRISE
            yield station, f"{station.name.removesuffix('委员工作站')}{name}", host, station.place

    def _villages(self) -> Iterator[tuple[Node, Place]]:
        """Yield villages town by town in turn, so that none is left out."""
        by_code = {s.place_id: s for s in self.stations if s.place_id and s.place.level == Level.TOWN}  # type: ignore[union-attr]
        of_town: dict[str, list[Place]] = {code: [] for code in by_code if code}
        found = Place.objects.filter(level=Level.VILLAGE, parent__in=list(of_town)).order_by("code")
        for place in found:
            of_town[str(place.parent_id)].append(place)
        turn = max(map(len, of_town.values()), default=0)
        for n in range(turn):
            for code, places in of_town.items():
                if n < len(places):
                    yield by_code[code], places[n]

    def _councils(self) -> None:
        seen: set[tuple[object, str]] = set()
        for station, name, host, place in self._hosts():
            if (station.pk, name) in seen:
                continue
            seen.add((station.pk, name))
            belongs = {"parent": station, "station": station, "place": place}
            council = self._node(NodeKind.COUNCIL, f"{name}协商议事会", host, address="", **belongs)
            self.councils.append(council)
            if len(self.rooms) < self.plan.rooms:
                room = self._node(
                    NodeKind.ROOM,
                    f"{name}协商议事室",
                    host,
                    address=f"{name}一楼" if host != HostKind.VILLAGE else f"{name}村委会一楼",
                    **belongs | {"parent": council},
                )
                self.rooms.append(room)
            if len(self.councils) == self.plan.councils:
                break
        Node.objects.bulk_create(self.councils, batch_size=500)
        Node.objects.bulk_create(self.rooms, batch_size=500)

    def _codes(self) -> None:
        # Those of councils have numbers of their own, so that what is drawn after the others stays what it was.
        drawn = [(node, self.random) for node in (*self.stations, *self.rooms)]
        own = Random(f"councils {self.committee.code}")  # noqa: S311 (not for security)
        drawn += [(node, own) for node in self._without_room()]

        AccessCode.objects.bulk_create(
            [
                AccessCode(
                    committee=self.committee,
                    node=node,
                    # Always the same, so that a picture of a poster stays true. Real ones are drawn from the system.
                    token="".join(random.choices(ALPHABET, k=TOKEN_LENGTH)),
                    issued_by_name=self.world.people["staff"].name,
                )
                for node, random in drawn
            ],
            batch_size=500,
        )

    def _without_room(self) -> list[Node]:
        """Return councils that meet where they are; the code hangs at their own door."""
        housed = {room.parent_id for room in self.rooms}
        return [council for council in self.councils if council.pk not in housed]

    def _persons(self) -> None:
        c, plan = self.committee, self.plan
        self.persons = [
            SecondedPerson(
                committee=c,
                home=c,
                member=member,
                name=member.name,
                work_unit_and_title=member.work_unit_and_title,
            )
            for member in self.world.members[: plan.own]
        ] + [
            SecondedPerson(
                committee=c, home=c.parent or c, name=self.people.name(), work_unit_and_title="市政协委员"
            )
            for _n in range(plan.above)
        ]
        SecondedPerson.objects.bulk_create(self.persons)
        # Fewer members than councils: some sit in two, and every council has one.
        most = max(len(self.councils), len(self.persons))
        pairs = islice(zip(cycle(self.persons), cycle(self.councils), strict=False), most)
        Secondment.objects.bulk_create(
            [Secondment(committee=c, person=person, node=node, since=_SINCE) for person, node in pairs],
            batch_size=500,
        )


_HEADS_AS_MEMBERS = 4


# How long people have been scanning what hangs on the walls, and the busiest day of a place.
_SCAN_DAYS = 60
_SCANS_MOST = 6


def tell_scans(fields: Fields, today: date) -> None:
    """Count scans of the last weeks: more in the last ones, and at some places more than at others."""
    # Numbers of its own, so that what else the demo tells stays what it was.
    random = Random(f"scans {fields.committee.code}")  # noqa: S311 (not for security)
    codes = AccessCode.objects.filter(committee=fields.committee, node__isnull=False)
    rows = []
    for code in codes.order_by("token"):
        liveliness = random.random() * random.random()
        for back in range(_SCAN_DAYS):
            share = liveliness * (1 - back / (_SCAN_DAYS * 1.5))
            if random.random() < share:
                on = today - timedelta(days=back)
                count = random.randint(1, _SCANS_MOST)
                rows.append(ScanCount(committee=fields.committee, code=code, on=on, count=count))
    ScanCount.objects.bulk_create(rows, batch_size=500)


def tell_registers(fields: Fields) -> None:
    """Enter the register of the plan's year through the room's own action."""
    plan = fields.plan
    if not plan.sessions:
        return
    lines = list(_lines(fields))
    known = len(lines) - plan.late
    fields.late = lines[known:]
    actor = actor_for(fields.world.people["staff"], fields.committee.pk)
    enter_past_sessions(
        actor=actor,
        committee_id=fields.committee.pk,
        lines=lines[:known],
        source=f"{plan.year}年{SOURCE}",
    )


def _lines(fields: Fields) -> Iterator[PastSession]:
    plan, random = fields.plan, fields.random
    venues = list(VenueKind.objects.filter(committee=fields.committee, is_online=False))
    persons_of = _persons_of(fields)
    members = _spread(plan.attendances, plan.sessions)
    suggested = _spread(plan.suggestions, plan.sessions)
    solved = _spread(plan.problems, plan.sessions)
    first = date(plan.year, 1, 5)
    for n in range(plan.sessions):
        council = fields.councils[n % len(fields.councils)]
        name = council.name.removesuffix("协商议事会")
        talk = TALKS[(n * 7 + n // len(fields.councils)) % len(TALKS)]
        on = first + timedelta(days=n * 350 // plan.sessions)
        venue = venues[0] if n % 3 else random.choice(venues)
        # Nobody is twice in one session: the council's own first, then others of the committee.
        there = list(islice(_different(persons_of[council.pk], fields.persons, n), members[n]))
        yield PastSession(
            node=council,
            on=on,
            title=f"{name}{talk.title}",
            venue_kind=venue,
            venue=f"{name}{venue.name}",
            persons=there,
            others_present=random.randrange(6, 28),
            agreed=talk.agreed,
            suggestions=[_nth(talk.suggestion, k) for k in range(suggested[n])],
            problems=[
                PastProblem(
                    text=f"{name}{TALKS[(n * 7 + k * 5) % len(TALKS)].problem}",
                    solved_on=min(on + timedelta(days=9 + (n + k) % 20), date(plan.year, 12, 30)),
                    owner=f"{name}{'村民委员会' if council.host == HostKind.VILLAGE else ''}",
                )
                for k in range(solved[n])
            ],
        )


def _spread(total: int, over: int) -> list[int]:
    """Return ``over`` whole numbers that add up to ``total``, as even as they come."""
    return [total * (n + 1) // over - total * n // over for n in range(over)]


def _nth(text: str, n: int) -> str:
    return text if not n else f"{text.removesuffix('。')}，并明确责任人。"


def _persons_of(fields: Fields) -> dict[object, list[SecondedPerson]]:
    found: dict[object, list[SecondedPerson]] = {council.pk: [] for council in fields.councils}
    by_id = {person.pk: person for person in fields.persons}
    for person_id, node_id in Secondment.objects.filter(committee=fields.committee).values_list(
        "person", "node"
    ):
        found[node_id].append(by_id[person_id])
    return found


def _different(
    own: Iterable[SecondedPerson], everybody: list[SecondedPerson], start: int
) -> Iterator[SecondedPerson]:
    seen = set()
    for person in (*own, *everybody[start % len(everybody) :], *everybody):
        if person.pk not in seen:
            seen.add(person.pk)
            yield person


def _everyday(place: Place) -> str:
    return place.everyday_name or place.name
