"""A table of seconded members: read, compared, carried out."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.activities.grassroots.models import SecondedPerson, Secondment
from tongxin.activities.grassroots.selectors.places import full_name
from tongxin.foundation.core import clock
from tongxin.foundation.core.sheets import CellError, Column, SheetDate, read_table
from tongxin.foundation.organization.enums import NodeKind
from tongxin.foundation.organization.models import Committee, Member, Node

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.sheets import Row
    from tongxin.foundation.organization.journal import Journal

OWN, ABOVE = "本会", "上级政协"
COLUMNS = (
    Column("name", "姓名", aliases=("委员姓名", "委员"), required=True),
    Column(
        "home", "哪级委员", aliases=("级别",), required=True, kind="choice", choices=(OWN, ABOVE), width=12
    ),
    Column("number", "委员编号", kind="code"),
    Column("work", "工作单位及职务", aliases=("单位职务", "工作单位"), width=28),
    Column("node", "下沉到", aliases=("议事会", "网点"), required=True, width=28),
    Column("town", "乡镇", aliases=("乡镇街道", "所在乡镇"), width=14),
    Column("since", "开始日期", kind="date", width=14),
)
_LONGEST_NAME, _LONGEST_WORK = 60, 120


@dataclass(frozen=True, slots=True)
class Line:
    """One secondment that is wanted."""

    row: int
    name: str
    home: str
    number: str = ""
    work: str = ""
    node: str = ""
    town: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A secondment that will be new. ``person`` is the key under which the person is one."""

    line: Line
    person: tuple[str, ...]
    member: UUID | None
    node: UUID


@dataclass(frozen=True, slots=True)
class SecondmentPlan:
    """What would happen."""

    added: tuple[Placed, ...]
    people: int
    unchanged: int
    errors: tuple[CellError, ...]
    notes: tuple[str, ...]

    @property
    def does_something(self) -> bool:
        """Whether confirming would change anything."""
        return bool(self.added)

    def digest(self) -> str:
        """Return a short text that differs when anything would happen differently."""
        told = [[[p.person, str(p.node)] for p in self.added], [[e.row, e.message] for e in self.errors]]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:24]


def read_lines(data: bytes, filename: str) -> tuple[list[Line], list[CellError], list[str]]:
    """Return what a table of secondments asks for.

    Raises:
        TableRefused: the file cannot be used at all.
    """
    table = read_table(data, filename, COLUMNS)
    faulty = {e.row for e in table.errors}
    lines = [_line(row) for row in table.rows if row.number not in faulty]
    long = [
        CellError(line.row, "姓名", _("太长了，最多%(n)d字。") % {"n": _LONGEST_NAME})
        for line in lines
        if len(line.name) > _LONGEST_NAME or len(line.work) > _LONGEST_WORK
    ]
    skipped = {e.row for e in long}
    notes = list(table.notes)
    if table.ignored:
        notes.append(_("这些列没有用到：%(names)s") % {"names": _("、").join(table.ignored)})
    return [line for line in lines if line.row not in skipped], [*table.errors, *long], notes


def _line(row: Row) -> Line:
    def text(key: str) -> str:
        value = row.values.get(key)
        if isinstance(value, SheetDate):
            return value.on.isoformat()
        return "" if value is None else str(value).strip()

    return Line(row.number, *(text(c.key) for c in COLUMNS))


class SecondmentGround:
    """The people and nodes of a committee as they are now. A fixed number of queries."""

    def __init__(self, actor: Actor) -> None:
        self.committee_id = actor.committee_id or 0
        self.above: Committee | None = Committee.objects.filter(children=self.committee_id).first()
        self.members: dict[str, list[Member]] = defaultdict(list)
        for member in Member.objects.visible_to(actor).active():
            self.members[member.name].append(member)
        self.nodes: dict[str, list[Node]] = defaultdict(list)
        kinds = (NodeKind.STATION, NodeKind.COUNCIL)
        open_now = Node.objects.visible_to(actor).open_on(clock.today()).filter(kind__in=kinds)
        for node in open_now.select_related("place__parent"):
            self.nodes[node.name].append(node)
        people = SecondedPerson.objects.visible_to(actor)
        self.people = {self._key(p): p for p in people}
        held = Secondment.objects.visible_to(actor).filter(until__isnull=True)
        self.held = set(held.values_list("person_id", "node_id"))

    def _key(self, person: SecondedPerson) -> tuple[str, ...]:
        if person.member_id:
            return (OWN, str(person.member_id))
        return (ABOVE, person.name, person.work_unit_and_title)

    def plan(
        self, lines: Iterable[Line], errors: Iterable[CellError], notes: Iterable[str]
    ) -> SecondmentPlan:
        """Return what the lines would change."""
        added: list[Placed] = []
        wrong = list(errors)
        seen: set[tuple[tuple[str, ...], UUID]] = set()
        unchanged = 0
        for line in lines:
            person, member, column, fault = self._person(line)
            node, where, missing = self._node(line)
            if fault or missing or node is None:
                wrong += [CellError(line.row, c, m) for c, m in ((column, fault), (where, missing)) if m]
                continue
            known = self.people.get(person)
            if (person, node.pk) in seen or (known and (known.pk, node.pk) in self.held):
                unchanged += 1
                continue
            seen.add((person, node.pk))
            added.append(Placed(line, person, member, node.pk))
        new = {p.person for p in added} - self.people.keys()
        return SecondmentPlan(
            tuple(added), len(new), unchanged, tuple(sorted(wrong, key=lambda e: e.row)), tuple(notes)
        )

    def _person(self, line: Line) -> tuple[tuple[str, ...], UUID | None, str, str]:
        if line.home == ABOVE:
            if self.above is None:
                return (), None, "哪级委员", _("本会没有上级政协。")
            return (ABOVE, line.name, line.work), None, "", ""
        found = [m for m in self.members[line.name] if not line.number or m.number == line.number]
        if len(found) == 1:
            return (OWN, str(found[0].pk)), found[0].pk, "", ""
        if not found:
            return (), None, "姓名", _("没有找到在任委员「%(name)s」。") % {"name": line.name}
        message = _("有%(n)d位委员叫「%(name)s」，请写委员编号。")
        return (), None, "委员编号", message % {"n": len(found), "name": line.name}

    def _node(self, line: Line) -> tuple[Node | None, str, str]:
        found = self.nodes[line.node]
        if line.town:
            found = [n for n in found if n.place and line.town in {n.place.name, *_names_above(n)}]
        if len(found) == 1:
            return found[0], "", ""
        if not found:
            return None, "下沉到", _("没有找到工作站或议事会「%(name)s」。") % {"name": line.node}
        where = _("、").join(full_name(n.place) for n in found if n.place)
        return (
            None,
            "乡镇",
            _("有%(n)d个「%(name)s」：%(where)s。请写乡镇。")
            % {
                "n": len(found),
                "name": line.node,
                "where": where,
            },
        )

    def carry_out(self, plan: SecondmentPlan, journal: Journal) -> None:
        """Add what the plan says."""
        people = []
        for placed in plan.added:
            if placed.person not in self.people:
                home = self.committee_id if placed.member or self.above is None else self.above.pk
                person = SecondedPerson(
                    committee_id=self.committee_id,
                    home_id=home,
                    name=placed.line.name,
                    member_id=placed.member,
                    work_unit_and_title=placed.line.work,
                )
                self.people[placed.person] = person
                people.append(person)
        SecondedPerson.objects.bulk_create(people)
        rows = [
            Secondment(
                committee_id=self.committee_id,
                person=self.people[p.person],
                node_id=p.node,
                since=date.fromisoformat(p.line.since) if p.line.since else clock.today(),
            )
            for p in plan.added
        ]
        Secondment.objects.bulk_create(rows)
        journal.made([*people, *rows])


def _names_above(node: Node) -> set[str]:
    parent = node.place.parent if node.place else None
    return {parent.name, full_name(node.place)} if parent else set()
