"""What a committee has to report of a span: its records, what was reported to it from elsewhere, and those below."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db.models import Q

from tongxin.foundation.core.figures import all_figures, find_figure
from tongxin.foundation.core.periods import span_of
from tongxin.foundation.organization.models import Committee
from tongxin.readers.rollup.amounts import Amount, Key, added
from tongxin.readers.rollup.models import Received, Source
from tongxin.readers.rollup.permissions import READERS
from tongxin.readers.statistics.counting import values_of
from tongxin.readers.statistics.models import ReportedNumber

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from tongxin.foundation.core.figures import Figure

# What of a report from below stays what it is one level up.
_UP = {
    Source.RECORDS.value: Source.BELOW.value,
    Source.BELOW.value: Source.BELOW.value,
    Source.REPORTED.value: Source.BELOW_REPORTED.value,
    Source.BELOW_REPORTED.value: Source.BELOW_REPORTED.value,
}
_FINGERPRINT = 16


@dataclass(frozen=True, slots=True)
class Collected:
    """What a committee has to report.

    Attributes:
        documents: by figure, the reported numbers that stand behind the source 报送数.
        below: the committees directly below, by area code.
        missing: those of them from which nothing of this span was received.
        heard_by: by figure, the request by which those below were asked for it; the newest.
    """

    amounts: dict[Key, Amount]
    documents: dict[str, list[ReportedNumber]] = field(default_factory=dict)
    below: tuple[Committee, ...] = ()
    missing: tuple[Committee, ...] = ()
    heard_by: dict[str, UUID] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """What stands for these numbers, so that nobody signs others than those that they saw."""
        lines = [
            f"{key}|{a.value.normalize():f}|{a.part}|{a.whole}" for key, a in sorted(self.amounts.items())
        ]
        told = "\n".join([*lines, *(c.code for c in self.missing)])
        return sha256(told.encode()).hexdigest()[:_FINGERPRINT]


def offered() -> tuple[Figure, ...]:
    """Return the figures that may be asked for: declared for all, seen by all who read reports, nobody singled out."""
    return tuple(
        one
        for one in all_figures()
        if not one.suppressed_below and {role.value for role in READERS} <= set(one.seen_by)
    )


def collect(committee_id: int, figure_ids: Sequence[str], since: date, until: date) -> Collected:
    """Return what a committee has to report. Four queries at most, whatever the number of figures.

    A figure that the committee does not have is not among them: nothing is not nought.
    """
    known = {one.id: one for key in figure_ids if (one := find_figure(key, committee_id)) is not None}
    amounts = {
        (key, Source.RECORDS.value): Amount(Decimal(c.value), _decimal(c.part), _decimal(c.whole))
        for key, c in values_of(known.values(), committee_id, span_of(since, until)).items()
        # A share of nothing is no number: 0 % would say that nothing was done of what there was to do.
        if c.whole != 0
    }
    mine, below = _committees(committee_id)
    heard = _heard(committee_id, since, until) if below else _Heard()
    reported = list(
        ReportedNumber.objects.standing()
        .filter(committee_id=committee_id, figure__in=known, since=since, until=until)
        .select_related("place")
        .order_by("figure", "place__code", "pk")
    )
    silent_places = {c.place_id for c in below if c.pk not in heard.told}
    for_others = {c.place_id for c in below}
    documents: dict[str, list[ReportedNumber]] = {}
    for key, one in known.items():
        rows = [row for row in reported if row.figure == key]
        documents[key] = _own(mine, [row for row in rows if row.place_id not in for_others], one)
        _add(amounts, (key, Source.REPORTED), (Amount(row.value) for row in documents[key]), one)
        up = heard.amounts.get(key, [])
        up += [(Source.BELOW_REPORTED.value, Amount(r.value)) for r in rows if r.place_id in silent_places]
        for source in (Source.BELOW, Source.BELOW_REPORTED):
            _add(amounts, (key, source), (a for s, a in up if s == source.value), one)
    missing = tuple(c for c in below if c.pk not in heard.told)
    return Collected(amounts, documents, below, missing, heard.requests)


def _committees(committee_id: int) -> tuple[Committee, tuple[Committee, ...]]:
    both = Committee.objects.filter(Q(pk=committee_id) | Q(parent_id=committee_id)).order_by("code")
    found = {one.pk: one for one in both}
    own = found.pop(committee_id)
    return own, tuple(found.values())


@dataclass(slots=True)
class _Heard:
    """Who has reported of a span, and by figure what, and to which request."""

    told: set[int] = field(default_factory=set)
    amounts: dict[str, list[tuple[str, Amount]]] = field(default_factory=dict)
    requests: dict[str, UUID] = field(default_factory=dict)


def _heard(committee_id: int, since: date, until: date) -> _Heard:
    """Return what was received of a span: of each committee its newest report, of all requests. One query."""
    rows = (
        Received.objects.filter(
            committee_id=committee_id,
            state=Received.State.RECEIVED,
            request__since=since,
            request__until=until,
        )
        .order_by("signed_on", "pk")
        .values_list(
            "sender_id",
            "pk",
            "request_id",
            *(f"values__{name}" for name in ("figure", "source", "value", "part", "whole")),
        )
    )
    newest: dict[tuple[int, str], tuple[UUID, list[tuple[str, Amount]]]] = {}
    heard = _Heard()
    for sender, report, request, key, source, value, part, whole in rows:
        heard.told.add(sender)
        if key is None:
            continue
        if newest.get((sender, key), (None,))[0] != report:
            newest[sender, key] = (report, [])
        newest[sender, key][1].append((_UP[source], Amount(value, part, whole)))
        heard.requests[key] = request
    for (_sender, key), (_report, found) in newest.items():
        heard.amounts.setdefault(key, []).extend(found)
    return heard


def _own(mine: Committee, rows: list[ReportedNumber], figure: Figure) -> list[ReportedNumber]:
    # The committee's own word comes first; its townships' are parts of it, and parts of a share cannot be added.
    own = [row for row in rows if row.place_id in {None, mine.place_id}][:1]
    return own or ([] if figure.is_share else rows)


def _add(
    amounts: dict[Key, Amount], key: tuple[str, Source], found: Iterable[Amount], figure: Figure
) -> None:
    rows = list(found)
    # One percentage that somebody reported is told as it is; several cannot be added.
    total = rows[0] if len(rows) == 1 else added(rows, is_share=figure.is_share)
    if total is not None:
        amounts[key[0], key[1].value] = total


def _decimal(count: int | None) -> Decimal | None:
    return None if count is None else Decimal(count)


def by_source(amounts: Mapping[Key, Amount], figure_id: str) -> list[tuple[Source, Amount]]:
    """Return the numbers of one figure, in the order in which they are shown."""
    return [(one, amounts[figure_id, one.value]) for one in Source if (figure_id, one.value) in amounts]
