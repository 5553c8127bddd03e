"""The list of a hand-over meeting as a workbook, and what a filled one says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.activities.proposals.actions.meeting import digest_of, wish_of
from tongxin.activities.proposals.handover.wishes import read_wish
from tongxin.activities.proposals.models import HandoverRow
from tongxin.foundation.core.sheets import CellError, Column, Sheet, read_table, write_workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from uuid import UUID

    from tongxin.activities.proposals.handover.names import UnitNames
    from tongxin.activities.proposals.handover.wishes import Wish
    from tongxin.foundation.core.sheets import Row, Value

# The sheet goes to meetings and comes back; it is Chinese whatever the language of the page.
_WAYS = {"sole": "单办", "lead": "主办会办", "separate": "分办", "office": "归口转交"}
COLUMNS = (
    Column("code", "编号", ("提案号", "提案编号"), required=True, kind="code", width=12),
    Column("title", "案由", width=44),
    Column("proposer", "提案者", ("第一提案人",), width=14),
    Column("topic", "类别", ("专题",), width=12),
    Column("wished", "意向单位", width=22),
    Column("answering", "建议主办", ("主办单位", "主办", "承办单位"), width=24),
    Column("co", "建议会办", ("会办单位", "会办"), width=24),
    Column("office", "归口", ("归口单位", "督办单位"), width=16),
    Column("way", "办理方式", kind="choice", choices=tuple(_WAYS.values()), width=12),
    Column("note", "备注", width=30),
)
_HEADERS = {c.key: c.header for c in COLUMNS}
_BETWEEN = "、"


def write_list(rows: Iterable[HandoverRow], wished: Mapping[UUID, list[str]], *, title: str) -> bytes:
    """Return the list as a workbook that can be filled in and uploaded again."""
    return write_workbook([Sheet(title=title, columns=COLUMNS, rows=[_values(r, wished) for r in rows])])


def _values(row: HandoverRow, wished: Mapping[UUID, list[str]]) -> dict[str, Value | date]:
    wish, proposal = wish_of(row), row.proposal
    note = "已交办" if row.handed_on else row.refused or HandoverRow.Source(row.source).label
    return {
        "code": proposal.matter.code,
        "title": proposal.matter.title,
        "proposer": proposal.proposer_name,
        "topic": str(proposal.topic or ""),
        "wished": _BETWEEN.join(wished.get(proposal.pk, ())),
        "answering": _BETWEEN.join(u.name for u in wish.answering),
        "co": _BETWEEN.join(u.name for u in wish.co),
        "office": wish.office.name if wish.office else "",
        "way": _WAYS.get(wish.way, ""),
        "note": str(note),
    }


@dataclass(frozen=True, slots=True)
class Change:
    """A row of the list that the sheet changes."""

    row: HandoverRow
    before: Wish
    after: Wish


@dataclass
class Plan:
    """What a filled sheet would do."""

    changes: list[Change] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    unchanged: int = 0
    notes: tuple[str, ...] = ()


def read_list(data: bytes, filename: str, rows: Iterable[HandoverRow], names: UnitNames) -> Plan:
    """Compare a filled sheet with the list; nothing is changed.

    Raises:
        TableRefused: the file is no table, or has no column for the numbers.
    """
    table = read_table(data, filename, COLUMNS)
    plan = Plan(errors=list(table.errors), notes=table.notes)
    by_code = {r.proposal.matter.code: r for r in rows}
    faulty = {e.row for e in table.errors}
    seen: dict[str, int] = {}
    for line in table.rows:
        code = str(line.values.get("code") or "")
        if not code or line.number in faulty:
            continue
        if code in seen:
            message = _("{code}在第{n}行已经有了。").format(code=code, n=seen[code])
            plan.errors.append(CellError(line.number, _HEADERS["code"], message))
        elif code not in by_code:
            message = _("名单上没有{code}。").format(code=code)
            plan.errors.append(CellError(line.number, _HEADERS["code"], message))
        else:
            _judge(plan, line, by_code[code], names)
        seen.setdefault(code, line.number)
    plan.errors.sort(key=lambda e: e.row)
    return plan


def _judge(plan: Plan, line: Row, row: HandoverRow, names: UnitNames) -> None:
    given = {key: str(line.values.get(key) or "") for key in ("answering", "co", "office", "way")}
    wish, faults = read_wish(
        names,
        answering=given["answering"],
        co=given["co"],
        office=given["office"],
        separate=given["way"] == _WAYS["separate"],
    )
    if not faults and (fault := _of_way(given["way"], wish)):
        faults.append(("way", fault))
    before = wish_of(row)
    if not faults and digest_of(wish) == digest_of(before):
        plan.unchanged += 1
        return
    if not faults and row.handed_on:
        faults.append(("code", _("{code}已经交办了，不能再改。").format(code=row.proposal.matter.code)))
    plan.errors += [CellError(line.number, _HEADERS[key], message) for key, message in faults]
    if not faults:
        plan.changes.append(Change(row, before, wish))


def _of_way(way: str, wish: Wish) -> str:
    """Return what does not fit the way of handling that the sheet names."""
    if way == _WAYS["sole"] and wish.co:
        return _("写的是单办，却有会办单位。")
    if way == _WAYS["lead"] and not wish.co:
        return _("写的是主办会办，却没有会办单位。")
    if way == _WAYS["office"] and not wish.office:
        return _("写的是归口转交，却没有填归口单位。")
    if way and way != _WAYS["office"] and wish.office:
        return _("填了归口单位，办理方式应当是归口转交。")
    return ""
