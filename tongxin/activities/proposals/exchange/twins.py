"""Which rows of a table are proposals that the committee has already."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.activities.proposals.exchange import columns as c
from tongxin.foundation.core.sheets import CellError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tongxin.activities.proposals.exchange.ground import Ground, Known
    from tongxin.activities.proposals.exchange.plan import Planned

_NUMBER_COLUMNS = (("serial", c.SERIAL), ("number", c.NUMBER))


@dataclass(slots=True)
class Matched:
    """Rows by what becomes of them.

    Attributes:
        taken: (session, number) → its row (0: it is in the system, not in the table) and whether it is merged.
    """

    added: list[Planned] = field(default_factory=list)
    changed: list[Planned] = field(default_factory=list)
    unchanged: list[Planned] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    taken: dict[tuple[tuple[int, int], int], tuple[int, bool]] = field(default_factory=dict)

    @property
    def groups(self) -> tuple[list[Planned], list[Planned], list[Planned]]:
        """Added, changed, unchanged."""
        return self.added, self.changed, self.unchanged


def match(rows: Sequence[Planned], ground: Ground) -> Matched:
    """Tell new rows from those that came by an earlier import, and find what stands in the way."""
    matched = Matched()
    rows = _without_doubles(rows, matched)
    have = _Have(ground.known({p.entry.meeting for p in rows}))
    for known in have.all:
        if known.number is not None:
            matched.taken[known.meeting, known.number] = (0, known.merged)
    for p in rows:
        p.number = p.entry.number
        p.known = have.twin_of(p)
        if p.entry.number is not None:
            matched.taken[p.entry.meeting, p.entry.number] = (p.entry.row, False)
        _sort_in(p, have, matched)
    return matched


def _sort_in(p: Planned, have: _Have, matched: Matched) -> None:
    known = p.known
    if problems := have.clashes(p):
        matched.errors += problems
    elif known is None:
        matched.added.append(p)
    else:
        p.serial, p.number = p.entry.serial or known.serial or 0, p.entry.number or known.number
        if known.digest == p.entry.digest():
            matched.unchanged.append(p)
        elif known.version == known.version_then:
            matched.changed.append(p)
        else:
            message = _("这件提案导入以后在系统里办理过、改过，不能再用表格改。请在系统里更正。")
            matched.errors.append(CellError(p.entry.row, c.TITLE, message))


def _without_doubles(rows: Sequence[Planned], matched: Matched) -> list[Planned]:
    wrong: set[int] = set()
    for name, column in _NUMBER_COLUMNS:
        first: dict[tuple[tuple[int, int], int], int] = {}
        for p in rows:
            value = getattr(p.entry, name)
            if value is None:
                continue
            before = first.setdefault((p.entry.meeting, value), p.entry.row)
            if before != p.entry.row:
                message = _("和第%(row)d行的%(column)s相同。") % {"row": before, "column": column}
                matched.errors.append(CellError(p.entry.row, column, message))
                wrong.add(p.entry.row)
                matched.taken.setdefault((p.entry.meeting, value), (before, False))
    return [p for p in rows if p.entry.row not in wrong]


class _Have:
    """What the committee has in the sessions of the table, by each thing that tells a proposal."""

    def __init__(self, known: list[Known]) -> None:
        self.all = known
        self._by_number = {(k.meeting, k.number): k for k in known if k.number is not None}
        self._by_serial = {(k.meeting, k.serial): k for k in known if k.serial is not None}
        # Rows without any number are told by what they say; of several alike the first is the first.
        self._by_title: dict[tuple[tuple[int, int], str], list[Known]] = defaultdict(list)
        for k in known:
            if k.digest:
                self._by_title[k.meeting, k.title].append(k)
        self._met: set[UUID] = set()

    def twin_of(self, p: Planned) -> Known | None:
        """Return the proposal that a row is, if the committee has it."""
        m = p.entry.meeting
        found = None
        if p.entry.number is not None:
            found = self._by_number.get((m, p.entry.number))
        if found is None and p.entry.serial is not None:
            found = self._by_serial.get((m, p.entry.serial))
        if found is None and p.entry.number is None and p.entry.serial is None:
            found = self._alike(p)
        if found:
            self._met.add(found.pk)
        return found

    def _alike(self, p: Planned) -> Known | None:
        digest = p.entry.digest()
        alike = [
            k
            for k in self._by_title.get((p.entry.meeting, p.entry.title), ())
            if k.pk not in self._met and (p.member is None or k.proposer == p.member.pk)
        ]
        same = next((k for k in alike if k.digest == digest), None)
        return same or next(iter(alike), None)

    def clashes(self, p: Planned) -> list[CellError]:
        """Return what a row shares with proposals that are not it."""
        m, found = p.entry.meeting, []
        for (name, column), index in zip(_NUMBER_COLUMNS, (self._by_serial, self._by_number), strict=True):
            value = getattr(p.entry, name)
            other = index.get((m, value)) if value is not None else None
            if other is None:
                continue
            if not other.digest:
                message = _(
                    "系统里已经有这一次会议的%(column)s%(n)d：「%(title)s」，不是导入的，不能用表格改。"
                )
            elif p.known is not None and other.pk != p.known.pk:
                message = _("%(column)s%(n)d已经是「%(title)s」的。")
            else:
                continue
            words = {"column": column, "n": value, "title": other.title[:30]}
            found.append(CellError(p.entry.row, column, message % words))
        return found
