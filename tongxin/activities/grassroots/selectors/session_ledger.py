"""The registers of past years that were entered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Max, Min

from tongxin.activities.grassroots.models import DeliberationSession

if TYPE_CHECKING:
    from datetime import date

    from tongxin.foundation.core.access import Actor


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One register: what it is called, how many sessions it brought, from when to when."""

    source: str
    count: int
    first_on: date
    last_on: date


def ledgers_of(actor: Actor) -> list[LedgerRow]:
    """Return the registers of the committee, the one entered last first. One query."""
    rows = (
        DeliberationSession.objects.filter(committee_id=actor.committee_id or 0)
        .exclude(from_ledger="")
        .order_by()
        .values_list("from_ledger")
        .annotate(n=Count("pk"), first=Min("held_on"), last=Max("held_on"), made=Max("matter__made_at"))
        .order_by("-made")
    )
    return [LedgerRow(source, n, first, last) for source, n, first, last, _made in rows]
