"""Numbers of the places of the grass roots, and of the people there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongxin.activities.grassroots.models import Secondment, StationHead, SupervisionVisit, Visit
from tongxin.foundation.core import clock
from tongxin.foundation.core.breakdowns import Breakdown, by_choice, by_month, by_year, named_by
from tongxin.foundation.core.figures import Column, Figure, Period
from tongxin.foundation.organization.breakdowns import by_place, by_station
from tongxin.foundation.organization.enums import HostKind, NodeKind
from tongxin.foundation.organization.figures import last_day
from tongxin.foundation.organization.models import Committee, Node, Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

_END, _TODAY = _("期末"), _("今天")
_NODES = "grassroots:nodes"


def _there(committee_id: int, period: Period) -> QuerySet[Node]:
    """Return the nodes that are there at the end of the period."""
    return Node.objects.filter(committee_id=committee_id).open_on(last_day(period))


def _nodes(kind: str) -> Callable[[int, Period], QuerySet[Node]]:
    return lambda committee_id, period: _there(committee_id, period).filter(kind=kind)


def _hosted(*hosts: str) -> Callable[[int, Period], QuerySet[Node]]:
    kinds = (NodeKind.COUNCIL, NodeKind.ROOM)
    return lambda committee_id, period: _there(committee_id, period).filter(
        kind__in=kinds, host__in=hosts, place__isnull=False
    )


def seconded(committee_id: int, period: Period) -> QuerySet[Secondment]:
    """Return the secondments that held at some time in a period; without one, those that hold today."""
    found = Secondment.objects.filter(committee_id=committee_id)
    since = period.since or clock.today()
    until = period.until or clock.today()
    return found.filter(Q(until__isnull=True) | Q(until__gte=since), since__lte=until)


def _heads_as_members(committee_id: int, period: Period) -> QuerySet[StationHead]:
    found = StationHead.objects.filter(committee_id=committee_id, member__isnull=False)
    return found.held_on(last_day(period))


def _visits(committee_id: int, period: Period) -> QuerySet[Visit]:
    return Visit.objects.filter(committee_id=committee_id, **period.within("on"))


def _supervisions(committee_id: int, period: Period) -> QuerySet[SupervisionVisit]:
    return SupervisionVisit.objects.filter(committee_id=committee_id, **period.within("on"))


def _to_rectify(committee_id: int, _period: Period) -> QuerySet[SupervisionVisit]:
    found = SupervisionVisit.objects.filter(committee_id=committee_id)
    return found.filter(rectify_by__isnull=False, rectified_on=None)


_BY_HOST = by_choice("host", _("设在"), "host", dict(HostKind.choices))
_NODE: dict[str, Any] = {
    "dated": _END,
    "columns": (
        Column(_("名称"), "name", is_title=True),
        Column(_("所在地"), "place.name"),
        Column(_("设在"), "get_host_display"),
        Column(_("工作站"), "station.name"),
        Column(_("成立日期"), "opened_on"),
    ),
    "select": ("place", "station"),
    "row_url": lambda node: reverse("grassroots:node", args=[node.pk]),
    "page": _NODES,
    "is_standing": True,
}
_BELOW = (by_place("place"), by_station(), _BY_HOST, by_year("opened_on"))


def _reached(hosted: str) -> dict[str, Any]:
    def url(place: Place) -> str:
        return f"{reverse(_NODES)}?hosted={hosted}&town={place.pk}"

    return {
        "dated": _END,
        "distinct": "place",
        "columns": (
            Column(_("地名"), "name", is_title=True),
            Column(_("属于"), "parent.name"),
            Column(_("区划代码"), "code"),
        ),
        "select": ("parent",),
        "row_url": url,
        "breakdowns": (by_place("place"),),
        "page": _NODES,
        "params": {"hosted": hosted},
        "is_standing": True,
    }


_HOMES = Breakdown("home", _("哪一级的委员"), "person__home", labels=named_by(Committee, "short_name"))
_SUPERVISION: dict[str, Any] = {
    "columns": (
        Column(_("工作站"), "charge.node.name", is_title=True),
        Column(_("包抓领导"), "charge.leader.name"),
        Column(_("督导日期"), "on"),
        Column(_("整改期限"), "rectify_by"),
        Column(_("整改完成日期"), "rectified_on"),
    ),
    "select": ("charge__node", "charge__leader"),
    "row_url": lambda visit: reverse("grassroots:node", args=[visit.charge.node_id]),
    "breakdowns": (
        by_month("on"),
        by_year("on"),
        by_place("charge__node__place"),
        by_station("charge__node"),
    ),
}
FIGURES = (
    Figure(
        "grassroots.stations",
        _("委员工作站"),
        _("个"),
        _("期末在用的委员工作站，每站计一次。"),
        _nodes(NodeKind.STATION),
        params={"kind": NodeKind.STATION},
        breakdowns=(by_place("place"), _BY_HOST, by_year("opened_on")),
        **_NODE,
    ),
    Figure(
        "grassroots.councils",
        _("协商议事会"),
        _("个"),
        _("期末在用的协商议事会，每会计一次。"),
        _nodes(NodeKind.COUNCIL),
        params={"kind": NodeKind.COUNCIL},
        breakdowns=_BELOW,
        **_NODE,
    ),
    Figure(
        "grassroots.rooms",
        _("协商议事室"),
        _("个"),
        _("期末在用的协商议事室，每室计一次。"),
        _nodes(NodeKind.ROOM),
        params={"kind": NodeKind.ROOM},
        breakdowns=_BELOW,
        **_NODE,
    ),
    Figure(
        "grassroots.townships",
        _("设有议事会、议事室的乡镇街道"),
        _("个"),
        _("期末有本级议事会或者议事室在用的乡镇、街道，按地名计一次。"),
        _hosted(HostKind.TOWNSHIP, HostKind.STREET),
        **_reached("township"),
    ),
    Figure(
        "grassroots.villages",
        _("设有议事会、议事室的村"),
        _("个"),
        _("期末有议事会或者议事室在用的村，按地名计一次。"),
        _hosted(HostKind.VILLAGE),
        **_reached("village"),
    ),
    Figure(
        "grassroots.communities",
        _("设有议事会、议事室的社区"),
        _("个"),
        _("期末有议事会或者议事室在用的社区，按地名计一次。"),
        _hosted(HostKind.COMMUNITY),
        **_reached("community"),
    ),
    Figure(
        "grassroots.seconded_members",
        _("下沉委员"),
        _("名"),
        _("期内下沉到工作站、议事会的两级政协委员，一人在几处也计一名。"),
        seconded,
        dated=_("下沉的起止日期"),
        distinct="person",
        columns=(
            Column(_("姓名"), "name", is_title=True),
            Column(_("哪一级的委员"), "home.short_name"),
            Column(_("工作单位及职务"), "work_unit_and_title"),
        ),
        select=("home",),
        breakdowns=(
            _HOMES,
            by_place("node__place", why_not=_("一位委员可以下沉到几个乡镇街道，在每处各计一名。")),
            by_station("node", why_not=_("一位委员可以下沉到几个工作站，在每处各计一名。")),
        ),
        page="grassroots:seconded",
    ),
    Figure(
        "organization.station_heads_as_members",
        _("担任委员的乡镇党委副书记（站长）"),
        _("名"),
        _("期末担任委员工作站站长、同时是本会委员的乡镇党委副书记等同志，一人兼几个站也计一名。"),
        _heads_as_members,
        dated=_END,
        distinct="member",
        columns=(
            Column(_("姓名"), "name", is_title=True),
            Column(_("工作单位及职务"), "work_unit_and_title"),
            Column(_("委员编号"), "number"),
        ),
        row_url=lambda member: reverse("organization:member", args=[member.pk]),
        breakdowns=(by_place("node__place", why_not=_("一位站长可以兼几个乡镇街道的站，在每处各计一名。")),),
        is_standing=True,
    ),
    Figure(
        "grassroots.visits",
        _("委员走访"),
        _("人次"),
        _("期内在网点扫码登记、或者从台账补录的走访，每人每次计一次。"),
        _visits,
        dated=_("走访的日期"),
        columns=(
            Column(_("网点"), "node.name", is_title=True),
            Column(_("委员"), "member.name"),
            Column(_("日期"), "on"),
        ),
        select=("node", "member"),
        row_url=lambda visit: reverse("grassroots:node", args=[visit.node_id]),
        breakdowns=(by_month("on"), by_year("on"), by_place("node__place"), by_station("node")),
    ),
    Figure(
        "grassroots.supervisions",
        _("包抓领导督导"),
        _("次"),
        _("期内包抓工作站的领导到站督导并登记的，每次计一次。"),
        _supervisions,
        dated=_("督导的日期"),
        **_SUPERVISION,
    ),
    Figure(
        "grassroots.supervisions_open",
        _("督导后还没有整改完的"),
        _("次"),
        _("定了整改期限、到今天还没有登记整改完成的督导；选哪一期都是今天的数。"),
        _to_rectify,
        dated=_TODAY,
        is_standing=True,
        page="grassroots:supervision",
        params={"open": "1"},
        **_SUPERVISION,
    ),
)
