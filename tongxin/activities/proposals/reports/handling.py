"""The handling report of a session (办理情况报告): what was handed over, to whom, and how it was answered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.utils.translation import gettext as _

from tongxin.activities.proposals.enums import ANSWERING_ROLES, HandlingRole, Satisfaction
from tongxin.activities.proposals.models import Assignment, Rating
from tongxin.activities.proposals.reports.conditions import COUNTED, part_is
from tongxin.activities.proposals.reports.cube import added_up, grouped, received_in, total
from tongxin.activities.proposals.reports.review import topics_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tongxin.activities.proposals.querysets import ProposalQuerySet
    from tongxin.activities.proposals.reports.conditions import Frame
    from tongxin.activities.proposals.reports.cube import Group
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Session

# What is asked of the database; what is left of a whole follows from it.
_ASKED = (
    "filed",
    "handed",
    "with_lead",
    "replied",
    "late",
    "overdue",
    "extended",
    "given_back",
    "rehandled",
)
_NAMES = (*_ASKED, "waiting", "open", "on_time")
_BY = (
    "is_livelihood",
    "topic_id",
    "topic__name",
    "topic__order",
    "reply_class_id",
    "reply_class__code",
    "reply_class__label",
)
_ROLE = {
    HandlingRole.SOLE: "lead",
    HandlingRole.LEAD: "lead",
    HandlingRole.CO: "co",
    HandlingRole.SEPARATE: "separate",
}


@dataclass(slots=True)
class UnitCounts:
    """What one unit did, in proposals.

    Attributes:
        parts: ``lead`` (with 单办), ``co``, ``separate``, ``answering`` (without co), ``replied``, ``late``,
            ``overdue``.
        classes: answered, by the code of the class that the answer has.
        results: forms, by what the proposer says of the result.
    """

    pk: UUID
    name: str
    parts: Counter[str] = field(default_factory=Counter)
    classes: Counter[UUID] = field(default_factory=Counter)
    results: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class HandlingReport:
    """What the handling report of a session counts; shares are of what counts as filed."""

    totals: Counter[str]
    livelihood: Counter[str]
    topics: Sequence[Group]
    classes: Sequence[Group]
    units: Sequence[UnitCounts]

    @property
    def answering_units(self) -> list[UnitCounts]:
        """The units that answer a proposer, alone, as lead or side by side."""
        return [u for u in self.units if u.parts["answering"]]


def filed_in(session: Session, actor: Actor, frame: Frame) -> ProposalQuerySet:
    """Return the proposals of a session that count as filed."""
    return received_in(session, actor).filter(COUNTED["filed"].q(frame))


def handling_report(session: Session, actor: Actor, frame: Frame) -> HandlingReport:
    """Count the handling of one session. Three queries."""
    cube = grouped(received_in(session, actor), _BY, _ASKED, frame)
    for row in cube:
        row["waiting"] = row["filed"] - row["handed"] - row["with_lead"]
        row["open"] = row["filed"] - row["replied"]
        row["on_time"] = row["replied"] - row["late"]
    counted = [r for r in cube if r["filed"]]
    classes = added_up(
        counted,
        ("filed",),
        by=lambda r: (r["reply_class__code"], r["reply_class_id"]),
        shown=lambda r: (
            str(r["reply_class_id"] or ""),
            r["reply_class__label"] or _("尚未定类"),
            r["reply_class__code"] or "",
        ),
    )
    return HandlingReport(
        totals=total(cube, _NAMES),
        livelihood=total((r for r in cube if r["is_livelihood"]), _NAMES),
        topics=topics_of(counted, _NAMES),
        classes=classes,
        units=units_of(session, actor, frame),
    )


def units_of(session: Session, actor: Actor, frame: Frame) -> list[UnitCounts]:
    """Return what each unit did in one session, who has most to answer first. Two queries."""
    filed = filed_in(session, actor, frame).values("pk")
    units: dict[UUID, UnitCounts] = {}
    for row in _parts(filed, frame):
        unit = units.setdefault(row["unit_id"], UnitCounts(row["unit_id"], row["unit__name"]))
        _add(unit, row)
    ratings = Rating.objects.filter(reply__assignment__proposal__in=filed).order_by()
    for pk, result, n in ratings.values_list("reply__assignment__unit", "result").annotate(n=Count("pk")):
        if pk in units:
            units[pk].results[Satisfaction(result)] += n
    return sorted(units.values(), key=lambda u: (-u.parts["answering"], -u.parts["co"], u.name))


def _parts(filed: Any, frame: Frame) -> Any:  # noqa: ANN401 (rows of values)
    parts = Assignment.objects.last_of_its_unit().filter(proposal__in=filed).order_by()
    counts = {name: Count("pk", filter=part_is(name, frame)) for name in ("replied", "late", "overdue")}
    return parts.values("unit_id", "unit__name", "role", "reply__reply_class").annotate(
        n=Count("pk"), **counts
    )


def _add(unit: UnitCounts, row: dict[str, Any]) -> None:
    unit.parts[_ROLE[row["role"]]] += row["n"]
    if row["role"] not in ANSWERING_ROLES:
        return
    unit.parts["answering"] += row["n"]
    for name in ("replied", "late", "overdue"):
        unit.parts[name] += row[name]
    if row["reply__reply_class"] and row["replied"]:
        unit.classes[row["reply__reply_class"]] += row["replied"]
