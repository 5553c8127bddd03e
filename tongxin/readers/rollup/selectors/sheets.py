"""The page of a sheet: what is about to be signed, or what was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.http import urlencode

from tongxin.foundation.core import clock
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Committee, Post
from tongxin.readers.rollup.amounts import Amount, Key, Named, amount_of, named
from tongxin.readers.rollup.collecting import Collected, collect
from tongxin.readers.rollup.models import Request, Sheet, SheetValue, Source
from tongxin.readers.rollup.permissions import can_keep, can_sign
from tongxin.readers.rollup.selectors.numbers import Change, changes
from tongxin.readers.rollup.selectors.overview import TONES, state_of
from tongxin.readers.statistics.counting import opened_url

if TYPE_CHECKING:
    from uuid import UUID

    from tongxin.foundation.core.access import Actor
    from tongxin.readers.statistics.models import ReportedNumber

_State = Sheet.State


@dataclass(frozen=True, slots=True)
class SheetCell:
    """One number of a sheet; nothing where there is none.

    Attributes:
        now: what it is today, where that is no longer what was signed.
    """

    source: Source
    amount: Amount | None
    url: str
    documents: list[ReportedNumber]
    now: str


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One figure of a sheet.

    Attributes:
        median: what the upper committee told of all who reported; of how many.
    """

    figure: Named
    cells: list[SheetCell]
    median: dict[str, Any] | None

    @property
    def is_empty(self) -> bool:
        """Whether there is no number at all of this figure."""
        return not any(cell.amount or cell.now for cell in self.cells)


@dataclass(frozen=True, slots=True)
class SheetPage:
    """What the page shows.

    Attributes:
        seen: what the numbers on the page are known by, for whoever signs them.
        newest: the newest version; the same sheet mostly.
    """

    sheet: Sheet
    newest: Sheet
    versions: list[Sheet]
    tone: str
    state: str
    sources: list[Source]
    lines: list[SheetLine]
    changes: list[Change]
    missing: list[str]
    seen: str
    has_moved: bool
    has_below: bool
    needs_leader: bool
    may_prepare: bool
    may_sign: bool
    may_put_back: bool
    may_correct: bool
    may_pass_on: bool


def sheet_versions(actor: Actor, pk: UUID) -> list[Sheet]:
    """Return all versions of a sheet, newest first; none where this person sees none. One query.

    Each knows whether somebody can sign it, and whether those below were asked for the same span.
    """
    own = Sheet.objects.visible_to(actor)
    leaders = Post.objects.filter(committee_id=OuterRef("committee_id"), role=Role.LEADER)
    asked = Request.objects.filter(
        committee_id=OuterRef("committee_id"), since=OuterRef("since"), until=OuterRef("until")
    )
    rows = own.filter(request_key__in=own.filter(pk=pk).values("request_key")).select_related("to")
    return list(
        rows.annotate(has_leader=Exists(leaders.held_on(clock.today())), has_asked=Exists(asked)).order_by(
            "-version"
        )
    )


def sheet_page(actor: Actor, sheet: Any, versions: list[Sheet]) -> SheetPage:  # noqa: ANN401 (annotated)
    """Return the page of one of the versions. Five queries at most, whatever the number of figures."""
    newest = versions[0]
    live = collect(sheet.committee_id, sheet.figures, sheet.since, sheet.until)
    before = [one for one in versions if one.version == sheet.version - 1]
    frozen = _frozen([one for one in (sheet, *before) if not one.is_open])
    amounts = live.amounts if sheet.is_open else frozen.get(sheet.pk, {})
    figures = [named(key, sheet.committee_id) for key in sheet.figures]
    sources = [one for one in Source if one == Source.RECORDS or any(s == one.value for _f, s in amounts)]
    missing = [one.code for one in live.missing] if sheet.is_open else list(sheet.missing)
    shown = _Shown(sheet, sources, amounts, live)
    lines = [shown.line(one) for one in figures]
    keeps = can_keep(actor, sheet)
    return SheetPage(
        sheet=sheet,
        newest=newest,
        versions=versions,
        tone=TONES[_State(sheet.state)],
        state=state_of(sheet),
        sources=sources,
        lines=lines,
        changes=changes(figures, frozen.get(before[0].pk, {}), amounts) if before else [],
        missing=_names(missing, live.below),
        seen=live.fingerprint,
        has_moved=any(cell.now for line in lines for cell in line.cells),
        has_below=bool(live.below),
        needs_leader=sheet.is_open and not sheet.has_leader,
        may_prepare=keeps and sheet.state == _State.DRAFT,
        may_sign=can_sign(actor, sheet) and sheet.state == _State.READY,
        may_put_back=(keeps or can_sign(actor, sheet)) and sheet.state == _State.READY,
        may_correct=keeps and newest == sheet and sheet.state in {_State.SIGNED, _State.RETURNED},
        may_pass_on=keeps and sheet.is_open and bool(live.below) and not sheet.has_asked,
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the lines of a sheet are made from."""

    sheet: Sheet
    sources: list[Source]
    amounts: dict[Key, Amount]
    live: Collected

    def line(self, figure: Named) -> SheetLine:
        cells = [self._cell(figure, source) for source in self.sources]
        return SheetLine(figure, cells, self.sheet.medians.get(figure.id))

    def _cell(self, figure: Named, source: Source) -> SheetCell:
        amount = self.amounts.get((figure.id, source.value))
        today = self.live.amounts.get((figure.id, source.value))
        counts = not self.sheet.is_open and self.sheet.state != _State.REPLACED
        told = source == Source.REPORTED and self.sheet.is_open
        return SheetCell(
            source,
            amount,
            _url(self.sheet, figure, source, self.live) if amount else "",
            self.live.documents.get(figure.id, []) if told else [],
            today.shown if counts and today is not None and today != amount else "",
        )


def _frozen(sheets: list[Sheet]) -> dict[object, dict[Key, Amount]]:
    found: dict[object, dict[Key, Amount]] = {}
    for row in SheetValue.objects.filter(sheet__in=sheets) if sheets else ():
        found.setdefault(row.sheet_id, {})[row.figure, row.source] = amount_of(row)
    return found


def _names(codes: list[str], below: tuple[Committee, ...]) -> list[str]:
    known = {one.code: one.short_name for one in below}
    return [known.get(code, code) for code in codes]


def _url(sheet: Sheet, figure: Named, source: Source, live: Collected) -> str:
    if source == Source.RECORDS:
        return opened_url(figure.id, sheet.period) if figure.figure else ""
    if source == Source.REPORTED or figure.id not in live.heard_by:
        return f"{reverse('statistics:reported')}?{urlencode({'figure': figure.id})}"
    return reverse("rollup:figure", args=[live.heard_by[figure.id], figure.id])


def pass_on_url(sheet: Sheet) -> str:
    """Return the page on which those below are asked for what the upper committee asks of us."""
    return f"{reverse('rollup:ask')}?sheet={sheet.pk}"
