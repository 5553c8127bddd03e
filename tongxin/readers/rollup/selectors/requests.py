"""The page of a request: who is missing, and what the others reported, in one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from tongxin.foundation.core import clock
from tongxin.readers.rollup.amounts import FEWEST, Amount, Named, Together, named, together
from tongxin.readers.rollup.models import Received, ReceivedValue, Request, Source
from tongxin.readers.rollup.permissions import can_keep

if TYPE_CHECKING:
    from uuid import UUID

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Committee


@dataclass(frozen=True, slots=True)
class Line:
    """One number in a cell."""

    source: Source
    text: str
    url: str

    @property
    def mark(self) -> str:
        """Which source it is of; records of the platform need no mark."""
        return "" if self.source == Source.RECORDS else str(self.source.label)


@dataclass(frozen=True, slots=True)
class ReporterRow:
    """What one committee reported.

    Attributes:
        cells: the numbers of each figure; none where it does not have the figure.
    """

    received: Received
    sender: Committee
    is_late: bool
    cells: list[list[Line]]

    @property
    def is_in(self) -> bool:
        """Whether its numbers count."""
        return bool(self.received.state == Received.State.RECEIVED)


@dataclass(frozen=True, slots=True)
class TotalCell:
    """What the numbers of one source add up to, and of how many committees they are."""

    text: str
    of: int
    url: str


@dataclass(frozen=True, slots=True)
class TotalRow:
    """The totals of one source; sources are never added to each other."""

    source: Source
    cells: list[TotalCell | None]


@dataclass(frozen=True, slots=True)
class RequestPage:
    """What the page shows."""

    request: Request
    heads: list[tuple[Named, str]]
    rows: list[ReporterRow]
    missing: list[ReporterRow]
    totals: list[TotalRow]
    reported: int
    may_keep: bool
    may_remind: bool
    may_withdraw: bool
    may_tell_medians: bool


Values = dict["UUID", dict[tuple[str, str], Amount]]


def request_page(actor: Actor, request: Request) -> RequestPage:
    """Return the page of a request. Two queries, whatever the number of committees and figures."""
    received = counting_reports(request)
    values = values_of_reports(request)
    figures = [named(key, request.committee_id) for key in request.figures]
    rows = [_row(request, one, values.get(one.pk, {})) for one in received]
    missing = [row for row in rows if not row.is_in]
    reported = len(rows) - len(missing)
    keeps = can_keep(actor, request)
    return RequestPage(
        request=request,
        heads=[(one, _figure_url(request, one.id)) for one in figures],
        rows=rows,
        missing=missing,
        totals=_totals(request, figures, values),
        reported=reported,
        may_keep=keeps,
        may_remind=keeps and any(row.received.reminded_on != clock.today() for row in missing),
        may_withdraw=keeps and all(row.received.state == Received.State.AWAITED for row in rows),
        may_tell_medians=keeps and reported >= FEWEST,
    )


def counting_reports(request: Request) -> list[Received]:
    """Return of each committee the version that counts, by area code. One query."""
    rows = request.received.exclude(state=Received.State.REPLACED).select_related("sender")
    return list(rows.order_by("sender__code"))


def values_of_reports(request: Request, figure_id: str = "") -> Values:
    """Return the numbers that count, by report, figure and source. One query."""
    rows = ReceivedValue.objects.filter(
        committee_id=request.committee_id,
        received__request=request,
        received__state=Received.State.RECEIVED,
    )
    if figure_id:
        rows = rows.filter(figure=figure_id)
    found: Values = {}
    for report, key, source, value, part, whole in rows.order_by().values_list(
        "received_id", "figure", "source", "value", "part", "whole"
    ):
        found.setdefault(report, {})[key, source] = Amount(value, part, whole)
    return found


def taken_together(values: Values, figure: Named, source: Source) -> Together | None:
    """Return what the reports say of one figure, from one source."""
    amounts = [of_one[key] for of_one in values.values() if (key := (figure.id, source.value)) in of_one]
    return together(amounts, is_share=figure.is_share)


def _row(request: Request, received: Received, values: dict[tuple[str, str], Amount]) -> ReporterRow:
    base = reverse("rollup:received", args=[received.pk])
    cells = [
        [
            Line(source, values[key, source.value].shown, f"{base}{key}/")
            for source in Source
            if (key, source.value) in values
        ]
        for key in request.figures
    ]
    late = received.signed_on is not None and received.signed_on > request.due_on
    return ReporterRow(received, received.sender, late, cells)


def _totals(request: Request, figures: list[Named], values: Values) -> list[TotalRow]:
    rows = []
    for source in Source:
        cells = [_total(request, one, taken_together(values, one, source)) for one in figures]
        if any(cells):
            rows.append(TotalRow(source, cells))
    return rows


def _total(request: Request, figure: Named, found: Together | None) -> TotalCell | None:
    if found is None or found.total is None:
        return None
    return TotalCell(found.total.shown, found.of, _figure_url(request, figure.id))


def _figure_url(request: Request, figure_id: str) -> str:
    return reverse("rollup:figure", args=[request.pk, figure_id])
