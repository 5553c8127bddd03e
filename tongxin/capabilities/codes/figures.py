"""How many places have a code, as shares of all places of a kind, and how often codes were scanned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongxin.capabilities.codes.models import AccessCode, ScanCount
from tongxin.capabilities.codes.permissions import SEE_ALL
from tongxin.foundation.core import clock
from tongxin.foundation.core.breakdowns import by_choice, by_month, by_year
from tongxin.foundation.core.figures import Column, Figure, Period, register_figures
from tongxin.foundation.organization.breakdowns import by_place, by_station
from tongxin.foundation.organization.enums import HostKind, NodeKind
from tongxin.foundation.organization.models import Node

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

# Fewer scans than this at one place in one month could be those of one person.
_TOO_FEW = 10


def _there(kind: str) -> Callable[[int, Period], QuerySet[Node]]:
    """Codes hang or do not hang today: what stood on a wall in the past is not known."""
    return lambda committee_id, _period: Node.objects.filter(committee_id=committee_id, kind=kind).open_on(
        clock.today()
    )


def _coded(kind: str) -> Callable[[int, Period], QuerySet[Node]]:
    there = _there(kind)
    active = AccessCode.objects.active().filter(node__isnull=False)
    code = active.filter(node=OuterRef("pk")).values("pk")[:1]
    return lambda committee_id, period: (
        there(committee_id, period)
        .filter(pk__in=active.filter(committee_id=committee_id).values("node"))
        .annotate(code_id=Subquery(code))
    )


def _scans(committee_id: int, period: Period) -> QuerySet[ScanCount]:
    return ScanCount.objects.filter(committee_id=committee_id, **period.within("on"))


_COVERAGE: dict[str, Any] = {
    "dated": _("今天"),
    "columns": (
        Column(_("网点"), "name", is_title=True),
        Column(_("所在地"), "place.name"),
        Column(_("设在"), "get_host_display"),
        Column(_("地址"), "address"),
    ),
    "select": ("place",),
    # Of the whole, a node may have no code.
    "row_url": lambda node: reverse("codes:show", args=[node.code_id]) if hasattr(node, "code_id") else "",
    "breakdowns": (by_place("place"), by_choice("host", _("设在"), "host", dict(HostKind.choices))),
    "seen_by": tuple(role.value for role in SEE_ALL),
    "page": "codes:list",
    "is_standing": True,
}
FIGURES = (
    Figure(
        "codes.station_coverage",
        _("委员工作站赋码覆盖率"),
        "%",
        _("今天在用的委员工作站中，有在用的码的占多少。"),
        _coded(NodeKind.STATION),
        out_of=_there(NodeKind.STATION),
        params={"kind": NodeKind.STATION, "status": AccessCode.Status.ACTIVE},
        **_COVERAGE,
    ),
    Figure(
        "codes.room_coverage",
        _("协商议事室赋码覆盖率"),
        "%",
        _("今天在用的协商议事室中，有在用的码的占多少。"),
        _coded(NodeKind.ROOM),
        out_of=_there(NodeKind.ROOM),
        params={"kind": NodeKind.ROOM, "status": AccessCode.Status.ACTIVE},
        **_COVERAGE,
    ),
    Figure(
        "codes.scans",
        _("扫码"),
        _("次"),
        _("期内各网点和活动的码被扫的次数，只记次数，不记谁扫的。"),
        _scans,
        dated=_("扫码的日期"),
        summed="count",
        columns=(
            Column(_("网点"), "code.node.name", is_title=True),
            Column(_("活动"), "code.matter.title"),
            Column(_("日期"), "on"),
            Column(_("次数"), "count"),
        ),
        select=("code__node", "code__matter"),
        row_url=lambda row: reverse("codes:show", args=[row.code_id]),
        breakdowns=(by_month("on"), by_year("on"), by_place("code__node__place"), by_station("code__node")),
        suppressed_below=_TOO_FEW,
    ),
)


def register() -> None:
    """Make the figures of this room known."""
    register_figures(*FIGURES)
