"""What opens behind a number that was received: its versions, or all committees side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from tongxin.foundation.core.wording import printed
from tongxin.foundation.organization.models import Committee
from tongxin.readers.rollup.amounts import Amount, Named, Together, amount_of, named
from tongxin.readers.rollup.models import Received, ReceivedValue, Request, Source
from tongxin.readers.rollup.permissions import can_keep
from tongxin.readers.rollup.selectors.requests import (
    Line,
    counting_reports,
    taken_together,
    values_of_reports,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from tongxin.foundation.core.access import Actor


@dataclass(frozen=True, slots=True)
class Change:
    """A number that one version has otherwise than the one before."""

    name: str
    source: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a report.

    Attributes:
        changes: against the version before it.
        missing: the committees below the sender that had not reported to it.
    """

    received: Received
    is_late: bool
    lines: list[Line]
    changes: list[Change]
    missing: list[str]


@dataclass(frozen=True, slots=True)
class NumberRow:
    """One figure of a report, its numbers by source."""

    figure: Named
    lines: list[Line]
    url: str


@dataclass(frozen=True, slots=True)
class ReportPage:
    """All that one committee reported.

    Attributes:
        versions: newest first.
        number: the one figure that the page is of; nothing where it is of all.
    """

    received: Received
    request: Request
    versions: list[Version]
    rows: list[NumberRow]
    number: Named | None
    may_return: bool


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A figure over all who reported, from one source."""

    source: Source
    found: Together
    is_share: bool

    @property
    def total(self) -> str:
        """The total; of a share with its part and its whole."""
        amount = self.found.total
        if amount is None:
            return ""
        if amount.part is None or amount.whole is None:
            return amount.shown
        return _("%(share)s（%(whole)s中的%(part)s）") % {
            "share": amount.shown,
            "whole": printed(amount.whole),
            "part": printed(amount.part),
        }

    @property
    def middle(self) -> str:
        """The median."""
        return printed(self.found.middle)

    @property
    def span(self) -> str:
        """From the lowest to the highest."""
        low, high = printed(self.found.lowest), printed(self.found.highest)
        return low if low == high else _("%(low)s到%(high)s") % {"low": low, "high": high}


@dataclass(frozen=True, slots=True)
class FigurePage:
    """One figure over all committees, in the order of their area codes; there is no ranking."""

    request: Request
    figure: Named
    asked: int
    benchmarks: list[Benchmark]
    rows: list[tuple[Received, list[Line]]]


def figure_page(request: Request, figure: Named) -> FigurePage:
    """Return what the committees reported of one figure. Two queries."""
    received = counting_reports(request)
    values = values_of_reports(request, figure.id)
    found = [(source, taken_together(values, figure, source)) for source in Source]
    return FigurePage(
        request,
        figure,
        len(received),
        [Benchmark(source, one, figure.is_share) for source, one in found if one is not None],
        [(one, _lines(values.get(one.pk, {}), figure.id, _base(one))) for one in received],
    )


def report_page(actor: Actor, received: Received, figure_id: str = "") -> ReportPage:
    """Return what one committee reported: all of it, or one figure, in all versions. Three queries."""
    request = received.request
    figures = [named(key, request.committee_id) for key in request.figures]
    number = next((one for one in figures if one.id == figure_id), None)
    if number:
        figures = [number]
    reports = list(Received.objects.filter(request=request, sender_id=received.sender_id).order_by("version"))
    values = _values(reports)
    names = _names(code for one in reports for code in one.missing)
    versions = []
    before: dict[tuple[str, str], Amount] = {}
    for one in reports:
        of_this = values.get(one.pk, {})
        versions.append(
            Version(
                one,
                one.signed_on is not None and one.signed_on > request.due_on,
                _lines(of_this, figure_id, "") if number else [],
                changes(figures, before, of_this) if one.version > 1 and one.signed_on else [],
                [names.get(code, code) for code in one.missing],
            )
        )
        before = of_this
    shown = values.get(received.pk, {})
    rows = [NumberRow(f, _lines(shown, f.id, _base(received)), f"{_base(received)}{f.id}/") for f in figures]
    may_return = can_keep(actor, received) and received.state == Received.State.RECEIVED
    return ReportPage(received, request, versions[::-1], rows, number, may_return)


def changes(
    figures: Iterable[Named], old: dict[tuple[str, str], Amount], new: dict[tuple[str, str], Amount]
) -> list[Change]:
    """Return what is otherwise in a later version, in the order of the figures."""
    found = []
    for figure in figures:
        for source in Source:
            key = (figure.id, source.value)
            was, now = _shown(old.get(key)), _shown(new.get(key))
            if was != now:
                found.append(Change(figure.name, str(source.label), was, now))
    return found


def _values(reports: list[Received]) -> dict[UUID, dict[tuple[str, str], Amount]]:
    found: dict[UUID, dict[tuple[str, str], Amount]] = {}
    for row in ReceivedValue.objects.filter(received__in=reports):
        found.setdefault(row.received_id, {})[row.figure, row.source] = amount_of(row)
    return found


def _names(codes: Iterable[str]) -> dict[str, str]:
    wanted = set(codes)
    if not wanted:
        return {}
    return dict(Committee.objects.filter(code__in=wanted).values_list("code", "short_name"))


def _lines(values: dict[tuple[str, str], Amount], figure_id: str, base: str) -> list[Line]:
    url = f"{base}{figure_id}/" if base else ""
    return [
        Line(source, _whole(values[figure_id, source.value]), url)
        for source in Source
        if (figure_id, source.value) in values
    ]


def _whole(amount: Amount) -> str:
    if amount.part is None or amount.whole is None:
        return amount.shown
    return _("%(share)s（%(whole)s中的%(part)s）") % {
        "share": amount.shown,
        "whole": printed(amount.whole),
        "part": printed(amount.part),
    }


def _shown(amount: Amount | None) -> str:
    return _("没有") if amount is None else _whole(amount)


def _base(received: Received) -> str:
    return reverse("rollup:received", args=[received.pk])
