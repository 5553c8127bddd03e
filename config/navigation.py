"""The shell around every page: who is here, where they can go, what is waiting."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongxin.capabilities.notices.selectors import unread_count
from tongxin.foundation.core.access import NOBODY, Actor
from tongxin.foundation.organization.enums import NODE_ROLES, Level, Role

if TYPE_CHECKING:
    from django.http import HttpRequest

# A proposal, or something that belongs to one.
_ONE_PROPOSAL = re.compile(r"[0-9a-f]{8}-|assignments/|replies/|invitations/")
# A topic, or a form that makes one.
_ONE_TOPIC = re.compile(r"[0-9a-f]{8}-|enter/|paper/")
_OF_UNITS = (Role.UNIT_CLERK, Role.UNIT_LEADER, Role.SUPERVISOR)
_OFFICE = (Role.STAFF, Role.REVIEWER, Role.LEADER, Role.AUDITOR, Role.TENANT_ADMIN)


@dataclass(frozen=True, slots=True)
class Item:
    """One place that the person can go to."""

    url: str
    label: str
    icon: str
    current: bool = False
    group: str = ""
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Shell:
    """What ``base.html`` shows around a page."""

    committee: Any = None
    person_name: str = ""
    nav: list[Item] = field(default_factory=list)
    tabs: list[Item] = field(default_factory=list)
    unread: int = 0
    committees: tuple[Any, ...] = ()
    demo: bool = False
    tour: Any = None


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give templates the shell; it is made only when a page shows it."""
    return {"shell": SimpleLazyObject(lambda: _shell(request))}


def _shell(request: HttpRequest) -> Shell:
    actor: Actor = getattr(request, "actor", NOBODY)
    tour = _tour(request) if settings.DEMO else None
    if actor.user_id is None:
        return Shell(committee=getattr(request, "committee", None), demo=settings.DEMO, tour=tour)
    path = _at_home(actor, request.path)
    nav = _nav(actor, path)
    return Shell(
        committee=actor.committee,
        person_name=actor.name,
        nav=nav,
        tabs=_tabs(actor, path, simple=getattr(request, "simple_mode", False), nav=nav),
        unread=unread_count(actor),
        committees=actor.committees if len(actor.committees) > 1 else (),
        demo=settings.DEMO,
        tour=tour,
    )


def _tour(request: HttpRequest) -> Any:  # noqa: ANN401 (what the demo shows is its own affair)
    from tongxin.demo.tour import tour_of  # noqa: PLC0415 (outside demo mode none of it is loaded)

    return tour_of(request)


def _at_home(actor: Actor, path: str) -> str:
    """Return where somebody came from to one proposal or topic: who works on them has a list of their own."""
    topic = path.removeprefix(reverse("topics:list"))
    if topic != path and _ONE_TOPIC.match(topic) and actor.has(*NODE_ROLES) and not actor.has(*_OFFICE):
        return reverse("topics:queue")
    within = path.removeprefix(reverse("proposals:list"))
    if within == path or not _ONE_PROPOSAL.match(within) or actor.has(*_OFFICE, Role.SUPERVISOR):
        return path
    if actor.has(Role.UNIT_CLERK, Role.UNIT_LEADER):
        return reverse("proposals:inbox")
    return reverse("proposals:mine")


def _nav(actor: Actor, path: str) -> list[Item]:
    follow, look, rule = _("督促"), _("查看"), _("管理")
    rows = [("home", _("工作台"), "home", "", True)]
    if actor.has(*_OFFICE):
        rows.append(("proposals:list", _("提案"), "pen", "", actor.has(*_OFFICE[:4])))
        rows.append(("proposals:meetings", _("交办会"), "swap", "", actor.has(Role.STAFF)))
        looker = actor.has(Role.STAFF, Role.LEADER, Role.AUDITOR)
        rows.append(("statistics:home", _("数字"), "chart", look, looker))
        rows.append(("proposals:report", _("提案统计"), "chart", look, actor.has(*_OFFICE[:4])))
    if actor.has(*_OF_UNITS):
        rows.append(
            ("proposals:inbox", _("承办的提案"), "pen", "", actor.has(Role.UNIT_CLERK, Role.UNIT_LEADER))
        )
        rows.append(("proposals:passing_on", _("待转交的提案"), "swap", "", actor.has(Role.SUPERVISOR)))
        rows.append(("proposals:list", _("督办的提案"), "search", "", actor.has(Role.SUPERVISOR)))
    if actor.has(Role.MEMBER, Role.SUBMITTER):
        rows.append(("proposals:mine", _("我的提案"), "pen", "", True))
        rows.append(("proposals:list", _("看提案"), "search", look, not actor.has(*_OFFICE)))
    rows += _of_the_grass_roots(actor)
    rows += [
        ("proposals:watch", _("期限预警"), "clock", follow, actor.has(*_OFFICE[:4], *_OF_UNITS)),
        ("proposals:promises", _("承诺事项"), "check", follow, actor.has(*_OFFICE[:4], *_OF_UNITS)),
        ("proposals:look_backs", _("回头看"), "undo", follow, actor.has(*_OFFICE[:4])),
        ("proposals:key_list", _("重点提案"), "flag", follow, actor.has(*_OFFICE[:4])),
        ("rollup:home", _rollup_label(actor), "up", look, actor.has(Role.STAFF, Role.LEADER, Role.AUDITOR)),
        ("proposals:honours", _("优秀提案"), "star", look, actor.has(*_OFFICE[:4])),
        ("workreports:list", _("工作报告"), "file", look, actor.has(Role.STAFF, Role.LEADER, Role.AUDITOR)),
        ("organization:members", _("委员"), "users", look, actor.has(Role.STAFF, Role.TENANT_ADMIN)),
        ("organization:staff", _("编制"), "users", rule, actor.has(Role.STAFF, Role.TENANT_ADMIN)),
        ("organization:overview", _("组织"), "round", rule, actor.has(Role.TENANT_ADMIN)),
        ("proposals:imports", _("往届提案"), "up", rule, actor.has(Role.STAFF, Role.TENANT_ADMIN)),
        ("proposals:settings", _("提案规则"), "gear", rule, actor.has(Role.TENANT_ADMIN)),
        ("proposals:quality_rules", _("规范性文件"), "file", rule, actor.has(Role.STAFF)),
        ("topics:settings", _("议题规则"), "gear", rule, actor.has(Role.TENANT_ADMIN)),
        ("grassroots:settings", _("基层规则"), "gear", rule, actor.has(Role.TENANT_ADMIN)),
        ("deadlines:calendar", _("工作日历"), "cal", rule, actor.has(Role.STAFF, Role.TENANT_ADMIN)),
        ("audit:list", _("审计日志"), "shield", rule, actor.has(Role.AUDITOR, Role.TENANT_ADMIN)),
        ("organization:installation", _("各级政协"), "globe", rule, actor.has(Role.SYSTEM_ADMIN)),
    ]
    items = [
        Item(url := reverse(name), label, icon, _is_current(url, path), group)
        for name, label, icon, group, shown in rows
        if shown
    ]
    if actor.committee is not None and actor.committee.is_public:
        items.append(
            Item(reverse("publishing:site", args=[actor.committee.code]), _("公开"), "globe", group=look)
        )
    return _grouped(_only_nearest(items))


def _of_the_grass_roots(actor: Actor) -> list[tuple[str, str, str, str, bool]]:
    # Who keeps a node has little else; who sits in an office has a group of its own for it.
    keeper, looker = actor.has(*NODE_ROLES), actor.has(Role.STAFF, Role.LEADER, Role.AUDITOR)
    admin, member = actor.has(Role.TENANT_ADMIN), actor.has(Role.MEMBER)
    here = _("基层") if looker or admin else ""
    seen = keeper or looker or member
    return [
        ("topics:queue", _("议题受理"), "inbox", here, keeper or actor.has(Role.STAFF)),
        ("topics:list", _("议题"), "voice", here, seen),
        ("grassroots:sessions", _("协商议事"), "chat", here, seen),
        ("conversations:list", _("网络议政"), "voice", here, looker or member),
        ("grassroots:problems", _("问题台账"), "check", here, seen or actor.has(*_OF_UNITS[:2])),
        ("topics:lists", _("年度议题"), "star", here, seen),
        ("journeys:leads", _("提案线索"), "link", _("查看"), member),
        ("grassroots:nodes", _("网点"), "office", here, keeper or looker or admin),
        ("codes:list", _("一码通"), "qr", here, keeper or looker or admin),
        ("grassroots:schemes", _("考核奖补"), "stamp", here, looker or actor.has(Role.STATION_HEAD)),
        ("grassroots:reports", _("站长述职"), "file", here, looker or actor.has(Role.STATION_HEAD)),
    ]


def _rollup_label(actor: Actor) -> str:
    is_upper = actor.committee is not None and actor.committee.level in {Level.PROVINCE, Level.CITY}
    return _("各地数据") if is_upper else _("数据上报")


def _grouped(items: list[Item]) -> list[Item]:
    # Items of one group stand together, whatever the order above; what presses stands before what is looked at.
    order = ["", _("基层"), _("督促"), _("查看"), _("管理")]
    return sorted(items, key=lambda i: order.index(i.group))


def _only_nearest(items: list[Item]) -> list[Item]:
    """Leave "you are here" on the item with the longest address only."""
    here = max((i.url for i in items if i.current), key=len, default="")
    return [i if not i.current or i.url == here else replace(i, current=False) for i in items]


def _is_current(url: str, path: str) -> bool:
    return path == url if url == "/" else path.startswith(url)


def _tabs(actor: Actor, path: str, *, simple: bool, nav: list[Item]) -> list[Item]:
    rows = [("home", _("首页"), "home")]
    if actor.has(Role.MEMBER, Role.SUBMITTER):
        rows += [
            ("proposals:mine", pgettext("tab", "我的提案"), "file"),
            ("proposals:new", _("写一件"), "pen"),
        ]
        if not simple:
            rows.append(("proposals:list", pgettext("tab", "看提案"), "search"))
    elif actor.has(*NODE_ROLES) and not actor.has(*_OFFICE):
        rows += [
            ("topics:queue", pgettext("tab", "议题"), "inbox"),
            ("grassroots:sessions", pgettext("tab", "协商"), "chat"),
        ]
    elif actor.has(Role.UNIT_CLERK, Role.UNIT_LEADER):
        rows += [("proposals:inbox", _("承办"), "pen"), ("notices:list", _("提醒"), "bell")]
    elif actor.has(Role.LEADER):
        rows += [("proposals:list", _("提案"), "pen"), ("statistics:home", _("数字"), "chart")]
    else:
        rows += [("proposals:list", _("提案"), "pen"), ("notices:list", _("提醒"), "bell")]
    if actor.has(*_OFFICE, *_OF_UNITS, *NODE_ROLES) and not simple:
        rows.append(("more", _("更多"), "menu"))
    if not (simple and actor.has(Role.MEMBER)):
        rows.append(("accounts:me", _("我"), "user"))
    items = [Item(url := reverse(name), label, icon, _is_current(url, path)) for name, label, icon in rows]
    # What has no place of its own at the bottom is found under "more".
    inside = next((i.url for i in nav if i.current), "")
    if inside and not any(i.url == inside for i in items):
        items = [replace(i, current=i.url == reverse("more")) for i in items]
    return _only_nearest(items)
