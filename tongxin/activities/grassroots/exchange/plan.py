"""What wanted nodes would change, compared with those that are there. Knows no database."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from django.utils.translation import gettext as _

from tongxin.foundation.core.sheets import CellError
from tongxin.foundation.organization.enums import NodeKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from tongxin.activities.grassroots.exchange.entries import Entry, Reading

# Which kinds a node of a kind may stand under.
PARENTS: Mapping[str, tuple[str, ...]] = {
    NodeKind.STATION: (),
    NodeKind.COUNCIL: (NodeKind.STATION,),
    NodeKind.ROOM: (NodeKind.COUNCIL, NodeKind.STATION),
    NodeKind.HOME: (NodeKind.STATION, NodeKind.COUNCIL),
}


@dataclass(frozen=True, slots=True)
class Present:
    """A node that is there."""

    pk: UUID
    kind: str
    name: str
    parent: UUID | None
    place: str
    address: str
    opened_on: str
    # The head of today, if any.
    head: str = ""


# What stands above an added node: a node that is there, one that is added with it (its position), or nothing.
Above: TypeAlias = "UUID | int | None"


@dataclass(frozen=True, slots=True)
class Added:
    """A node that will be new."""

    entry: Entry
    above: Above


@dataclass(frozen=True, slots=True)
class Changed:
    """A node that is there and gains what the table says: field and value."""

    entry: Entry
    node: Present
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What would happen."""

    added: tuple[Added, ...]
    changed: tuple[Changed, ...]
    unchanged: int
    errors: tuple[CellError, ...]
    notes: tuple[str, ...]

    @property
    def does_something(self) -> bool:
        """Whether confirming would change anything."""
        return bool(self.added or self.changed)

    def kinds(self) -> dict[str, int]:
        """Return how many of each kind will be new."""
        counts = Counter(a.entry.kind for a in self.added)
        return {kind: counts[kind] for kind in NodeKind.values if counts[kind]}

    def digest(self) -> str:
        """Return a short text that differs when anything would happen differently."""
        told = [
            [[a.entry.kind, a.entry.name, a.entry.place, str(a.above)] for a in self.added],
            [[str(c.node.pk), c.values] for c in self.changed],
            [[e.row, e.message] for e in self.errors],
        ]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class _Candidate:
    ref: UUID | int
    place: str


class _Planner:
    def __init__(self, present: Sequence[Present]) -> None:
        self.present: dict[tuple[str, str], list[Present]] = defaultdict(list)
        self.by_name: dict[tuple[str, str], list[_Candidate]] = defaultdict(list)
        for node in present:
            self.present[node.kind, node.name].append(node)
            self.by_name[node.kind, node.name].append(_Candidate(node.pk, node.place))
        self.added: list[Added] = []
        self.changed: list[Changed] = []
        self.errors: list[CellError] = []
        self.notes: list[str] = []
        self.unchanged = 0
        self.rows: dict[tuple[str, str, str], int] = {}

    def take(self, entry: Entry) -> None:
        above, fault = self._above(entry)
        if fault:
            self.errors.append(CellError(entry.row, "上级", fault))
            return
        twin = self.rows.setdefault((entry.kind, entry.name, str(above)), entry.row)
        if twin != entry.row:
            message = _("和第%(row)s行重复：同一个上级下面已经有「%(name)s」。")
            self.errors.append(CellError(entry.row, "名称", message % {"row": twin, "name": entry.name}))
        elif node := self._same(entry, above):
            self._compare(entry, node)
        else:
            self.by_name[entry.kind, entry.name].append(_Candidate(len(self.added), entry.place))
            self.added.append(Added(entry, above))

    def _above(self, entry: Entry) -> tuple[Above, str]:
        if not entry.parent:
            return None, ""
        found = [c for kind in PARENTS[entry.kind] for c in self.by_name[kind, entry.parent]]
        # Two villages of one name have councils of one name: the one at the same place is meant, then that in the
        # same town.
        for near in (lambda c: c.place == entry.place, lambda c: c.place[:9] == entry.town, lambda _c: True):
            if close := [c for c in found if near(c)]:
                if len(close) == 1:
                    return close[0].ref, ""
                break
        if not found:
            return None, _("没有找到上级「%(name)s」。先在表里写上级，再写下级。") % {"name": entry.parent}
        return None, _("有%(n)d个「%(name)s」，分不清是哪一个。请写清乡镇和村。") % {
            "n": len(found),
            "name": entry.parent,
        }

    def _same(self, entry: Entry, above: Above) -> Present | None:
        namesakes = self.present[entry.kind, entry.name]
        under = [n for n in namesakes if n.parent == above]
        here = [n for n in namesakes if entry.place and n.place == entry.place]
        return next(iter(under or here), None)

    def _compare(self, entry: Entry, node: Present) -> None:
        wanted = {"address": entry.address, "opened_on": entry.opened_on, "place": entry.place}
        values = [(k, v) for k, v in wanted.items() if v and v != getattr(node, k)]
        if entry.head and not node.head:
            values.append(("head", entry.head))
        elif entry.head and entry.head != node.head:
            told = {"name": node.name, "now": node.head, "new": entry.head}
            self.notes.append(
                _("「%(name)s」的站长现在是%(now)s，表里是%(new)s：没有改，请在网点页上更换。") % told
            )
        if values:
            self.changed.append(Changed(entry, node, tuple(values)))
        else:
            self.unchanged += 1


def make_plan(reading: Reading, present: Sequence[Present]) -> Plan:
    """Return what the entries would change: parents first, so that a table may stand in any order."""
    planner = _Planner(present)
    order = {NodeKind.STATION: 0, NodeKind.COUNCIL: 1, NodeKind.HOME: 2, NodeKind.ROOM: 2}
    for entry in sorted(reading.entries, key=lambda e: (order[NodeKind(e.kind)], e.row)):
        planner.take(entry)
    return Plan(
        tuple(planner.added),
        tuple(planner.changed),
        planner.unchanged,
        tuple(sorted([*reading.errors, *planner.errors], key=lambda e: e.row)),
        (*reading.notes, *planner.notes),
    )
