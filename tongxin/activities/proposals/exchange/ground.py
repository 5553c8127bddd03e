"""The committee as it is now, beside a table of proposals: a fixed number of queries, whatever the table's size."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tongxin.activities.proposals.enums import RatingAxis
from tongxin.activities.proposals.exchange.columns import GRADES, flat
from tongxin.activities.proposals.models import (
    Proposal,
    ProposalImport,
    ProposalRules,
    RatingChoice,
    RejectReason,
    ReplyClass,
    Topic,
)
from tongxin.capabilities.matters.models import Counter
from tongxin.foundation.core import clock
from tongxin.foundation.organization.models import Body, Member, Membership, Session, Term, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

# A session counts as running until the next one, which comes after about a year.
_SESSION_DAYS = 400
_DOTS = re.compile(r"[·•・‧∙.]")


def name_key(name: str) -> str:
    """Return a person's name as it is compared: 王 芳 is 王芳, and all dots in a name are one."""
    plain = unicodedata.normalize("NFKC", _DOTS.sub("·", name))
    return "".join(plain.split()).casefold()


@dataclass(frozen=True, slots=True)
class Person:
    """A member, with what tells namesakes apart."""

    pk: UUID
    number: str
    name: str
    sector: str
    work: str


@dataclass(frozen=True, slots=True)
class Known:
    """A proposal that the committee has already."""

    pk: UUID
    meeting: tuple[int, int]
    serial: int | None
    number: int | None
    title: str
    proposer: UUID | None
    merged: bool
    version: int
    # What the table said when it was imported, and the version that the import left; nothing if it was not.
    digest: str = ""
    version_then: int = 0


class Ground:
    """Everything of the committee that rows of a table may name."""

    def __init__(self, committee_id: int) -> None:
        self.committee_id = committee_id
        self.rules = ProposalRules.objects.filter(committee_id=committee_id).first() or ProposalRules(
            committee_id=committee_id
        )
        here = {"committee_id": committee_id}
        self.terms: dict[int, Term] = {t.number: t for t in Term.objects.filter(**here)}
        self.sessions: dict[tuple[int, int], Session] = {
            (s.term.number, s.number): s for s in Session.objects.filter(**here).select_related("term")
        }
        self.bodies = {flat(b.name): b for b in Body.objects.filter(**here)}
        self.topics = {flat(t.name): t for t in Topic.objects.filter(**here)}
        self.reasons = {flat(r.text): r for r in RejectReason.objects.filter(**here)}
        self.reason_codes = {r.code for r in self.reasons.values()}
        self.classes = list(ReplyClass.objects.filter(**here))
        self.choices = {
            (choice.axis, flat(choice.label)): choice
            for choice in RatingChoice.objects.filter(**here).order_by("is_active")
        }
        self.units: dict[str, Unit] = {}
        # A unit that exists is meant before one of the same name that was dissolved.
        for unit in Unit.objects.filter(**here).order_by("-ended_on"):
            if unit.short_name:
                self.units.setdefault(flat(unit.short_name), unit)
        for unit in Unit.objects.filter(**here).order_by("ended_on"):
            if unit.ended_on is None or flat(unit.name) not in self.units:
                self.units[flat(unit.name)] = unit
        self.counters = dict(Counter.objects.filter(**here).values_list("series", "last"))

    @cached_property
    def people(self) -> list[Person]:
        """All members, with their latest sector."""
        sectors = dict(
            Membership.objects.filter(committee_id=self.committee_id)
            .order_by("term__number")
            .values_list("member_id", "sector__name")
        )
        rows = Member.objects.filter(committee_id=self.committee_id).order_by("number")
        return [
            Person(pk, number, name, sectors.get(pk, ""), work)
            for pk, number, name, work in rows.values_list("pk", "number", "name", "work_unit_and_title")
        ]

    @cached_property
    def by_name(self) -> dict[str, list[Person]]:
        """Members by name; namesakes together."""
        found: dict[str, list[Person]] = defaultdict(list)
        for person in self.people:
            found[name_key(person.name)].append(person)
        return dict(found)

    @cached_property
    def by_number(self) -> dict[str, Person]:
        """Members by number, also without its leading zeros where that is nobody else's."""
        found = {p.number.lstrip("0"): p for p in reversed(self.people) if p.number.lstrip("0")}
        return found | {p.number.casefold(): p for p in self.people}

    def reply_class(self, word: str) -> ReplyClass | None:
        """Return the class that a word means: A, A类, 类A, or its meaning."""
        key = flat(word).removesuffix("类").removeprefix("类")
        for found in self.classes:
            if key in {flat(found.code), flat(found.label), flat(f"{found.code}{found.label}")}:
                return found
        return None

    def grade(self, axis: str, word: str) -> tuple[str, RatingChoice | None]:
        """Return what a word of the rating form amounts to, and the committee's own answer if it is one."""
        choice = self.choices.get((axis, flat(word)))
        if choice and choice.grade:
            return choice.grade, choice
        grade = GRADES.get(flat(word), "")
        if not grade and axis == RatingAxis.ATTITUDE:
            other = self.choices.get((RatingAxis.RESULT, flat(word)))
            grade = other.grade if other else ""
        return grade, None

    def reason(self, text: str) -> RejectReason | None:
        """Return the reason that a text means: by its words, or by its number."""
        key = flat(text)
        if key in self.reasons:
            return self.reasons[key]
        short = key.removeprefix("属于").removesuffix("的")
        for name, found in self.reasons.items():
            if key == flat(found.code) or short == name.removeprefix("属于").removesuffix("的"):
                return found
        return None

    def running(self) -> Session | None:
        """Return the session whose work is under way: the last that has opened, if not long ago."""
        today = clock.today()
        opened = [s for s in self.sessions.values() if s.opens_on <= today]
        last = max(opened, key=lambda s: s.opens_on, default=None)
        return last if last and (today - last.opens_on).days < _SESSION_DAYS else None

    def known(self, meetings: Iterable[tuple[int, int]]) -> list[Known]:
        """Return the proposals of these sessions that were submitted already."""
        sessions = {self.sessions[m].pk: m for m in meetings if m in self.sessions}
        rows = (
            Proposal.objects.filter(session_id__in=sessions)
            .exclude(serial=None, number=None, imported_by=None)
            .values_list(
                "pk", "session_id", "serial", "number", "matter__title", "lead_member_id", "body_id",
                "merged_into_id", "matter__version", "imported_by_id",
            )
            .order_by("serial", "pk")
        )  # fmt: skip
        found: list[tuple[Any, ...]] = list(rows)
        said = _said_by({row[-1] for row in found if row[-1] is not None})
        known = []
        for pk, session, serial, number, title, member, body, merged, version, _by in found:
            digest, then = said.get(str(pk), ("", 0))
            known.append(
                Known(
                    pk,
                    sessions[session],
                    serial,
                    number,
                    title,
                    member if member is not None else body,
                    bool(merged),
                    version,
                    digest,
                    then,
                )
            )
        return known


def _said_by(imports: set[UUID]) -> dict[str, tuple[str, int]]:
    """What each row said when it was imported, by proposal: its digest and the version it got."""
    found = {}
    for journal in (
        ProposalImport.objects.filter(pk__in=imports)
        .order_by("confirmed_at")
        .values_list("journal", flat=True)
    ):
        for pk, version, digest in journal.get("rows", []) if isinstance(journal, dict) else []:
            found[pk] = (digest, version)
    return found


def latest(*days: date | None) -> date | None:
    """Return the last of these days, as far as they are known."""
    return max((day for day in days if day), default=None)
