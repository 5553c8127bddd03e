"""The rating report of a session (评价情况报告): the forms of the proposers, counted by what they say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Case, CharField, Count, F, Q, Value, When

from tongxin.activities.proposals.enums import RatingAxis, Satisfaction
from tongxin.activities.proposals.models import Rating
from tongxin.activities.proposals.reports.conditions import COUNTED
from tongxin.activities.proposals.reports.handling import filed_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from tongxin.activities.proposals.reports.conditions import Frame
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Session

AXES = (RatingAxis.ATTITUDE, RatingAxis.RESULT)
# Answers that are only noted.
QUESTIONS = (RatingAxis.VISIT, RatingAxis.CONTACT)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the form, and how often it was ticked."""

    key: str
    label: str
    forms: int
    proposals: int = 0


@dataclass(slots=True)
class UnitRatings:
    """The forms about one unit's answers."""

    pk: UUID
    name: str
    forms: int = 0
    attitude: Counter[str] = field(default_factory=Counter)
    result: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class RatingReport:
    """What the rating report of a session counts.

    Attributes:
        proposals: those that count as filed and are answered, have a form, still wait for one.
        forms: all; ``again``: of a second round; ``on_paper``: entered by staff.
        axes: by axis, the three grades. questions: by question, the committee's own answers.
    """

    proposals: dict[str, int]
    forms: int
    again: int
    on_paper: int
    axes: dict[str, list[Answer]]
    questions: dict[str, list[Answer]]
    units: Sequence[UnitRatings]


def ratings_in(session: Session, actor: Actor, frame: Frame) -> QuerySet[Rating]:
    """Return the forms about answers to what counts as filed in a session."""
    return Rating.objects.filter(reply__assignment__proposal__in=filed_in(session, actor, frame).values("pk"))


def rating_report(session: Session, actor: Actor, frame: Frame) -> RatingReport:
    """Count the forms of one session. Three queries."""
    ratings = ratings_in(session, actor, frame)
    rows = list(_cube(ratings))
    about = ratings.aggregate(
        rated=_proposals(),
        **{f"{axis}_{grade}": _proposals(Q((axis, grade))) for axis in AXES for grade in Satisfaction.values},
    )
    proposals = about | filed_in(session, actor, frame).aggregate(
        **{name: Count("pk", filter=COUNTED[name].q(frame)) for name in ("replied", "unrated")}
    )
    return RatingReport(
        proposals={name: proposals[name] for name in ("replied", "rated", "unrated")},
        forms=sum(r["n"] for r in rows),
        again=sum(r["n"] for r in rows if r["of_round"] > 1),
        on_paper=sum(r["n"] for r in rows if r["how"] == "paper"),
        axes={axis: _grades(rows, axis, proposals) for axis in AXES},
        questions={question: _answers(rows, question) for question in QUESTIONS},
        units=_units(rows),
    )


def _proposals(rated: Q | None = None) -> Count:
    """Count the proposals that the forms are about, each once."""
    return Count("reply__assignment__proposal", distinct=True, filter=rated)


def _cube(ratings: QuerySet[Rating]) -> Any:  # noqa: ANN401 (rows of values)
    how = Case(
        When(Q(entered_by__isnull=False), then=Value("paper")), default=Value(""), output_field=CharField()
    )
    return (
        ratings.order_by()
        .annotate(
            how=how,
            unit=F("reply__assignment__unit"),
            unit_name=F("reply__assignment__unit__name"),
            of_round=F("reply__assignment__round"),
        )
        .values(
            "how",
            "unit",
            "unit_name",
            "of_round",
            "attitude",
            "result",
            "visit_choice",
            "visit_choice__label",
            "visit_choice__order",
            "contact_choice",
            "contact_choice__label",
            "contact_choice__order",
        )
        .annotate(n=Count("pk"))
    )


def _grades(rows: Sequence[dict[str, Any]], axis: str, proposals: dict[str, int]) -> list[Answer]:
    counts: Counter[str] = Counter()
    for row in rows:
        counts[row[axis]] += row["n"]
    return [
        Answer(grade, str(Satisfaction(grade).label), counts[grade], proposals[f"{axis}_{grade}"])
        for grade in Satisfaction.values
    ]


def _answers(rows: Sequence[dict[str, Any]], question: str) -> list[Answer]:
    counts: Counter[tuple[int, str, str]] = Counter()
    for row in rows:
        if choice := row[f"{question}_choice"]:
            place = (row[f"{question}_choice__order"], row[f"{question}_choice__label"], str(choice))
            counts[place] += row["n"]
    return [Answer(key, label, counts[order, label, key]) for order, label, key in sorted(counts)]


def _units(rows: Sequence[dict[str, Any]]) -> list[UnitRatings]:
    units: dict[UUID, UnitRatings] = {}
    for row in rows:
        unit = units.setdefault(row["unit"], UnitRatings(row["unit"], row["unit_name"]))
        unit.forms += row["n"]
        unit.attitude[row["attitude"]] += row["n"]
        unit.result[row["result"]] += row["n"]
    return sorted(units.values(), key=lambda u: (-u.forms, u.name))
