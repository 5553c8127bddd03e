"""The rows behind a count: how the address of the list says which, and which proposals those are."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from tongxin.activities.proposals.actions.moving import rules_of
from tongxin.activities.proposals.enums import Satisfaction
from tongxin.activities.proposals.models import Assignment
from tongxin.activities.proposals.reports.conditions import (
    BY,
    COUNTED,
    PARTS,
    ROLES,
    Frame,
    part_is,
    rated_as,
)
from tongxin.capabilities.matters.models import Participation
from tongxin.foundation.core import clock
from tongxin.foundation.organization.models import Membership, SpecialCommitteePlace

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.http import QueryDict

_ONE_OF: dict[str, Collection[str]] = {
    "of": COUNTED,
    "by": BY,
    "livelihood": ("1",),
    "role": ROLES,
    "part": PARTS,
    "attitude": Satisfaction.values,
    "result": Satisfaction.values,
    "without": ("topic", "class", "reason", "sector"),
}
_IDS = ("class", "reason", "body", "special", "sector", "member", "unit_class")
# `class` is a word of the language.
_FIELDS = {"class": "reply_class"}


@dataclass(frozen=True, slots=True)
class Counted:
    """Which proposals a count of a report counted, beyond what the list itself filters by."""

    of: str = ""
    by: str = ""
    livelihood: str = ""
    role: str = ""
    part: str = ""
    attitude: str = ""
    result: str = ""
    without: str = ""
    reply_class: UUID | None = None
    reason: UUID | None = None
    body: UUID | None = None
    special: UUID | None = None
    sector: UUID | None = None
    member: UUID | None = None
    unit_class: UUID | None = None

    @property
    def query(self) -> dict[str, str]:
        """What the address says of it."""
        names = {field: name for name, field in _FIELDS.items()}
        return {names.get(field, field): str(value) for field, value in asdict(self).items() if value}

    def __bool__(self) -> bool:
        return self != EVERYTHING


EVERYTHING = Counted()


def read_counted(query: QueryDict) -> Counted:
    """Return what an address asks for; what is not known is left out."""
    words = {name: query.get(name, "") for name in _ONE_OF}
    ids = {_FIELDS.get(name, name): _uuid(query.get(name, "")) for name in _IDS}
    return Counted(**{n: v if v in _ONE_OF[n] else "" for n, v in words.items()}, **ids)  # type: ignore[arg-type]


def _uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


def rows_url(session: object, **query: object) -> str:
    """Return the address of the list that holds the rows of one count."""
    asked = {"tab": "all", "session": session, **query}
    if "reply_class" in asked:
        asked["class"] = asked.pop("reply_class")
    return f"{reverse('proposals:list')}?{urlencode({k: str(v) for k, v in asked.items() if v})}"


def frame_of(committee_id: int | None) -> Frame:
    """Return the committee's rules and the day. One query."""
    return Frame(rules_of(committee_id or 0), clock.today())


def condition(counted: Counted, frame: Frame, unit: UUID | None) -> Q:
    """Return what a proposal must be to be among the counted."""
    asked = COUNTED[counted.of].q(frame) if counted.of else Q()
    if counted.by:
        asked &= BY[counted.by].q(frame)
    if counted.livelihood:
        asked &= Q(is_livelihood=True)
    for name, field in (("reply_class", "reply_class"), ("reason", "reject_reason"), ("body", "body")):
        if value := getattr(counted, name):
            asked &= Q((f"{field}_id", value))
    for axis in ("attitude", "result"):
        if grade := getattr(counted, axis):
            asked &= rated_as(**{axis: grade})
    if counted.without:
        asked &= _without(counted.without)
    return asked & _of_people(counted) & _of_parts(counted, frame, unit)


def _without(what: str) -> Q:
    place = Membership.objects.filter(member=OuterRef("lead_member"), term=OuterRef("session__term"))
    return {
        "topic": Q(topic__isnull=True),
        "class": Q(reply_class__isnull=True),
        "reason": Q(reject_reason__isnull=True),
        "sector": Q(lead_member__isnull=False) & ~Q(Exists(place)),
    }[what]


def _of_people(counted: Counted) -> Q:
    asked = Q()
    if counted.member:
        asked &= Q(Exists(Participation.objects.filter(matter=OuterRef("pk"), member=counted.member)))
    if counted.sector:
        # A sector belongs to a term.
        place = Membership.objects.filter(member=OuterRef("lead_member"), sector=counted.sector)
        asked &= Q(Exists(place))
    if counted.special:
        enrolled = SpecialCommitteePlace.objects.filter(
            member=OuterRef("lead_member"),
            term=OuterRef("session__term"),
            special_committee=counted.special,
        )
        asked &= Q(body__special_committee=counted.special) | Q(Exists(enrolled))
    return asked


def _of_parts(counted: Counted, frame: Frame, unit: UUID | None) -> Q:
    if not (counted.role or counted.part or counted.unit_class):
        return Q()
    parts = Assignment.objects.last_of_its_unit().filter(proposal=OuterRef("pk"))
    if unit:
        parts = parts.filter(unit_id=unit)
    if counted.role:
        parts = parts.filter(role__in=ROLES[counted.role][1])
    if counted.part:
        parts = parts.filter(part_is(counted.part, frame))
    if counted.unit_class:
        parts = parts.filter(part_is("replied", frame), reply__reply_class=counted.unit_class)
    return Q(Exists(parts))
