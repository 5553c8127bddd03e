"""The table of topics: its columns, and what each row means in this committee."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from django.utils.translation import gettext as _

from tongxin.activities.topics.actions.entering import Entry
from tongxin.activities.topics.enums import Channel, TopicState
from tongxin.activities.topics.models import Topic, TopicCategory
from tongxin.activities.topics.permissions import can_enter_for
from tongxin.foundation.core import clock
from tongxin.foundation.core.record_language import recorded
from tongxin.foundation.core.sheets import CellError, Column, SheetDate, Table, read_table
from tongxin.foundation.organization.models import Member, Node

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.sheets import Row

_CHANNELS = {recorded(c.label): c.value for c in Channel}
_STATES = {recorded(s.label): s.value for s in (TopicState.COLLECTED, TopicState.ACCEPTED, TopicState.DONE)}
_T = TypeVar("_T")
LONGEST_TITLE, LONGEST_TEXT, LONGEST_BODY = 120, 4000, 80
COLUMNS = (
    Column("channel", "渠道", required=True, kind="choice", choices=tuple(_CHANNELS), width=10),
    Column("title", "标题", aliases=("议题", "议题名称", "议题标题"), required=True, width=40),
    Column("text", "内容", aliases=("议题内容", "主要内容"), width=60),
    Column("place", "乡镇/网点", aliases=("网点", "乡镇", "村（社区）", "所在网点"), width=22),
    Column("category", "类别", aliases=("议题类别",), width=12),
    Column("on", "提出日期", aliases=("日期", "征集日期"), kind="date", width=12),
    Column("by", "提出人/单位", aliases=("提出人", "提出单位", "点题单位", "荐题委员"), width=18),
    Column("state", "状态", kind="choice", choices=tuple(_STATES), width=10),
    Column("outcome", "答复", aliases=("办理结果", "结果"), width=40),
)
EXAMPLE = {
    "channel": "群众提",
    "title": "村口到学校的路灯不亮",
    "text": "入冬以后孩子放学天已经黑了，请修好村口到学校的六盏路灯。",
    "place": "寺沟村协商议事室",
    "category": "道路照明",
    "on": "2026-10-12",
    "by": "",
    "state": "待受理",
    "outcome": "",
}


@dataclass(frozen=True, slots=True)
class Planned:
    """One row that can be made into a topic."""

    number: int
    entry: Entry
    state: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a table would do.

    Attributes:
        known: rows that are here already, from this table or another.
    """

    rows: tuple[Planned, ...]
    known: int
    errors: tuple[CellError, ...]
    notes: tuple[str, ...]

    @property
    def wrong_rows(self) -> int:
        """How many rows have a mistake."""
        return len({error.row for error in self.errors})


class _Ground:
    """What a committee has: nodes, categories and members by name, and the topics that are here. Four queries."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.nodes: dict[str, list[Node]] = {}
        for node in Node.objects.visible_to(actor).open_on(clock.today()).select_related("place"):
            for name in {node.name, node.place.name if node.place else node.name}:
                self.nodes.setdefault(name, []).append(node)
        self.categories = {c.name: c for c in TopicCategory.objects.visible_to(actor)}
        self.members: dict[str, list[Member]] = {}
        for member in Member.objects.visible_to(actor):
            self.members.setdefault(member.name, []).append(member)
        self.known: set[tuple[object, ...]] = set(
            Topic.objects.filter(committee_id=actor.committee_id or 0).values_list(
                "channel", "matter__title", "text", "node_id", "matter__opened_on"
            )
        )


def read_plan(actor: Actor, data: bytes, filename: str) -> Plan:
    """Return what a table would do here, every doubt named. Nothing is written.

    Raises:
        TableRefused: it cannot be read at all.
    """
    table: Table = read_table(data, filename, COLUMNS)
    ground = _Ground(actor)
    errors = list(table.errors)
    broken = {error.row for error in errors}
    planned, known = [], 0
    for row in table.rows:
        if row.number in broken:
            continue
        reader = _Reader(ground, row)
        found = reader.plan()
        errors += reader.errors
        if reader.errors or found is None:
            continue
        if _key(found.entry) in ground.known:
            known += 1
            continue
        ground.known.add(_key(found.entry))
        planned.append(found)
    errors.sort(key=lambda error: error.row)
    return Plan(tuple(planned), known, tuple(errors), table.notes)


def _key(entry: Entry) -> tuple[object, ...]:
    return (entry.channel, entry.title, entry.text, entry.node.pk if entry.node else None, entry.on)


class _Reader:
    """One row on its way from words to what they mean."""

    def __init__(self, ground: _Ground, row: Row) -> None:
        self.ground, self.row = ground, row
        self.errors: list[CellError] = []

    def plan(self) -> Planned | None:
        title = self._text("title", LONGEST_TITLE)
        channel = _CHANNELS[str(self.row.values["channel"])]
        node = self._node()
        raised_by, member = self._by(channel)
        entry = Entry(
            channel=channel,
            title=title,
            text=self._text("text", LONGEST_TEXT) or title,
            node=node,
            category=self._category(),
            raised_by=raised_by,
            member=member,
            on=self._day(),
        )
        state = _STATES[str(self.row.values.get("state") or recorded(TopicState.COLLECTED.label))]
        outcome = self._text("outcome", LONGEST_TEXT)
        if state == TopicState.DONE and not outcome:
            self._wrong("outcome", _("已办结的请写答复，提出人要看。"))
        if not self.errors and not can_enter_for(self.ground.actor, node):
            self._wrong("place", _("您只能录入自己网点的议题。"))
        return Planned(self.row.number, entry, state, outcome)

    def _wrong(self, key: str, message: str) -> None:
        header = next(c.header for c in COLUMNS if c.key == key)
        self.errors.append(CellError(self.row.number, header, message))

    def _text(self, key: str, most: int) -> str:
        value = str(self.row.values.get(key) or "").strip()
        if len(value) > most:
            self._wrong(key, _("最多%(most)d字，这里有%(n)d字。") % {"most": most, "n": len(value)})
        return value[:most]

    def _node(self) -> Node | None:
        return self._one("place", self.ground.nodes, _("没有这个网点，请先在网点里添加，或者留空。"))

    def _category(self) -> TopicCategory | None:
        name = self._text("category", LONGEST_BODY)
        if name and name not in self.ground.categories:
            self._wrong("category", _("没有这个类别，请改成已有的，或者留空。"))
        return self.ground.categories.get(name)

    def _by(self, channel: str) -> tuple[str, Member | None]:
        name = self._text("by", LONGEST_BODY)
        if channel == Channel.PARTY_GOV:
            if not name:
                self._wrong("by", _("党政点题的，请写点题单位。"))
            return name, None
        if channel == Channel.MEMBER:
            if not name:
                self._wrong("by", _("委员荐题的，请写委员姓名。"))
            return "", self._one("by", self.ground.members, _("委员名册里没有这个名字。"))
        if name:
            self._wrong("by", _("群众和网上提的不记姓名，请清空这一格。"))
        return "", None

    def _one(self, key: str, among: Mapping[str, list[_T]], missing: str) -> _T | None:
        name = self._text(key, LONGEST_BODY)
        if not name:
            return None
        found = among.get(name, [])
        if not found:
            self._wrong(key, missing)
        elif len(found) > 1:
            self._wrong(key, _("有%(n)d个「%(name)s」，请写全称。") % {"n": len(found), "name": name})
        return found[0] if len(found) == 1 else None

    def _day(self) -> date:
        value = self.row.values.get("on")
        day = value.on if isinstance(value, SheetDate) else clock.today()
        if day > clock.today():
            self._wrong("on", _("提出日期还没有到。"))
        return day
