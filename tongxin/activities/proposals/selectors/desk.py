"""What the pages of the committee's office show beside a decision."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from tongxin.activities.proposals.actions.moving import rules_of
from tongxin.activities.proposals.differences import differences
from tongxin.activities.proposals.enums import ANSWERING_ROLES, CAN_LEAD, HandlingRole
from tongxin.activities.proposals.models import Assignment, Proposal, Reply, Revision
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.deadlines.selectors import calendar_of, days_left, explain
from tongxin.capabilities.deadlines.workdays import due, months, working_days
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    from tongxin.activities.proposals.actions.handling import HandOver
    from tongxin.activities.proposals.differences import Piece
    from tongxin.activities.proposals.forms.desk import AssignForm
    from tongxin.activities.proposals.querysets import ProposalQuerySet
    from tongxin.capabilities.deadlines.workdays import Explanation
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Unit


@dataclass(frozen=True, slots=True)
class Due:
    """Until when something is due, and how the date came about."""

    on: date
    left: int
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class EarlierText:
    """An earlier submitted text, and what has changed since in each part that changed."""

    version: int
    at: datetime
    changes: Sequence[tuple[str, Sequence[Piece]]]


@dataclass(frozen=True, slots=True)
class Limit:
    """What one unit will have to do by when."""

    unit: str
    role: str
    sign_by: date
    work_by: date


def due_of(matter_id: UUID, kind: str, committee_id: int, subject_id: UUID | None = None) -> Due | None:
    """Return the running deadline of one ask; None when there is none. Two queries."""
    found = Deadline.objects.running().filter(matter_id=matter_id, kind=kind)
    deadline = (found.filter(subject_id=subject_id) if subject_id else found).first()
    if deadline is None:
        return None
    calendar = calendar_of(committee_id)
    return Due(deadline.due_on, days_left(deadline, clock.today(), calendar), explain(deadline, calendar))


def earlier_texts(proposal: Proposal) -> list[EarlierText]:
    """Return what was submitted before, the latest first, compared with the present text."""
    found = []
    older = Revision.objects.filter(proposal=proposal, text_version__lt=proposal.text_version)
    for old in older.order_by("-text_version"):
        pairs = (
            (_("案由"), old.title, proposal.matter.title),
            (_("情况"), old.situation, proposal.situation),
            (_("分析"), old.analysis, proposal.analysis),
            (_("建议"), old.suggestion, proposal.suggestion),
        )
        changes = [(label, changed) for label, a, b in pairs if (changed := differences(a, b))]
        found.append(EarlierText(old.text_version, old.at, changes))
    return found


def could_lead(actor: Actor, proposal: Proposal) -> ProposalQuerySet:
    """Return the proposals that this one could be merged into."""
    return (
        Proposal.objects.visible_to(actor)
        .filter(matter__state__in=CAN_LEAD)
        .exclude(pk=proposal.pk)
        .for_list()
    )


def present_parts(proposal: Proposal) -> list[Assignment]:
    """Return the parts of units that are at work in the present round."""
    return list(
        Assignment.objects.filter(proposal=proposal, round=proposal.round).in_force().select_related("unit")
    )


def limits_of(proposal: Proposal, to: HandOver, present: Sequence[Assignment]) -> list[Limit]:
    """Return the dates that a hand-over would set if it were made today."""
    rules, calendar, today = (
        rules_of(proposal.committee_id),
        calendar_of(proposal.committee_id),
        clock.today(),
    )
    answer = rules.rehandle_months if proposal.round > 1 else rules.reply_months
    sign_by = due(today, working_days(rules.sign_for_days), calendar).due_on
    return [
        Limit(
            unit=unit.name,
            role=str(HandlingRole(role).label),
            sign_by=sign_by,
            work_by=due(
                today, months(rules.co_opinion_months if role == HandlingRole.CO else answer), calendar
            ).due_on,
        )
        for unit, role in to.parts(present)
    ]


@dataclass(frozen=True, slots=True)
class ChoiceOfUnits:
    """The units to choose from, what is ticked, and the dates that would follow."""

    mode: str
    units: Sequence[Unit]
    lead: UUID | None
    others: frozenset[UUID]
    wished: Sequence[UUID]
    present: Sequence[Assignment]
    limits: Sequence[Limit]


def choice_of_units(
    proposal: Proposal, form: AssignForm, present: Sequence[Assignment], *, shows_limits: bool
) -> ChoiceOfUnits:
    """Return what the page of a hand-over shows: wished and ticked units first, the rest by the search."""
    wished = list(proposal.wished_units.values_list("pk", flat=True))
    if form.is_bound:
        lead = next(iter(_ids([form["lead"].value()])), None)
    else:
        # Whom the proposer wishes for is only suggested.
        lead = next(iter(wished), None) if not present else None
    others = frozenset(_ids(form["others"].value() or ()))
    find = str(form["find"].value() or "").strip()
    first = {*wished, *others, lead}
    units = [u for u in form.units if u.pk in first or find in u.name or find in u.short_name]
    return ChoiceOfUnits(
        mode=str(form["mode"].value() or form.SOLE),
        units=sorted(units, key=lambda u: (u.pk not in wished, u.pk not in first, u.name)),
        lead=lead,
        others=others,
        wished=wished,
        present=present,
        limits=limits_of(proposal, form.to, present) if shows_limits else (),
    )


def _ids(values: Iterable[object]) -> Iterator[UUID]:
    for value in values:
        with suppress(ValueError):
            yield UUID(str(value))


def sent_replies(proposal: Proposal) -> list[Reply]:
    """Return the replies of the present round that were sent, with their ratings."""
    return list(
        Reply.objects.filter(
            Q(assignment__role__in=ANSWERING_ROLES),
            assignment__proposal=proposal,
            assignment__round=proposal.round,
            sent_on__isnull=False,
        ).select_related(
            "assignment__unit", "reply_class", "rating__attitude_choice", "rating__result_choice"
        )
    )


def sent_back(matter_id: UUID, verbs: Sequence[str], unit_id: UUID) -> list[TimelineEntry]:
    """Return when and why a unit's reply came back, the latest first."""
    return list(
        TimelineEntry.objects.filter(matter_id=matter_id, verb__in=verbs, acting_unit_id=unit_id).order_by(
            "-at"
        )
    )
