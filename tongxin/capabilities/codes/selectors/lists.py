"""The list of places and their codes: what was asked for, how many have a code, and the rows of one page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.core.paginator import Paginator
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Left
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.capabilities.codes.models import AccessCode, ScanCount
from tongxin.capabilities.codes.permissions import can_read_event
from tongxin.capabilities.codes.selectors.places import (
    ENDED,
    STATUS_IS,
    STATUSES,
    WITH,
    WITHOUT,
    Coverage,
    coverage_of,
    kept_nodes,
    places,
)
from tongxin.capabilities.matters.pages import page_of
from tongxin.foundation.core import clock
from tongxin.foundation.organization.enums import Level, NodeKind
from tongxin.foundation.organization.models import Place
from tongxin.foundation.organization.nodes import in_township

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from uuid import UUID

    from django.core.paginator import Page

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Node, NodeQuerySet

PAGE_ROWS: Final = 20
RECENT_DAYS: Final = 30
PLACES, EVENTS, REVOKED = "places", "events", "revoked"
TABS: Final = {PLACES: gettext_lazy("网点"), EVENTS: gettext_lazy("活动"), REVOKED: gettext_lazy("已作废")}
TONES: Final = {"active": "ok", "suspended": "stop", "revoked": "stop"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the list was asked for; whatever is not known counts as not asked."""

    tab: str = PLACES
    q: str = ""
    kind: str = ""
    status: str = ""
    town: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Wanted:
        """Read the conditions from an address."""
        tab, kind, status = query.get("tab", ""), query.get("kind", ""), query.get("status", "")
        town = query.get("town", "")
        return cls(
            tab=tab if tab in TABS else PLACES,
            q=query.get("q", "").replace("\x00", "").strip()[:40],
            kind=kind if kind in NodeKind.values else "",
            status=status if status in STATUSES else "",
            town=town if town.isdecimal() and town.isascii() else "",
        )

    @property
    def query(self) -> str:
        """The conditions as they stand in an address."""
        said = {"tab": self.tab, "q": self.q, "kind": self.kind, "status": self.status, "town": self.town}
        return urlencode({k: v for k, v in said.items() if v and (k, v) != ("tab", PLACES)})

    @property
    def is_narrowed(self) -> bool:
        """Whether the list holds less than all."""
        return bool(self.q or self.kind or self.status or self.town)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    name: str
    kind: str
    where: str
    node_id: UUID | None = None
    code_id: UUID | None = None
    tone: str = "wait"
    status: str = ""
    is_active: bool = False
    printed_on: date | None = None
    scans: int | None = None
    scans_url: str = ""
    ended: str = ""
    # Where the event of the code is read, for who reads it.
    event_url: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """The list as its page shows it."""

    wanted: Wanted
    page: Page[Any]
    rows: list[Row]
    tabs: list[dict[str, Any]]
    coverage: list[Coverage]
    towns: list[tuple[str, str]]
    ended: int
    missing: int = field(default=0)

    @property
    def page_range(self) -> Iterator[int | str]:
        """The numbers under the list."""
        return self.page.paginator.get_elided_page_range(self.page.number)


def listed(actor: Actor, wanted: Wanted, page_number: str) -> Listed:
    """Return one page of what was asked for. The number of queries does not depend on the rows."""
    coverage = coverage_of(actor)
    counts = _counts(actor)
    counts[PLACES] = sum(c.total for c in coverage)
    found = _found(actor, wanted)
    page = Paginator(found, PAGE_ROWS).get_page(page_number)
    make = _place_row if wanted.tab == PLACES else partial(_code_row, actor)
    return Listed(
        wanted=wanted,
        page=page,
        rows=[make(row) for row in page],
        tabs=[
            {
                "label": label,
                "url": reverse("codes:list") + ("" if tab == PLACES else f"?tab={tab}"),
                "count": counts[tab],
                "current": tab == wanted.tab,
            }
            for tab, label in TABS.items()
        ],
        coverage=coverage,
        towns=_towns(actor) if wanted.tab == PLACES else [],
        ended=counts[ENDED],
        missing=sum(c.missing for c in coverage),
    )


def wanted_codes(actor: Actor, wanted: Wanted) -> QuerySet[AccessCode]:
    """Return the codes in force of everything that was asked for: those a poster can be made of."""
    codes = AccessCode.objects.visible_to(actor).active()
    if wanted.tab == PLACES:
        codes = codes.filter(node__in=_found(actor, wanted).values("pk"))
    else:
        codes = codes.filter(pk__in=_found(actor, wanted).values("pk"))
    return for_posters(codes)


def for_posters(codes: QuerySet[AccessCode]) -> QuerySet[AccessCode]:
    """Return codes with all that a poster says, in the order in which they are handed out: by place."""
    return codes.select_related("committee", "node", "matter").order_by(*_by_place("node__"), "pk")


def _by_place(prefix: str = "") -> list[Any]:
    """Return the order in which places are visited: by town, each station before what belongs to it."""
    return [
        F(f"{prefix}place_id").asc(nulls_last=True),
        Coalesce(f"{prefix}station_id", f"{prefix}pk"),
        F(f"{prefix}station_id").asc(nulls_first=True),
        f"{prefix}kind",
        f"{prefix}name",
    ]


def _found(actor: Actor, wanted: Wanted) -> QuerySet[Any]:
    recent = _recent_scans("current__pk" if wanted.tab == PLACES else "pk")
    if wanted.tab != PLACES:
        codes = AccessCode.objects.visible_to(actor)
        if wanted.tab == EVENTS:
            codes = codes.current().filter(node__isnull=True)
        else:
            codes = codes.filter(status=AccessCode.Status.REVOKED)
        if wanted.q:
            codes = codes.filter(Q(node__name__icontains=wanted.q) | Q(matter__title__icontains=wanted.q))
        return (
            codes.select_related("node__place__parent", "node__station", "matter")
            .annotate(recent=recent)
            .order_by("-issued_at", "pk")
        )
    nodes = _with_status(actor, wanted.status)
    if wanted.q:
        nodes = nodes.filter(Q(name__icontains=wanted.q) | Q(address__icontains=wanted.q))
    if wanted.kind:
        nodes = nodes.filter(kind=wanted.kind)
    if wanted.town:
        nodes = nodes.filter(in_township("place", wanted.town))
    columns = {name: F(f"current__{name}") for name in ("id", "status", "printed_on")}
    found: QuerySet[Any] = (
        nodes.select_related("place__parent", "station")
        .annotate(recent=recent, **{f"code_{name}": column for name, column in columns.items()})
        .order_by(*_by_place(), "pk")
    )
    return found


def _with_status(actor: Actor, status: str) -> NodeQuerySet:
    if status == ENDED:
        return kept_nodes(actor).filter(STATUS_IS[WITH], ended_on__lte=clock.today())
    nodes = places(actor)
    return nodes.filter(STATUS_IS[status]) if status else nodes


def _recent_scans(code: str) -> Coalesce:
    since = recent_since()
    rows = ScanCount.objects.filter(code=OuterRef(code), on__gte=since).order_by().values("code")
    return Coalesce(Subquery(rows.annotate(n=Sum("count")).values("n")), 0)


def recent_since() -> date:
    """Return the first of the last thirty days."""
    return clock.today() - timedelta(days=RECENT_DAYS - 1)


def _counts(actor: Actor) -> dict[str, int]:
    """Count the codes of the other tabs, and those of places that are no longer there."""
    in_force = ~Q(status=AccessCode.Status.REVOKED)
    found: dict[str, int] = AccessCode.objects.visible_to(actor).aggregate(
        **{
            EVENTS: Count("pk", filter=in_force & Q(node__isnull=True)),
            REVOKED: Count("pk", filter=~in_force),
            ENDED: Count("pk", filter=in_force & Q(node__ended_on__lte=clock.today())),
        }
    )
    return found


def _towns(actor: Actor) -> list[tuple[str, str]]:
    """Return the towns in which there are places. The first nine digits of a village's code are its town's."""
    codes = kept_nodes(actor).order_by().annotate(town=Left("place_id", 9)).values("town")
    towns = Place.objects.filter(level=Level.TOWN, code__in=codes)
    return list(towns.values_list("code", "name"))


def _place_row(node: Any) -> Row:  # noqa: ANN401 (a node with what _found adds)
    row = {
        "name": node.name,
        "kind": node.get_kind_display(),
        "where": _where(node),
        "node_id": node.pk,
    }
    if node.code_id is None:
        return Row(**row, status=str(STATUSES[WITHOUT]))
    return Row(
        **row,
        code_id=node.code_id,
        tone=TONES[node.code_status],
        status=str(AccessCode.Status(node.code_status).label),
        is_active=node.code_status == AccessCode.Status.ACTIVE,
        printed_on=node.code_printed_on,
        scans=node.recent,
        scans_url=_scans_url(node.code_id),
    )


def _code_row(actor: Actor, code: Any) -> Row:  # noqa: ANN401 (a code with what _found adds)
    node = code.node
    return Row(
        name=node.name if node else code.matter.title,
        kind=node.get_kind_display() if node else code.matter.get_kind_display(),
        where=_where(node) if node else code.matter.code or "",
        code_id=code.pk,
        tone=TONES[code.status],
        status=code.get_status_display(),
        is_active=code.status == AccessCode.Status.ACTIVE,
        printed_on=code.printed_on,
        scans=code.recent,
        scans_url=_scans_url(code.pk),
        ended=_("{name}：{reason}").format(name=code.ended_by_name, reason=code.ended_reason)
        if code.ended_reason
        else "",
        event_url=event_url(actor, code),
    )


def event_url(actor: Actor, code: AccessCode) -> str:
    """Return where the event of a code is read; empty for places, and for who only looks after codes."""
    if code.matter is None or not can_read_event(actor):
        return ""
    return page_of(code.matter.kind, code.matter.pk)


def _where(node: Node) -> str:
    """Return the town and the address: villages of one name are told apart by their towns."""
    place = node.place
    town = place.parent if place and place.level == Level.VILLAGE else place
    known = str(town) if town else (node.station.name if node.station else "")
    return "　".join(part for part in (known, node.address) if part)


def _scans_url(code_id: UUID) -> str:
    query = urlencode({"days": str(RECENT_DAYS), "code": str(code_id)})
    return f"{reverse('codes:scans')}?{query}"
