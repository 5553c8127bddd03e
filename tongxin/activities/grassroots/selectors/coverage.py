"""Where the network of the grass roots has gaps: by town and village, and by what is missing at a node."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef
from django.db.models.functions import Left
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.grassroots.models import Secondment
from tongxin.activities.grassroots.selectors.nodes import GAPS
from tongxin.activities.grassroots.selectors.places import (
    TOWN_DIGITS,
    Area,
    everyday,
    full_name,
    places_of,
)
from tongxin.foundation.core import clock
from tongxin.foundation.core.sheets import Column, Sheet, write_workbook
from tongxin.foundation.organization.enums import Level, NodeKind
from tongxin.foundation.organization.models import Member, Node, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

    from tongxin.foundation.core.access import Actor

# What this page itself lists; the other gaps are nodes, and open the list of nodes.
LISTED: Mapping[str, str | _StrPromise] = {
    "towns": _lazy("没有工作站的乡镇街道"),
    "villages": _lazy("没有议事会的村、社区"),
    "members": _lazy("没有下沉到任何网点的委员"),
}


@dataclass(frozen=True, slots=True)
class Tile:
    """One number with the rows that it opens; the furniture of ``ui/tiles``."""

    label: str
    count: int
    url: str
    unit: str
    note: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True)
class TownLine:
    """What one town has."""

    code: str
    name: str
    # The county that it lies in.
    area: str
    area_code: str
    stations: int
    councils: int
    rooms: int
    villages: int
    covered: int

    @property
    def uncovered(self) -> int:
        """Villages and communities without a council."""
        return self.villages - self.covered

    def url(self, kind: str) -> str:
        """Return the list of the town's nodes of a kind."""
        return f"{reverse('grassroots:nodes')}?{urlencode({'town': self.code, 'kind': kind})}"

    @property
    def stations_url(self) -> str:
        """The town's stations."""
        return self.url(NodeKind.STATION)

    @property
    def councils_url(self) -> str:
        """The town's councils."""
        return self.url(NodeKind.COUNCIL)

    @property
    def rooms_url(self) -> str:
        """The town's rooms."""
        return self.url(NodeKind.ROOM)

    @property
    def uncovered_url(self) -> str:
        """The town's villages without a council."""
        return f"{reverse('grassroots:coverage')}?{urlencode({'show': 'villages', 'town': self.code})}#rows"


def _open(actor: Actor) -> QuerySet[Node]:
    return Node.objects.visible_to(actor).open_on(clock.today()).order_by()


def towns_without_station(actor: Actor) -> QuerySet[Place]:
    """Return the towns of the committee in which no station is open."""
    stations = _open(actor).filter(kind=NodeKind.STATION, place__isnull=False)
    covered = stations.annotate(town=Left("place_id", TOWN_DIGITS)).values("town")
    return places_of(actor).filter(level=Level.TOWN).exclude(code__in=covered)


def villages_without_council(actor: Actor, town: str = "") -> QuerySet[Place]:
    """Return the villages and communities of the committee, or of one town, in which no council is open."""
    council = _open(actor).filter(kind=NodeKind.COUNCIL, place_id=OuterRef("pk"))
    found = places_of(actor).filter(~Exists(council), level=Level.VILLAGE)
    return found.filter(parent_id=town) if town else found


def members_without_node(actor: Actor) -> QuerySet[Member]:
    """Return the members in office who are seconded nowhere."""
    held = Secondment.objects.held_on(clock.today()).filter(person__member=OuterRef("pk"))
    return Member.objects.visible_to(actor).active().filter(~Exists(held))


def gap_tiles(actor: Actor, lines: Sequence[TownLine], show: str) -> list[Tile]:
    """Return how many are missing of each kind. Two queries; towns and villages are counted from their lines."""
    today = clock.today()
    tests = {key: Count("pk", filter=test(today)) for key, (_label, test) in GAPS.items()}
    counts = _open(actor).aggregate(**tests)
    listed = {
        "towns": sum(not line.stations for line in lines),
        "villages": sum(line.uncovered for line in lines),
        "members": members_without_node(actor).count(),
    }
    here = reverse("grassroots:coverage")
    units = {"towns": _("个"), "villages": _("个"), "members": _("名")}
    tiles = [
        Tile(str(label), listed[key], f"{here}?show={key}#rows", units[key], open=show == key)
        for key, label in LISTED.items()
    ]
    nodes = reverse("grassroots:nodes")
    tiles += [
        Tile(str(label), counts[key], f"{nodes}?gap={key}", _("个")) for key, (label, _test) in GAPS.items()
    ]
    return tiles


def kind_tiles(actor: Actor) -> list[Tile]:
    """Return how many nodes of each kind there are today. One query."""
    counts = dict(_open(actor).values_list("kind").annotate(n=Count("pk")))
    nodes = reverse("grassroots:nodes")
    return [
        Tile(str(label), counts.get(kind, 0), f"{nodes}?kind={kind}", _("个"))
        for kind, label in NodeKind.choices
    ]


def town_lines(actor: Actor) -> list[TownLine]:
    """Return every town of the committee with what it has. Three queries, whatever their number."""
    places = places_of(actor)
    villages = dict(
        places.filter(level=Level.VILLAGE).order_by().values_list("parent_id").annotate(n=Count("pk"))
    )
    nodes = list(_open(actor).filter(place__isnull=False).values_list("kind", "place_id"))
    has = Counter((kind, place[:TOWN_DIGITS]) for kind, place in nodes)
    reached = {place for kind, place in nodes if kind == NodeKind.COUNCIL and len(place) > TOWN_DIGITS}
    covered = Counter(place[:TOWN_DIGITS] for place in reached)
    towns = places.filter(level=Level.TOWN).select_related("parent").order_by("code")
    return [
        TownLine(
            town.pk,
            full_name(town),
            everyday(town.parent) if town.parent else "",
            town.parent_id or "",
            has[NodeKind.STATION, town.pk],
            has[NodeKind.COUNCIL, town.pk],
            has[NodeKind.ROOM, town.pk],
            villages.get(town.pk, 0),
            covered[town.pk],
        )
        for town in towns
    ]


def areas_in(lines: Iterable[TownLine]) -> list[Area]:
    """Return the counties that the towns lie in."""
    return [Area(code, name) for code, name in {line.area_code: line.area for line in lines}.items()]


@dataclass(frozen=True, slots=True)
class GapRow:
    """One town, village or member that something is missing for."""

    name: str
    note: str
    url: str


def gap_rows(actor: Actor, show: str, town: str) -> QuerySet[Any]:
    """Return the rows behind one of the numbers that this page lists itself."""
    if show == "members":
        return members_without_node(actor).order_by("stroke_key", "name", "number")
    found = towns_without_station(actor) if show == "towns" else villages_without_council(actor, town)
    return found.select_related("parent").order_by("code")


def as_gap_rows(show: str, rows: Iterable[Any]) -> list[GapRow]:
    """Return lines for the page."""
    if show == "members":
        return [
            GapRow(m.name, m.work_unit_and_title, reverse("organization:member", args=[m.pk])) for m in rows
        ]
    add = reverse("grassroots:node_add")
    kind = NodeKind.STATION if show == "towns" else NodeKind.COUNCIL
    return [
        GapRow(
            everyday(p),
            everyday(p.parent) if p.parent else "",
            f"{add}?{urlencode({'kind': kind, 'place': p.pk})}",
        )
        for p in rows
    ]


def coverage_workbook(actor: Actor) -> bytes:
    """Return the coverage as a workbook: the towns, and each list of what is missing."""
    towns = [
        Column("name", _("乡镇街道"), width=24),
        Column("stations", _("工作站"), kind="int"),
        Column("councils", _("议事会"), kind="int"),
        Column("rooms", _("议事室"), kind="int"),
        Column("villages", _("村、社区"), kind="int"),
        Column("covered", _("已有议事会的村、社区"), kind="int"),
        Column("uncovered", _("还没有议事会的村、社区"), kind="int"),
    ]
    keys = [c.key for c in towns]
    sheets = [
        Sheet(_("按乡镇街道"), towns, [{k: getattr(line, k) for k in keys} for line in town_lines(actor)])
    ]
    plain = [Column("name", _("名称"), width=24), Column("note", _("说明"), width=32)]
    for key, label in LISTED.items():
        rows = as_gap_rows(key, gap_rows(actor, key, ""))
        sheets.append(Sheet(str(label), plain, [{"name": r.name, "note": r.note} for r in rows]))
    for label, test in GAPS.values():
        nodes = (
            _open(actor)
            .filter(test(clock.today()))
            .select_related("place__parent")
            .order_by("place_id", "name")
        )
        sheets.append(Sheet(str(label), plain, [{"name": n.name, "note": full_name(n.place)} for n in nodes]))
    return write_workbook(sheets)
