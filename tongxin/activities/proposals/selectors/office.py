"""What an office of Party committee or government has to hand on to its units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, Q, Subquery

from tongxin.activities.proposals.enums import ProposalState
from tongxin.activities.proposals.models import Proposal, WishedUnit
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.deadlines.selectors import calendar_of, days_left
from tongxin.foundation.core import clock
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import QuerySet

    from tongxin.activities.proposals.querysets import ProposalQuerySet
    from tongxin.foundation.core.access import Actor

ROWS = 50


@dataclass(frozen=True, slots=True)
class ToHandOn:
    """One proposal that waits for its units."""

    proposal: Proposal
    wished: Sequence[str]
    due_on: date | None
    left: int | None


@dataclass(frozen=True, slots=True)
class PassingOn:
    """One page of what an office has to hand on, and its units."""

    rows: Sequence[ToHandOn]
    units: Sequence[Unit]
    page: Page[Proposal]
    page_range: Sequence[int | str]


def own_units(actor: Actor) -> QuerySet[Unit]:
    """Return the units that the actor's office hands on to: its own and itself."""
    offices = actor.subjects(Role.SUPERVISOR)
    return (
        Unit.objects.visible_to(actor)
        .filter(Q(pk__in=offices) | Q(supervised_by_id__in=offices), ended_on__isnull=True)
        .order_by("name")
    )


def to_hand_on(actor: Actor) -> ProposalQuerySet:
    """Return the proposals that were given to the actor's office and that no unit has yet."""
    return Proposal.objects.visible_to(actor).filter(
        office_id__in=actor.subjects(Role.SUPERVISOR), matter__state=ProposalState.FILED
    )


def passing_on_page(actor: Actor, *, page_number: int) -> PassingOn:
    """Return one page of what an office has to hand on, the nearest date first. Four queries."""
    limit = Deadline.objects.running().filter(matter=OuterRef("matter"), kind="hand_on").values("due_on")[:1]
    wished = WishedUnit.objects.filter(proposal=OuterRef("pk")).order_by("unit__name")
    found = (
        to_hand_on(actor)
        .for_list()
        .annotate(due_on=Subquery(limit), wished_names=ArraySubquery(wished.values("unit__name")))
        .order_by("due_on", "number", "pk")
    )
    page = Paginator(found, ROWS).get_page(page_number)
    calendar, today = calendar_of(actor.committee_id or 0), clock.today()
    found_rows: list[Any] = list(page.object_list)
    rows = [
        ToHandOn(p, p.wished_names, p.due_on, days_left(p.due_on, today, calendar) if p.due_on else None)
        for p in found_rows
    ]
    return PassingOn(
        rows, list(own_units(actor)), page, list(page.paginator.get_elided_page_range(page.number))
    )
