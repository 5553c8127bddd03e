"""Saying exactly what a table of proposals would change. Nothing here writes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from django.utils.translation import gettext as _

from tongxin.activities.proposals.enums import ProposalKind, ProposalState, RatingAxis
from tongxin.activities.proposals.exchange import columns as c
from tongxin.activities.proposals.exchange.bodies import doubts, kind_of_body, kind_of_proposal, kind_of_unit
from tongxin.activities.proposals.exchange.ground import Ground
from tongxin.activities.proposals.exchange.meetings import Meeting, plan_meetings
from tongxin.activities.proposals.exchange.people import Unclear, find_people
from tongxin.activities.proposals.exchange.reading import Warned, in_order, read_proposals
from tongxin.activities.proposals.exchange.twins import match
from tongxin.foundation.core.sheets import CellError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tongxin.activities.proposals.exchange.ground import Known, Person
    from tongxin.activities.proposals.exchange.reading import Entry, Reading
    from tongxin.activities.proposals.models import RatingChoice, RejectReason, ReplyClass

T = TypeVar("T")


@dataclass(slots=True)
class Planned:
    """One row with everything that its words mean. Bodies, units and topics are named by their keys."""

    entry: Entry
    kind: str
    member: Person | None = None
    bodies: tuple[str, ...] = ()
    cosigners: tuple[Person, ...] = ()
    reason: RejectReason | None = None
    classes: tuple[ReplyClass, ...] = ()
    attitudes: tuple[tuple[str, RatingChoice | None], ...] = ()
    results: tuple[tuple[str, RatingChoice | None], ...] = ()
    lead: tuple[str, ...] = ()
    co: tuple[str, ...] = ()
    # The proposal that it is already; None for a new one.
    known: Known | None = None
    serial: int = 0
    number: int | None = None

    @property
    def topic_key(self) -> str:
        """The topic's key; empty without a topic."""
        return c.flat(self.entry.topic)


@dataclass(frozen=True, slots=True)
class Named:
    """A name that the committee does not have yet, and how it is going to be kept."""

    key: str
    name: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the table would do, row by row."""

    ground: Ground
    added: tuple[Planned, ...]
    changed: tuple[Planned, ...]
    unchanged: tuple[Planned, ...]
    errors: tuple[CellError, ...]
    warnings: tuple[Warned, ...]
    notes: tuple[str, ...]
    meetings: tuple[Meeting, ...]
    bodies: tuple[Named, ...]
    units: tuple[Named, ...]
    topics: tuple[Named, ...]
    reasons: tuple[Named, ...]
    doubts: tuple[tuple[str, str], ...]

    @property
    def does_something(self) -> bool:
        """Whether confirming changes anything."""
        return bool(self.added or self.changed)

    @property
    def wrong_rows(self) -> int:
        """How many rows hold an error."""
        return len({e.row for e in self.errors})

    def digest(self) -> str:
        """Return a short text that is the same exactly when the plan is the same."""
        whole = [
            [[p.entry.digest(), p.serial, p.number] for p in self.added],
            [
                [p.entry.digest(), str(p.known and p.known.pk), p.known and p.known.version]
                for p in self.changed
            ],
            [[e.row, e.column] for e in self.errors],
            [[n.name for n in names] for names in (self.bodies, self.units, self.topics, self.reasons)],
            [[*m.meeting, str(m.opens_on)] for m in self.meetings],
        ]
        return hashlib.sha256(json.dumps(whole, ensure_ascii=False).encode()).hexdigest()[:32]


@dataclass(slots=True)
class _New:
    """Names that come up and are not known, in the order in which they come."""

    bodies: dict[str, Named] = field(default_factory=dict)
    units: dict[str, Named] = field(default_factory=dict)
    topics: dict[str, Named] = field(default_factory=dict)
    reasons: dict[str, Named] = field(default_factory=dict)


def plan_import(data: bytes, filename: str, *, committee_id: int) -> Plan:
    """Read a table and compare it with the committee as it is at this moment.

    Raises:
        TableRefused: the file cannot be used at all.
    """
    return make_plan(read_proposals(data, filename), Ground(committee_id))


def make_plan(reading: Reading, ground: Ground) -> Plan:
    """Compare what was read with the committee."""
    errors = list(reading.errors)
    warnings = list(reading.warnings)
    looked_up = []
    for entry in reading.entries:
        row = _LookedUp(entry, ground)
        errors += row.errors
        warnings += row.warnings
        if not row.errors:
            looked_up.append(row.planned)
    matched = match(looked_up, ground)
    errors += matched.errors
    good = _check_merges([*matched.added, *matched.changed, *matched.unchanged], matched.taken, errors)
    added, changed, unchanged = ([p for p in rows if id(p) in good] for rows in matched.groups)
    _give_numbers(added, ground, warnings)
    new = _new_names([*added, *changed], ground)
    return Plan(
        ground=ground,
        added=tuple(added),
        changed=tuple(changed),
        unchanged=tuple(unchanged),
        errors=in_order(errors),
        warnings=tuple(warnings),
        notes=reading.notes,
        meetings=plan_meetings([p.entry for p in added], ground),
        bodies=tuple(new.bodies.values()),
        units=tuple(new.units.values()),
        topics=tuple(new.topics.values()),
        reasons=tuple(new.reasons.values()),
        doubts=(
            *doubts((u.name for u in ground.units.values()), (n.name for n in new.units.values())),
            *doubts((b.name for b in ground.bodies.values()), (n.name for n in new.bodies.values())),
            *doubts((t.name for t in ground.topics.values()), (n.name for n in new.topics.values())),
        ),
    )


class _LookedUp:
    """Looks up the names of one row."""

    def __init__(self, entry: Entry, ground: Ground) -> None:
        self.entry = entry
        self.ground = ground
        self.errors: list[CellError] = []
        self.warnings: list[Warned] = []
        self.planned = Planned(entry, entry.kind)
        if entry.kind in c.OF_MEMBERS:
            self._members()
        else:
            self._bodies()
        self._handling()
        self._answer()
        if entry.reason:
            self.planned.reason = ground.reason(entry.reason)

    def wrong(self, column: str, message: str) -> None:
        self.errors.append(CellError(self.entry.row, column, message))

    def warn(self, column: str, message: str) -> None:
        self.warnings.append(Warned(self.entry.row, column, message))

    def _people(self, column: str, names: Sequence[str]) -> list[Person]:
        try:
            return find_people(self.ground, names)
        except Unclear as unclear:
            self.wrong(column, str(unclear))
            return []

    def _members(self) -> None:
        proposers = self._people(c.PROPOSER, self.entry.proposers)
        cosigners = self._people(c.COSIGNERS, self.entry.cosigners)
        if not proposers:
            return
        first, *others = proposers
        self.planned.member = first
        self.planned.cosigners = tuple(p for p in dict.fromkeys([*others, *cosigners]) if p != first)
        if self.planned.cosigners and self.planned.kind == ProposalKind.INDIVIDUAL:
            self.planned.kind = ProposalKind.JOINT
            self.warn(c.KIND, _("写了联名人，按联名提案导入。"))
        elif not self.planned.cosigners and self.planned.kind == ProposalKind.JOINT:
            self.warn(c.COSIGNERS, _("是联名提案，没有写联名人。"))

    def _bodies(self) -> None:
        names = [" ".join(name.split()) for name in self.entry.proposers]
        self.planned.bodies = tuple(dict.fromkeys(c.flat(name) for name in names))
        self.planned.cosigners = tuple(self._people(c.COSIGNERS, self.entry.cosigners))
        known = self.ground.bodies.get(self.planned.bodies[0]) if self.planned.bodies else None
        if self.entry.kind == c.COLLECTIVE:
            kind = known.kind if known else kind_of_body(names[0], c.COLLECTIVE)
            self.planned.kind = kind_of_proposal(kind)
        if not self.planned.bodies[:1] or not self.planned.bodies[0]:
            self.wrong(c.PROPOSER, _("「%(text)s」不是一个名称。") % {"text": "、".join(names)})

    def _handling(self) -> None:
        lead = [self._unit(name) for name in self.entry.lead]
        co = [self._unit(name) for name in self.entry.co]
        self.planned.lead = tuple(dict.fromkeys(lead))
        self.planned.co = tuple(key for key in dict.fromkeys(co) if key not in lead)
        if len(self.planned.co) < len(set(co)):
            self.warn(c.CO, _("同一个单位既主办又会办，按主办导入。"))

    def _unit(self, name: str) -> str:
        key = c.flat(name)
        found = self.ground.units.get(key)
        # A short name and the full one are one unit.
        return c.flat(found.name) if found else key

    def _answer(self) -> None:
        parts = max(len(self.planned.lead), 1)
        classes = [(word, self.ground.reply_class(word)) for word in self.entry.reply_classes]
        known = "、".join(found.code for found in self.ground.classes)
        for word, reply_class in classes:
            if reply_class is None:
                message = _("没有「%(text)s」这一类。本会的类别是：%(known)s。")
                self.wrong(c.CLASS, message % {"text": word[:20], "known": known})
        self.planned.classes = self._for_each(c.CLASS, [found for _w, found in classes if found], parts)
        attitudes = self._grades(c.ATTITUDE, RatingAxis.ATTITUDE, self.entry.attitudes, parts)
        results = self._grades(c.RESULT, RatingAxis.RESULT, self.entry.results, parts)
        if bool(attitudes) != bool(results) and not self.errors:
            column = c.RESULT if attitudes else c.ATTITUDE
            self.warn(column, _("只有一项评价，另一项按相同的等级导入。"))
        plain = tuple((grade, None) for grade, _choice in attitudes or results)
        self.planned.attitudes, self.planned.results = attitudes or plain, results or plain

    def _grades(
        self, column: str, axis: str, words: Sequence[str], parts: int
    ) -> tuple[tuple[str, RatingChoice | None], ...]:
        found = [self.ground.grade(axis, word) for word in words]
        for word, (grade, _choice) in zip(words, found, strict=True):
            if not grade:
                message = _(
                    "不认识「%(text)s」。只能填：满意、基本满意、不满意，或者同意、理解、保留、不同意。"
                )
                self.wrong(column, message % {"text": word[:20]})
        return self._for_each(column, found, parts)

    def _for_each(self, column: str, found: list[T], parts: int) -> tuple[T, ...]:
        """One word holds for all units; several stand for them one by one."""
        if len(found) in {0, 1}:
            return tuple(found * parts)
        if len(found) != parts:
            message = _("写了%(n)d项，主办单位却有%(parts)d个。写一项，或者每个单位一项。")
            self.wrong(column, message % {"n": len(found), "parts": parts})
        return tuple(found)


def _check_merges(
    rows: Iterable[Planned],
    taken: dict[tuple[tuple[int, int], int], tuple[int, bool]],
    errors: list[CellError],
) -> set[int]:
    """Return the rows (by id) that may stay: what they were merged into is there, and is no merged one itself."""
    rows = list(rows)
    good = {id(p) for p in rows}
    leads: dict[tuple[tuple[int, int], int | None], Planned] = {
        (p.entry.meeting, p.number): p for p in rows if p.number is not None
    }
    # A row that falls takes those with it that were merged into it.
    while True:
        fallen = []
        for p in rows:
            if id(p) not in good or p.entry.outcome != ProposalState.MERGED:
                continue
            if problem := _problem_of_merge(p, leads, good, taken):
                fallen.append(p)
                errors.append(CellError(p.entry.row, c.INTO, problem))
        if not fallen:
            return good
        good -= {id(p) for p in fallen}


def _problem_of_merge(
    p: Planned,
    leads: dict[tuple[tuple[int, int], int | None], Planned],
    good: set[int],
    taken: dict[tuple[tuple[int, int], int], tuple[int, bool]],
) -> str:
    into = p.entry.into or 0
    if p.number == into:
        return _("不能并入自己。")
    lead = leads.get((p.entry.meeting, into))
    if lead is not None and id(lead) in good:
        if lead.entry.outcome == ProposalState.MERGED:
            return _("第%(n)d号提案（表格第%(row)d行）自己也并入了别的提案，请直接写最终并入的那一件。") % {
                "n": into,
                "row": lead.entry.row,
            }
        return ""
    row, merged = taken.get((p.entry.meeting, into), (None, False))
    if row == 0 and lead is None:
        return _("第%(n)d号提案自己也并入了别的提案。") % {"n": into} if merged else ""
    if row or lead is not None:
        wrong = row or (lead.entry.row if lead else 0)
        return _("要并入的第%(n)d号提案在表格第%(row)d行，那一行有错误。") % {"n": into, "row": wrong}
    return _("这一次会议没有第%(n)d号提案，不能并入。") % {"n": into}


def _give_numbers(added: Sequence[Planned], ground: Ground, warnings: list[Warned]) -> None:
    """Give serials, and numbers to what was filed without one, in the order of the rows."""
    serials: dict[tuple[int, int], int] = {}
    numbers: dict[tuple[int, int], int] = {}
    for p in added:
        m = p.entry.meeting
        serials[m] = max(serials.get(m) or _last(ground, "proposal-serial", m), p.entry.serial or 0)
        numbers[m] = max(numbers.get(m) or _last(ground, "proposal", m), p.entry.number or 0)
    for p in added:
        m = p.entry.meeting
        if p.entry.serial is None:
            serials[m] += 1
        p.serial = p.entry.serial or serials[m]
        if p.number is None and p.entry.outcome == ProposalState.FILED:
            numbers[m] += 1
            p.number = numbers[m]
            warnings.append(Warned(p.entry.row, c.NUMBER, _("立案了，没有提案号，按次序编号。")))


def _last(ground: Ground, series: str, meeting: tuple[int, int]) -> int:
    session = ground.sessions.get(meeting)
    return ground.counters.get(f"{series}:{session.pk}", 0) if session else 0


def _new_names(rows: Iterable[Planned], ground: Ground) -> _New:
    new = _New()
    for p in rows:
        for key, name in zip(p.bodies, p.entry.proposers, strict=False):
            if key not in ground.bodies:
                kind = kind_of_body(name, p.entry.kind)
                new.bodies.setdefault(key, Named(key, " ".join(name.split()), kind))
        for name in (*p.entry.lead, *p.entry.co):
            key = c.flat(name)
            if key not in ground.units:
                new.units.setdefault(key, Named(key, " ".join(name.split()), kind_of_unit(name)))
        if p.topic_key and p.topic_key not in ground.topics:
            new.topics.setdefault(p.topic_key, Named(p.topic_key, p.entry.topic))
        if p.entry.reason and p.reason is None:
            key = c.flat(p.entry.reason)
            new.reasons.setdefault(key, Named(key, p.entry.reason))
    return new
