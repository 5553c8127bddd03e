"""Nodes as somebody wants them: rows of a table, or places that were ticked."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.activities.grassroots.selectors.places import (
    TOWN_DIGITS,
    everyday,
    full_name,
    host_of,
    places_of,
)
from tongxin.foundation.core.sheets import CellError, Column, SheetDate, read_table
from tongxin.foundation.organization.enums import HostKind, Level, NodeKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.sheets import Row, Value
    from tongxin.foundation.organization.models import Place

KIND, NAME, PARENT, HOST, TOWN, VILLAGE = "kind", "name", "parent", "host", "town", "village"
ADDRESS, HEAD, HEAD_TITLE, OPENED = "address", "head", "head_title", "opened_on"
# The words of the table are Chinese whatever the language of the page: the table travels between offices.
KINDS = {
    "委员工作站": NodeKind.STATION,
    "协商议事会": NodeKind.COUNCIL,
    "协商议事室": NodeKind.ROOM,
    "委员之家": NodeKind.HOME,
}
HOSTS = {
    "乡镇": HostKind.TOWNSHIP,
    "街道": HostKind.STREET,
    "园区": HostKind.PARK,
    "村": HostKind.VILLAGE,
    "社区": HostKind.COMMUNITY,
    "企业": HostKind.ENTERPRISE,
    "事业单位": HostKind.INSTITUTION,
    "界别": HostKind.SECTOR,
}
COLUMNS = (
    Column(KIND, "类别", aliases=("网点类别",), required=True, kind="choice", choices=tuple(KINDS), width=14),
    Column(NAME, "名称", aliases=("网点名称",), required=True, width=28),
    Column(PARENT, "上级", aliases=("上级网点", "隶属"), width=28),
    Column(HOST, "设在", aliases=("依托",), kind="choice", choices=tuple(HOSTS), width=10),
    Column(TOWN, "乡镇", aliases=("乡镇街道", "所在乡镇"), width=14),
    Column(VILLAGE, "村", aliases=("村（社区）", "村社区", "所在村"), width=14),
    Column(ADDRESS, "地址", width=30),
    Column(HEAD, "站长", aliases=("站长姓名",)),
    Column(HEAD_TITLE, "站长职务", aliases=("职务",), width=20),
    Column(OPENED, "成立日期", aliases=("成立时间",), kind="date", width=14),
)
_LONGEST = {NAME: 60, ADDRESS: 80, HEAD: 60, HEAD_TITLE: 80}
_NEEDS_PLACE = frozenset({HostKind.VILLAGE, HostKind.COMMUNITY})


@dataclass(frozen=True, slots=True)
class Entry:
    """One node that is wanted. Empty texts leave what is known.

    Attributes:
        row: where it stands in the table; its position for ticked places.
        parent: the name of the node above.
        place: the code of its place.
        opened_on: the day, as ``2021-03-01``.
    """

    row: int
    kind: str
    name: str
    parent: str = ""
    host: str = ""
    place: str = ""
    address: str = ""
    head: str = ""
    head_title: str = ""
    opened_on: str = ""

    @property
    def town(self) -> str:
        """The code of the town that it lies in."""
        return self.place[:TOWN_DIGITS]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: rows that can be used, what is wrong with the others, and what the reader should know."""

    entries: tuple[Entry, ...]
    errors: tuple[CellError, ...]
    notes: tuple[str, ...] = ()


class Gazetteer:
    """The places of a committee by what people write. Two queries at most, whatever the table holds."""

    def __init__(self, actor: Actor) -> None:
        self.towns: dict[str, list[Place]] = defaultdict(list)
        self.villages: dict[str, list[Place]] = defaultdict(list)
        for place in places_of(actor).select_related("parent"):
            known = self.towns if place.level == Level.TOWN else self.villages
            for name in {place.name, everyday(place), full_name(place)}:
                known[name].append(place)

    def find(self, town: str, village: str) -> tuple[Place | None, str, str]:
        """Return the place that is meant; else the column that is wrong and why, in a sentence."""
        above = None
        if town:
            above, fault = _only(self.towns[town], town)
            if fault:
                return None, "乡镇", fault
        if not village:
            return above, "", ""
        found = [p for p in self.villages[village] if above is None or p.parent_id == above.pk]
        place, fault = _only(found, village)
        return place, "村" if fault else "", fault


def _only(found: list[Place], name: str) -> tuple[Place | None, str]:
    if len(found) == 1:
        return found[0], ""
    if not found:
        return None, _("本会区划里没有「%(name)s」，请核对。") % {"name": name}
    choices = _("、").join(full_name(p) for p in found[:5])
    return None, _("有%(n)d个「%(name)s」：%(choices)s。请写清楚是哪一个。") % {
        "n": len(found),
        "name": name,
        "choices": choices,
    }


def read_entries(actor: Actor, data: bytes, filename: str) -> Reading:
    """Return what a table of nodes asks for.

    Raises:
        TableRefused: the file cannot be used at all.
    """
    table = read_table(data, filename, COLUMNS)
    places = Gazetteer(actor)
    faulty = {e.row for e in table.errors}
    entries: list[Entry] = []
    errors = list(table.errors)
    for row in table.rows:
        if row.number in faulty:
            continue
        entry, wrong = _entry(row, places)
        errors += wrong
        if not wrong:
            entries.append(entry)
    notes = [*table.notes]
    if table.ignored:
        notes.append(_("这些列没有用到：%(names)s") % {"names": _("、").join(table.ignored)})
    return Reading(tuple(entries), tuple(sorted(errors, key=lambda e: e.row)), tuple(notes))


def _entry(row: Row, places: Gazetteer) -> tuple[Entry, list[CellError]]:
    found = {column.key: _text(row.values.get(column.key)) for column in COLUMNS}
    place, column, fault = places.find(found[TOWN], found[VILLAGE])
    wrong = [CellError(row.number, column, fault)] if fault else []
    kind = KINDS[found[KIND]]
    host = HOSTS.get(found[HOST], "") or (host_of(place) if place else "")
    headers = {c.key: c.header for c in COLUMNS}
    wrong += [
        CellError(row.number, headers[key], _("太长了，最多%(n)d字。") % {"n": longest})
        for key, longest in _LONGEST.items()
        if len(found[key]) > longest
    ]
    if not host and not fault:
        wrong.append(CellError(row.number, "设在", _("请写设在哪里，或者写清乡镇、村。")))
    if host in _NEEDS_PLACE and place is not None and place.level == Level.TOWN:
        wrong.append(CellError(row.number, "村", _("设在村或社区的，请写是哪个村或社区。")))
    if kind == NodeKind.ROOM and not found[PARENT]:
        wrong.append(CellError(row.number, "上级", _("议事室要写上级：它属于哪个议事会或工作站。")))
    if kind == NodeKind.STATION and found[PARENT]:
        wrong.append(CellError(row.number, "上级", _("工作站没有上级，请留空。")))
    if found[HEAD] and kind != NodeKind.STATION:
        wrong.append(CellError(row.number, "站长", _("只有工作站有站长，请留空。")))
    return (
        Entry(
            row=row.number,
            kind=kind,
            name=found[NAME],
            parent=found[PARENT],
            host=host,
            place=place.pk if place else "",
            address=found[ADDRESS],
            head=found[HEAD],
            head_title=found[HEAD_TITLE],
            opened_on=found[OPENED],
        ),
        wrong,
    )


def _text(value: Value) -> str:
    if isinstance(value, SheetDate):
        return value.on.isoformat()
    return "" if value is None else str(value).strip()


@dataclass(frozen=True, slots=True)
class Patterns:
    """How nodes are called after their places; an empty pattern makes none."""

    station: str = ""
    council: str = ""
    room: str = ""


def entries_for(
    places: Iterable[Place], patterns: Patterns, standing: Mapping[tuple[str, str], str], opened_on: str = ""
) -> Reading:
    """Return the nodes of ticked places: stations of towns, councils and rooms of villages.

    Args:
        places: towns and villages, with their parents.
        patterns: what the nodes are called.
        standing: names of the nodes that are there already, by kind and code of their place.
        opened_on: since when the new ones are there, as ``2021-03-01``.
    """
    chosen = sorted(places, key=lambda p: (len(p.pk), p.pk))
    often = Counter(name for p in chosen for name in {everyday(p), full_name(p), p.name})
    known, entries = dict(standing), list[Entry]()

    def add(kind: str, pattern: str, place: Place, parent: str = "") -> str:
        here = known.get((kind, place.pk), "")
        if not pattern:
            return here
        # Short where it can be; with the town where the name occurs twice; in full where it does so within a town.
        names = (everyday(place), full_name(place), place.name)
        called = next((name for name in names if often[name] == 1), place.name)
        name = known[kind, place.pk] = here or pattern.replace("{地名}", called)
        entries.append(
            Entry(len(entries) + 1, kind, name, parent, host_of(place), place.pk, opened_on=opened_on)
        )
        return name

    for place in chosen:
        if place.level == Level.TOWN:
            add(NodeKind.STATION, patterns.station, place)
            continue
        above = known.get((NodeKind.STATION, place.parent_id or ""), "")
        council = add(NodeKind.COUNCIL, patterns.council, place, above)
        if parent := council or above:
            add(NodeKind.ROOM, patterns.room, place, parent)
    return Reading(tuple(entries), ())
