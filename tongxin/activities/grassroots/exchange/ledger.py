"""A register of sessions of past years, as counties keep it in Excel: read, and matched with what is known here."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tongxin.activities.grassroots.models import DeliberationSession, SecondedPerson, VenueKind
from tongxin.foundation.core import clock
from tongxin.foundation.core.sheets import CellError, Column, SheetDate, read_table
from tongxin.foundation.organization.models import Member, Node, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tongxin.foundation.core.sheets import Row, Value

COLUMNS = (
    Column("on", "日期", ("时间", "协商时间", "开会日期"), required=True, kind="date", width=12),
    Column("node", "议事会", ("召集单位", "协商议事会", "议事室"), required=True, width=26),
    Column("venue_kind", "地点类型", ("场所类型",), width=12),
    Column("venue", "地点", ("协商地点",), width=22),
    Column("title", "主题", ("议题", "协商主题", "协商议题"), required=True, width=40),
    Column("members", "参加委员", ("委员", "参会委员"), width=30),
    Column("others", "其他人数", ("群众人数", "其他参加人数"), kind="int", width=10),
    Column("agreed", "达成一致", ("协商结果", "达成共识"), width=40),
    Column("suggestions", "意见建议", ("建议",), width=40),
    Column("problems", "解决的问题", ("解决问题",), width=40),
)
EXAMPLE: dict[str, str | int | date] = {
    "on": date(2021, 5, 12),
    "node": "寺沟村协商议事会",
    "venue_kind": "院落",
    "venue": "村委会院子",
    "title": "三社饮水管网怎么修",
    "members": "王芳、李强",
    "others": 23,
    "agreed": "先修三社到学校这一段",
    "suggestions": "每月公布一次水质\n管网图贴在村务栏",
    "problems": "三社饮水管网修通（县水务局，2021年9月30日）",
}
_TITLE_MOST = 120
_TEXT_MOST = 20_000
_OTHERS_MOST = 100_000
_SEPARATORS = re.compile(r"[、,;\s]+")
_IN_BRACKETS = re.compile(r"^(.*?)\(([^()]*)\)[。.]?$")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_NUMBERING = re.compile(r"^(?:\d{1,2}[.、)]|\(\d{1,2}\)|[①-⑳])\s*")


@dataclass(slots=True)
class LedgerLine:
    """One line that can be entered, as plain JSON: what it names here by its key.

    Attributes:
        row: its row in the sheet.
        persons: keys of seconded people.
        members: keys of members who are not seconded yet.
        problems: text, day on which it was solved, key of the unit, name of who did it.
    """

    row: int
    on: str
    node: str
    title: str
    venue_kind: str = ""
    venue: str = ""
    persons: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    others: int = 0
    agreed: str = ""
    suggestions: list[str] = field(default_factory=list)
    problems: list[tuple[str, str, str, str]] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two lines the same session."""
        return (self.node, self.on, self.title)


@dataclass(frozen=True, slots=True)
class LedgerPlan:
    """What a register would do.

    Attributes:
        lines: what would be entered.
        unchanged: how many of its lines are here already.
        errors: what is wrong, by row and column; a row with an error is not entered.
        notes: what else the reader should know.
    """

    lines: list[LedgerLine]
    unchanged: int
    errors: list[CellError]
    notes: list[str]

    @property
    def attendances(self) -> int:
        """How many members came, each once a session."""
        return sum(len(line.persons) + len(line.members) for line in self.lines)

    @property
    def suggestions(self) -> int:
        """How many suggestions there are."""
        return sum(len(line.suggestions) for line in self.lines)

    @property
    def problems(self) -> int:
        """How many solved problems there are."""
        return sum(len(line.problems) for line in self.lines)

    @property
    def wrong_rows(self) -> int:
        """How many rows have something wrong."""
        return len({error.row for error in self.errors})


class _Known:
    """What the committee knows by name, each kind read once."""

    def __init__(self, committee_id: int) -> None:
        mine: dict[str, Any] = {"committee_id": committee_id}
        self.nodes: dict[str, list[Node]] = defaultdict(list)
        for node in Node.objects.filter(**mine).select_related("station"):
            self.nodes[_plain(node.name)].append(node)
        self.venues = {_plain(v.name): v for v in VenueKind.objects.filter(**mine)}
        self.units = {_plain(u.name): u for u in Unit.objects.filter(**mine).order_by("-ended_on")}
        self.people: dict[str, list[SecondedPerson]] = defaultdict(list)
        for person in SecondedPerson.objects.filter(**mine):
            self.people[_plain(person.name)].append(person)
        seconded = {p.member_id for people in self.people.values() for p in people}
        self.members: dict[str, list[Member]] = defaultdict(list)
        for member in Member.objects.filter(**mine):
            if member.pk not in seconded:
                self.members[_plain(member.name)].append(member)


class _Fault(Exception):  # noqa: N818 (what is wrong with one cell)
    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column, self.message = column, message


def read_ledger(data: bytes, filename: str, committee_id: int) -> LedgerPlan:
    """Return what a register would do here. Nothing is written; seven queries, however many rows.

    Raises:
        TableRefused: it is no table that can be read.
    """
    table = read_table(data, filename, COLUMNS)
    known = _Known(committee_id)
    errors = list(table.errors)
    broken = {error.row for error in errors}
    lines: list[LedgerLine] = []
    first: dict[tuple[str, str, str], int] = {}
    for row in table.rows:
        if row.number in broken:
            continue
        try:
            line = _line(row, known)
            _ensure_once(line, first)
        except _Fault as fault:
            errors.append(CellError(row.number, fault.column, fault.message))
        else:
            lines.append(line)
    here = standing_keys(committee_id, lines)
    fresh = [line for line in lines if line.key not in here]
    errors.sort(key=lambda error: error.row)
    return LedgerPlan(fresh, len(lines) - len(fresh), errors, [*table.notes, *_ignored(table.ignored)])


def standing_keys(committee_id: int, lines: Iterable[LedgerLine]) -> set[tuple[str, str, str]]:
    """Return which of these sessions are here already. One query."""
    days = {date.fromisoformat(line.on) for line in lines}
    found = DeliberationSession.objects.filter(committee_id=committee_id, held_on__in=days)
    return {
        (str(node), on.isoformat(), title)
        for node, on, title in found.values_list("node_id", "held_on", "matter__title")
        if on
    }


def _ignored(headers: Sequence[str]) -> list[str]:
    if not headers:
        return []
    return [_("这些列没有读：%s。") % _("、").join(headers)]


def _ensure_once(line: LedgerLine, first: dict[tuple[str, str, str], int]) -> None:
    if line.key in first:
        raise _Fault("主题", _("和第%d行是同一场：同一天、同一个议事会、同一个主题。") % first[line.key])
    first[line.key] = line.row


def _line(row: Row, known: _Known) -> LedgerLine:
    values = row.values
    on = _day(values)
    node = _node(_text(values, "node"), on, known)
    persons, members = _people(_text(values, "members"), known)
    title = " ".join(_text(values, "title").split())
    if len(title) > _TITLE_MOST:
        raise _Fault(
            "主题", _("主题有%(now)d字，最多%(most)d字。") % {"now": len(title), "most": _TITLE_MOST}
        )
    problems = [_problem(text, on, node, known) for text in _lines_of(values, "problems", "解决的问题")]
    return LedgerLine(
        row=row.number,
        on=on.isoformat(),
        node=str(node.pk),
        title=title,
        venue_kind=_venue_kind(_text(values, "venue_kind"), known),
        venue=_text(values, "venue")[:80],
        persons=persons,
        members=members,
        others=_others(values),
        agreed=_text(values, "agreed")[:_TEXT_MOST],
        suggestions=_lines_of(values, "suggestions", "意见建议"),
        problems=problems,
    )


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _text(values: Mapping[str, Value], key: str) -> str:
    return str(values.get(key) or "").strip()


def _day(values: Mapping[str, Value]) -> date:
    found = values.get("on")
    if not isinstance(found, SheetDate) or found.precision != "day":
        raise _Fault("日期", _("日期要写到日，例如2021-05-12。"))
    if found.on > clock.today():
        raise _Fault("日期", _("这一天还没有到，不能补录。"))
    return found.on


def _node(name: str, on: date, known: _Known) -> Node:
    station, _slash, rest = _plain(name).rpartition("/")
    found = [
        node
        for node in known.nodes.get(rest, [])
        if not station or (node.station and _plain(node.station.name) == station)
    ]
    if not found:
        raise _Fault(
            "议事会",
            _("没有叫「%s」的议事会、议事室或者工作站。请先在「网点」里建好，或改成那里的名称。") % name,
        )
    there = [node for node in found if node.ended_on is None or node.ended_on > on] or found
    if len(there) > 1:
        raise _Fault(
            "议事会",
            _("叫「%s」的不止一个，请写成「工作站/议事会」，例如「东华镇委员工作站/寺沟村协商议事会」。")
            % name,
        )
    return there[0]


def _venue_kind(name: str, known: _Known) -> str:
    if not name:
        return ""
    if (found := known.venues.get(_plain(name))) is None:
        names = _("、").join(v.name for v in known.venues.values())
        raise _Fault(
            "地点类型", _("没有「%(name)s」这一类，现有：%(names)s。") % {"name": name, "names": names}
        )
    return str(found.pk)


def _people(text: str, known: _Known) -> tuple[list[str], list[str]]:
    persons, members = [], []
    for name in dict.fromkeys(n for n in _SEPARATORS.split(unicodedata.normalize("NFKC", text)) if n):
        plain, _bracket, more = name.rstrip(")").partition("(")
        people = [p for p in known.people.get(plain, []) if not more or more in p.work_unit_and_title]
        others = [m for m in known.members.get(plain, []) if more in ("", m.number)]
        if len(people) + len(others) > 1:
            raise _Fault(
                "参加委员",
                _("叫「%s」的委员不止一位，请写成「姓名（工作单位）」或者「姓名（委员编号）」。") % plain,
            )
        if not people and not others:
            raise _Fault(
                "参加委员",
                _("委员名单和下沉委员名单里都没有「%s」。请改正，或者先把他加进下沉委员名单。") % name,
            )
        persons += [str(p.pk) for p in people]
        members += [str(m.pk) for m in others]
    return persons, members


def _others(values: Mapping[str, Value]) -> int:
    count = values.get("others") or 0
    if not isinstance(count, int) or not 0 <= count <= _OTHERS_MOST:
        raise _Fault("其他人数", _("其他人数应当是0到100000之间的整数。"))
    return count


def _lines_of(values: Mapping[str, Value], key: str, header: str) -> list[str]:
    found = [_NUMBERING.sub("", line.strip()) for line in _text(values, key).splitlines()]
    found = list(dict.fromkeys(line for line in found if line))
    if long := next((line for line in found if len(line) > _TEXT_MOST // 10), ""):
        raise _Fault(header, _("「%s…」太长了，请分成几行。") % long[:20])
    return found


def _problem(text: str, on: date, node: Node, known: _Known) -> tuple[str, str, str, str]:
    """Read 「三社管网修通（县水务局，2021年9月30日）」: what, by whom, when; without a day, that of the session."""
    found = _IN_BRACKETS.match(unicodedata.normalize("NFKC", text))
    parts = [p.strip() for p in re.split(r"[,、;]", found[2]) if p.strip()] if found else []
    day = next((d for part in parts if (d := _DAY.fullmatch(part))), None)
    owners = [part for part in parts if not _DAY.fullmatch(part)]
    owner = owners[0] if len(owners) == 1 else ""
    unit = known.units.get(_plain(owner)) if owner else None
    if found is None or not found[1].strip() or (day is None and unit is None):
        # A bracket that names neither a day nor a unit belongs to the text.
        return (text, on.isoformat(), "", node.name)
    solved = _date(day) if day else on
    if solved is None or solved > clock.today():
        raise _Fault("解决的问题", _("「%s」里的日期不对。") % text)
    return (found[1].strip(), solved.isoformat(), str(unit.pk) if unit else "", owner or node.name)


def _date(found: re.Match[str]) -> date | None:
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None
