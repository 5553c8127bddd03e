"""The places that a code belongs at, and how many have one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.capabilities.codes.models import AccessCode
from tongxin.capabilities.codes.permissions import SEE_ALL
from tongxin.foundation.core import clock
from tongxin.foundation.organization.enums import NODE_ROLES, NodeKind
from tongxin.foundation.organization.models import Node

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import NodeQuerySet

WITH, WITHOUT, ACTIVE, SUSPENDED, UNPRINTED, ENDED = (
    "with", "none", "active", "suspended", "unprinted", "ended",
)  # fmt: skip
STATUSES: Final = {
    WITH: gettext_lazy("有码"),
    WITHOUT: gettext_lazy("未赋码"),
    ACTIVE: gettext_lazy("在用"),
    SUSPENDED: gettext_lazy("暂停"),
    UNPRINTED: gettext_lazy("在用，还没打印"),
    ENDED: gettext_lazy("网点已撤销"),
}
# Where people come. A council meets in its room, so its room has the code.
_CODED: Final = (NodeKind.STATION, NodeKind.ROOM, NodeKind.HOME)
STATUS_IS: Final[dict[str, Q]] = {
    WITH: Q(current__isnull=False),
    WITHOUT: Q(current__isnull=True),
    ACTIVE: Q(current__status=AccessCode.Status.ACTIVE),
    SUSPENDED: Q(current__status=AccessCode.Status.SUSPENDED),
    UNPRINTED: Q(current__status=AccessCode.Status.ACTIVE, current__printed_on__isnull=True),
}


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many places of one kind have a code."""

    kind: str
    label: str
    total: int
    coded: int
    active: int

    @property
    def missing(self) -> int:
        """How many have none."""
        return self.total - self.coded

    @property
    def suspended(self) -> int:
        """How many have one that leads nowhere for a while."""
        return self.coded - self.active

    @property
    def percent(self) -> int:
        """The share with a code in use; 100 only when every place has one."""
        return self.active * 100 // self.total if self.total else 0

    @property
    def active_url(self) -> str:
        """The places with a code in use."""
        return self.url(ACTIVE)

    @property
    def missing_url(self) -> str:
        """The places without a code."""
        return self.url(WITHOUT)

    @property
    def suspended_url(self) -> str:
        """The places whose code is suspended."""
        return self.url(SUSPENDED)

    @property
    def total_url(self) -> str:
        """All places of this kind."""
        return self.url()

    def url(self, status: str = "") -> str:
        """Return the list that holds exactly these places."""
        return f"{reverse('codes:list')}?{urlencode({'kind': self.kind} | ({'status': status} if status else {}))}"


def places(actor: Actor) -> NodeQuerySet:
    """Return the places that a code belongs at today, with their present code as ``current``.

    Stations, rooms and members' homes; a council only where it has no room, or has a code of its own.
    """
    today = clock.today()
    room = Node.objects.filter(parent=OuterRef("pk"), kind=NodeKind.ROOM).open_on(today)
    return (
        kept_nodes(actor)
        .open_on(today)
        .filter(Q(kind__in=_CODED) | Q(kind=NodeKind.COUNCIL) & (Q(current__isnull=False) | ~Exists(room)))
    )


def places_without_code(actor: Actor) -> NodeQuerySet:
    """Return the places that still lack a code."""
    return places(actor).filter(STATUS_IS[WITHOUT])


def kept_nodes(actor: Actor) -> NodeQuerySet:
    """Return the nodes whose codes a person may see, those that are gone as well, with their code as ``current``."""
    nodes = Node.objects.visible_to(actor)
    if not actor.has(*SEE_ALL):
        nodes = nodes.under(actor.subjects(*NODE_ROLES))
    return nodes.annotate(
        current=FilteredRelation("codes", condition=~Q(codes__status=AccessCode.Status.REVOKED))
    )


def coverage_of(actor: Actor) -> list[Coverage]:
    """Return for each kind of place how many have a code. One query."""
    counted = (
        places(actor)
        .order_by()
        .values("kind")
        .annotate(
            total=Count("pk"),
            coded=Count("current__pk"),
            active=Count("current__pk", filter=STATUS_IS[ACTIVE]),
        )
    )
    found = {row["kind"]: row for row in counted}
    labels = dict(NodeKind.choices) | {NodeKind.COUNCIL: _("没有议事室的议事会")}
    return [
        Coverage(kind, str(label), found[kind]["total"], found[kind]["coded"], found[kind]["active"])
        for kind, label in labels.items()
        if kind in found
    ]
