"""The list of nodes and the page of one: which somebody may open, filters, what is missing where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Left
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.grassroots.exchange.plan import PARENTS
from tongxin.activities.grassroots.models import (
    DeliberationSession,
    DutySlot,
    LeaderCharge,
    Secondment,
    StationHead,
)
from tongxin.activities.grassroots.permissions import NODE_READERS
from tongxin.activities.grassroots.selectors.places import TOWN_DIGITS, everyday, full_name
from tongxin.capabilities.codes.models import AccessCode
from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import EVER, figure
from tongxin.foundation.organization.enums import NODE_ROLES, HostKind, Level, NodeKind, Role
from tongxin.foundation.organization.models import Node, NodeQuerySet, Place, Post
from tongxin.foundation.organization.nodes import in_township

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from uuid import UUID

    from django.utils.functional import _StrPromise

    from tongxin.activities.grassroots.models import CouncilSeat
    from tongxin.foundation.core.access import Actor

# Kinds that hang a code at their door; a council meets in its room.
CODED = (NodeKind.STATION, NodeKind.ROOM, NodeKind.HOME)
# Councils and rooms of a village count the village as reached; a township's own count the township.
HOSTED: Mapping[str, tuple[str, ...]] = {
    "township": (HostKind.TOWNSHIP, HostKind.STREET),
    "village": (HostKind.VILLAGE,),
    "community": (HostKind.COMMUNITY,),
}
# Who opens the list of topics; which ones of them, their own room says.
_TOPIC_READERS = (Role.STAFF, Role.LEADER, Role.AUDITOR, *sorted(NODE_ROLES))
_TOPICS = "topics.collected"
WEEKDAYS: tuple[tuple[int, str | _StrPromise], ...] = (
    (1, _lazy("星期一")),
    (2, _lazy("星期二")),
    (3, _lazy("星期三")),
    (4, _lazy("星期四")),
    (5, _lazy("星期五")),
    (6, _lazy("星期六")),
    (7, _lazy("星期日")),
)


# ── what is missing ──


def _held(model: Any, day: date) -> Any:  # noqa: ANN401 (heads, charges and secondments alike)
    return model.objects.held_on(day).filter(node=OuterRef("pk"))


def _without_code(_day: date) -> Q:
    return Q(~Exists(AccessCode.objects.active().filter(node=OuterRef("pk"))), kind__in=CODED)


def _without_member(day: date) -> Q:
    return Q(~Exists(_held(Secondment, day)), kind=NodeKind.COUNCIL)


def _without_room(day: date) -> Q:
    rooms = Node.objects.open_on(day).filter(parent=OuterRef("pk"), kind=NodeKind.ROOM)
    return Q(~Exists(rooms), kind=NodeKind.COUNCIL)


def _without_head(day: date) -> Q:
    return Q(~Exists(_held(StationHead, day)), kind=NodeKind.STATION)


def _without_charge(day: date) -> Q:
    return Q(~Exists(_held(LeaderCharge, day)), kind=NodeKind.STATION)


GAPS: Mapping[str, tuple[str | _StrPromise, Callable[[date], Q]]] = {
    "code": (_lazy("没有在用的码"), _without_code),
    "member": (_lazy("议事会没有委员"), _without_member),
    "room": (_lazy("议事会没有议事室"), _without_room),
    "head": (_lazy("工作站没有站长"), _without_head),
    "charge": (_lazy("工作站没有包抓领导"), _without_charge),
}


# ── which ──


def visible_nodes(actor: Actor) -> NodeQuerySet:
    """Return the nodes that somebody may open: the office all, who keeps a node that and what belongs to it."""
    mine: NodeQuerySet = Node.objects.visible_to(actor)
    return mine if actor.has(*NODE_READERS) else mine.under(actor.subjects(*NODE_ROLES))


def last_day_of(year: int | None) -> date:
    """Return the day that a year's nodes are counted on: its last one, or today."""
    today = clock.today()
    return min(date(year, 12, 31), today) if year else today


def nodes_matching(actor: Actor, wanted: Mapping[str, Any]) -> NodeQuerySet:
    """Return the nodes that the filters leave, those of one town together.

    Args:
        actor: who looks.
        wanted: cleaned values of ``NodeFilterForm``.
    """
    day = last_day_of(wanted.get("year"))
    found = visible_nodes(actor)
    found = found.filter(ended_on__lte=day) if wanted.get("ended") else found.open_on(day)
    for name in ("kind", "host"):
        if value := wanted.get(name):
            found = found.filter(**{name: value})
    if station := wanted.get("station"):
        found = found.under([station])
    if parent := wanted.get("parent"):
        found = found.filter(parent=parent)
    if town := wanted.get("town"):
        found = found.filter(place=None) if town == "none" else found.filter(in_township("place", town))
    if gap := wanted.get("gap"):
        found = found.filter(GAPS[gap][1](day))
    if hosted := wanted.get("hosted"):
        kinds = (NodeKind.COUNCIL, NodeKind.ROOM)
        found = found.filter(host__in=HOSTED[hosted], kind__in=kinds, place__isnull=False)
    if words := (wanted.get("q") or "").strip():
        found = found.filter(Q(name__icontains=words) | Q(address__icontains=words))
    return _in_order(found)


def _in_order(found: NodeQuerySet) -> NodeQuerySet:
    rank = Case(When(kind=NodeKind.STATION, then=Value(0)), default=Value(1), output_field=IntegerField())
    return found.annotate(town=Left("place_id", TOWN_DIGITS), rank=rank).order_by(
        F("town").asc(nulls_last=True), "rank", F("place_id").asc(nulls_last=True), "kind", "name", "pk"
    )


def counted(rows: QuerySet[Any], by: str) -> Coalesce:
    """Return how many rows point at each node, as a column."""
    return Coalesce(
        Subquery(
            rows.filter(**{by: OuterRef("pk")}).order_by().values(by).annotate(n=Count("pk")).values("n")
        ),
        0,
        output_field=IntegerField(),
    )


def _sessions_under(actor: Actor) -> Coalesce:
    """Count the sessions held at a node and at what belongs to it, as the list that the number opens does."""
    return _count_under(DeliberationSession.objects.visible_to(actor).held())


def _count_under(rows: Any) -> Coalesce:  # noqa: ANN401 (a queryset of what has a node)
    at = Q(node=OuterRef("pk")) | Q(node__parent=OuterRef("pk")) | Q(node__station=OuterRef("pk"))
    total = rows.filter(at).order_by().values("committee_id").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(total), 0, output_field=IntegerField())


def for_rows(actor: Actor, found: NodeQuerySet, day: date) -> NodeQuerySet:
    """Bring what a row of the list shows."""
    below = Node.objects.open_on(day)
    code = AccessCode.objects.current().filter(node=OuterRef("pk")).values("status")[:1]
    head = StationHead.objects.held_on(day).filter(node=OuterRef("pk")).values("name")[:1]
    return found.select_related("place__parent__parent", "parent").annotate(
        councils=counted(below.filter(kind=NodeKind.COUNCIL), "station"),
        rooms=counted(below.filter(kind=NodeKind.ROOM), "station"),
        members=counted(Secondment.objects.held_on(day), "node"),
        sessions_held=_sessions_under(actor),
        code_status=Subquery(code, output_field=CharField()),
        head_name=Subquery(head, output_field=CharField()),
    )


@dataclass(frozen=True, slots=True)
class NodeRow:
    """One node in the list, in the words of the page."""

    url: str
    name: str
    kind: str
    kind_label: str
    place: str
    # As a table names them: the town with what it lies in, and the village.
    town: str
    village: str
    host_kind: str
    host: str
    parent: str
    parent_url: str
    head: str
    councils: int
    rooms: int
    below_url: str
    members: int
    seconded_url: str
    sessions: int
    sessions_url: str
    code_tone: str
    code: str
    ended_on: date | None
    address: str
    opened_on: date | None


CODE_TONES: dict[str, str] = {AccessCode.Status.ACTIVE: "ok", AccessCode.Status.SUSPENDED: "stop"}


def node_row(node: Any) -> NodeRow:  # noqa: ANN401 (a node with the columns of ``for_rows``)
    """Return one line of the list."""
    here = f"{reverse('grassroots:nodes')}?{urlencode({'station': node.pk})}"
    status = node.code_status or ""
    in_village = node.place is not None and node.place.level == Level.VILLAGE
    town = node.place.parent if in_village else node.place
    coded = node.kind in CODED or bool(status)
    return NodeRow(
        url=reverse("grassroots:node", args=[node.pk]),
        name=node.name,
        kind=node.kind,
        kind_label=node.get_kind_display(),
        place=full_name(node.place),
        town=full_name(town),
        village="" if town == node.place else everyday(node.place),
        host_kind=node.host,
        host=node.get_host_display(),
        parent=node.parent.name if node.parent else "",
        parent_url=reverse("grassroots:node", args=[node.parent_id]) if node.parent_id else "",
        head=node.head_name or "",
        councils=node.councils,
        rooms=node.rooms,
        below_url=here,
        members=node.members,
        seconded_url=f"{reverse('grassroots:seconded')}?{urlencode({'node': node.pk})}",
        sessions=node.sessions_held,
        sessions_url=f"{reverse('grassroots:sessions')}?{urlencode({'node': node.pk, 'counted': 1})}",
        code_tone=CODE_TONES.get(status, "wait") if coded else "",
        code=(str(AccessCode.Status(status).label) if status else _("没有码")) if coded else "",
        ended_on=node.ended_on,
        address=node.address,
        opened_on=node.opened_on,
    )


def towns_with_nodes(actor: Actor) -> list[tuple[str, str]]:
    """Return the towns that have nodes, with what they lie in, for a choice. One query."""
    codes = visible_nodes(actor).order_by().annotate(town=Left("place_id", TOWN_DIGITS)).values("town")
    towns = Place.objects.filter(code__in=codes).select_related("parent").order_by("code")
    return [(t.pk, full_name(t)) for t in towns]


# ── one ──


@dataclass(frozen=True, slots=True)
class DutyLine:
    """Duty hours in the words of the page."""

    slot: DutySlot
    weekday: str


@dataclass(frozen=True, slots=True)
class NodePage:
    """Everything the page of one node shows."""

    place: str
    code: UUID | None
    code_tone: str
    code_label: str
    has_code: bool
    head: StationHead | None
    heads_before: list[StationHead]
    workers: list[Post]
    seats: list[CouncilSeat]
    secondments: list[Secondment]
    charges: list[LeaderCharge]
    duty: list[DutyLine]
    below: list[Node]
    below_url: str
    sessions: int
    sessions_url: str
    # None where the person sees no topics.
    topics: int | None
    topics_url: str


def node_page(actor: Actor, node: Node) -> NodePage:
    """Return what the page of a node shows. At most eight queries."""
    today = clock.today()
    is_station, is_council = node.kind == NodeKind.STATION, node.kind == NodeKind.COUNCIL
    heads = list(node.heads.select_related("member")) if is_station else []
    current = [h for h in heads if h.until is None or h.until >= today]
    query = urlencode({"node": str(node.pk)})
    counts = _counts(actor, node)
    return NodePage(
        place=full_name(node.place),
        code=counts["code"],
        code_tone=CODE_TONES.get(counts["code_status"] or "", "wait"),
        code_label=str(AccessCode.Status(counts["code_status"]).label) if counts["code_status"] else "",
        has_code=node.kind in CODED,
        head=current[0] if current else None,
        heads_before=[h for h in heads if h not in current],
        workers=_workers(node, today),
        seats=list(node.seats.held_on(today)) if is_council else [],
        secondments=list(node.secondments.held_on(today).select_related("person__home")),
        charges=_charges(node, today) if is_station else [],
        duty=duty_of(node, today),
        below=_below(node, today) if is_station or is_council else [],
        below_url=f"{reverse('grassroots:nodes')}?{urlencode({'parent': str(node.pk)})}",
        sessions=counts["sessions_held"],
        sessions_url=f"{reverse('grassroots:sessions')}?{query}&counted=1",
        topics=counts["topics_raised"],
        topics_url=f"{figure(_TOPICS).url()}&{query}",
    )


def _counts(actor: Actor, node: Node) -> dict[str, Any]:
    """Return the code of a node and the numbers of what happened there and below it. One query."""
    code = AccessCode.objects.current().filter(node=OuterRef("pk"))
    found = (
        Node.objects.filter(pk=node.pk)
        .annotate(
            code=Subquery(code.values("pk")[:1]),
            code_status=Subquery(code.values("status")[:1], output_field=CharField()),
            sessions_held=_sessions_under(actor),
            topics_raised=_topics_under(actor),
        )
        .values("code", "code_status", "sessions_held", "topics_raised")
        .get()
    )
    return dict(found)


def _topics_under(actor: Actor) -> Any:  # noqa: ANN401 (a column)
    if not actor.has(*_TOPIC_READERS):
        return Value(None, output_field=IntegerField())
    # The rooms of activities do not know each other: the figure brings its own rows and says who sees them.
    rows: Any = figure(_TOPICS).rows(actor.committee_id or 0, EVER)
    return _count_under(rows.visible_to(actor))


def _workers(node: Node, today: date) -> list[Post]:
    posts = Post.objects.filter(node=node, role__in=NODE_ROLES).held_on(today)
    return list(posts.select_related("user").order_by("role", "since"))


def _charges(node: Node, today: date) -> list[LeaderCharge]:
    found = LeaderCharge.objects.held_on(today).filter(node=node).select_related("leader")
    open_visits = Count("visits", filter=Q(visits__rectify_by__isnull=False, visits__rectified_on=None))
    return list(found.annotate(visits_made=Count("visits"), open_visits=open_visits).order_by("since"))


def _below(node: Node, today: date) -> list[Node]:
    children = Node.objects.filter(parent=node).open_on(today)
    return list(children.order_by("kind", F("place_id").asc(nulls_last=True), "name"))


def duty_of(node: Node, day: date) -> list[DutyLine]:
    """Return the duty hours of a node from a day on, weekly ones first."""
    found = DutySlot.objects.filter(node=node).filter(Q(until=None) | Q(until__gte=day))
    dated = found.filter(Q(weekday__isnull=False) | Q(on__gte=day)).select_related("person")
    names = dict(WEEKDAYS)
    return [
        DutyLine(slot, str(names[slot.weekday]) if slot.weekday else "")
        for slot in dated.order_by(F("weekday").asc(nulls_last=True), "on", "starts_at")
    ]


def possible_parents(actor: Actor, kind: str, *, besides: UUID | None = None) -> NodeQuerySet:
    """Return the nodes that a node of a kind may stand under."""
    found: NodeQuerySet = Node.objects.visible_to(actor).filter(ended_on=None, kind__in=PARENTS.get(kind, ()))
    found = found.exclude(pk=besides) if besides else found
    return found.select_related("place__parent").order_by("kind", "place_id", "name")
