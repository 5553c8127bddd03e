"""How many places have a code, as shares of all places of a kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tongxin.capabilities.codes.models import AccessCode
from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import Figure, Period, register_figures
from tongxin.foundation.organization.enums import NodeKind
from tongxin.foundation.organization.models import Node

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet


def _there(kind: str) -> Callable[[int, Period], QuerySet[Node]]:
    """Codes hang or do not hang today: what stood on a wall in the past is not known."""
    return lambda committee_id, _period: Node.objects.filter(committee_id=committee_id, kind=kind).open_on(
        clock.today()
    )


def _coded(kind: str) -> Callable[[int, Period], QuerySet[Node]]:
    there = _there(kind)
    return lambda committee_id, period: there(committee_id, period).filter(
        pk__in=AccessCode.objects.active().filter(node__isnull=False).values("node")
    )


FIGURES = (
    Figure(
        "codes.station_coverage",
        _("委员工作站赋码覆盖率"),
        "%",
        _("今天在用的委员工作站中，有在用的码的占多少。"),
        _coded(NodeKind.STATION),
        out_of=_there(NodeKind.STATION),
        page="codes:list",
        params={"kind": NodeKind.STATION, "status": AccessCode.Status.ACTIVE},
    ),
    Figure(
        "codes.room_coverage",
        _("协商议事室赋码覆盖率"),
        "%",
        _("今天在用的协商议事室中，有在用的码的占多少。"),
        _coded(NodeKind.ROOM),
        out_of=_there(NodeKind.ROOM),
        page="codes:list",
        params={"kind": NodeKind.ROOM, "status": AccessCode.Status.ACTIVE},
    ),
)


def register() -> None:
    """Make the figures of this room known."""
    register_figures(*FIGURES)
