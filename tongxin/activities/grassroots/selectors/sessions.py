"""Lists of sessions: the page with its tabs and filters, and the same rows as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tongxin.activities.grassroots.enums import Presence, SessionState, Side
from tongxin.activities.grassroots.lifecycle_session import SESSION
from tongxin.activities.grassroots.models import Attendee, DeliberationSession, Suggestion, VenueKind
from tongxin.activities.grassroots.selectors.asks_sessions import ASKS
from tongxin.activities.grassroots.selectors.session_wanted import session_conditions
from tongxin.foundation.core import clock
from tongxin.foundation.organization.enums import NodeKind
from tongxin.foundation.organization.models import Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from tongxin.activities.grassroots.selectors.session_wanted import Wanted
    from tongxin.foundation.core.access import Actor

ROWS = 20
# Years that the filter offers, from this one back; older ones are reached from figures.
_YEARS = 12


@dataclass(frozen=True, slots=True)
class Tab:
    """One group of the list with its count, as ``ui/tabs.html`` takes it."""

    label: str
    url: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a drop-down."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """One drop-down above the list."""

    name: str
    label: str
    options: list[Option]


@dataclass(frozen=True, slots=True)
class Row:
    """One session in the list."""

    pk: UUID
    title: str
    node: str
    when: datetime | date
    place: str
    tone: str
    state: str
    members: int
    members_url: str
    suggestions: int
    suggestions_url: str


@dataclass(frozen=True, slots=True)
class SessionList:
    """Everything the list shows."""

    wanted: Wanted
    tabs: Sequence[Tab]
    filters: Sequence[Filter]
    # Conditions that only a link can set, kept when a filter changes.
    kept: Sequence[tuple[str, str]]
    chips: Sequence[tuple[str, str]]
    rows: Sequence[Row]
    page: Page[Any]
    page_range: Sequence[int | str]
    query: str


def seen_sessions(actor: Actor, wanted: Wanted) -> QuerySet[DeliberationSession]:
    """Return the sessions that somebody may open and asked for, whatever their state."""
    found = ASKS[wanted.ask][1](actor) if wanted.ask else DeliberationSession.objects.visible_to(actor)
    return found.filter(session_conditions(wanted, counted=wanted.counted))


def session_list(actor: Actor, wanted: Wanted) -> SessionList:
    """Return one page of the sessions. Some eight queries, however many rows."""
    found = seen_sessions(actor, wanted)
    counts = dict(found.order_by().values_list("matter__state").annotate(n=Count("pk")))
    of_state = found.filter(matter__state=wanted.state) if wanted.state else found
    paginator = Paginator(in_order(of_state), ROWS)
    # Known from the tabs; the paginator need not count again.
    paginator.count = counts.get(wanted.state, 0) if wanted.state else sum(counts.values())
    page = paginator.get_page(wanted.page)
    query = query_of(wanted)
    return SessionList(
        wanted=wanted,
        tabs=_tabs(wanted, counts),
        filters=_filters(actor, wanted),
        kept=[(name, query[name]) for name in ("month", "town", "node", "counted", "state") if name in query],
        chips=_chips(wanted),
        rows=[_row(session) for session in page],
        page=page,
        page_range=list(paginator.get_elided_page_range(page.number)),
        query=urlencode(query),
    )


def in_order(found: QuerySet[DeliberationSession]) -> QuerySet[DeliberationSession]:
    """Return sessions with what a row shows, those with the latest day first."""
    there = Attendee.objects.filter(session=OuterRef("pk"), side=Side.MEMBER, presence=Presence.PRESENT)
    said = Suggestion.objects.filter(session=OuterRef("pk"))
    return (
        found.select_related("matter", "node__station", "venue_kind")
        .annotate(
            on=Coalesce("held_on", TruncDate("starts_at", tzinfo=clock.ZONE)),
            members_present=_number_of(there),
            suggestion_count=_number_of(said),
        )
        .order_by("-on", "-starts_at", "pk")
    )


def _number_of(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("session").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def query_of(wanted: Wanted) -> dict[str, str]:
    """Return what was asked for as parameters, without the page."""
    names = ("year", "month", "town", "node", "station", "venue", "state", "q", "session", "person", "ask")
    found = {name: str(value) for name in names if (value := getattr(wanted, name))}
    return found | ({"counted": "1"} if wanted.counted else {})


def _row(session: Any) -> Row:  # noqa: ANN401 (annotated by in_order)
    state = SESSION.states[session.state]
    only = urlencode({"session": session.pk})
    return Row(
        pk=session.pk,
        title=session.matter.title,
        node=session.node.name,
        when=session.held_on or session.starts_at,
        place=place_of(session),
        tone=state.tone,
        state=str(state.label),
        members=session.members_present if session.held_on else 0,
        members_url=f"{reverse('grassroots:attendances')}?{only}",
        suggestions=session.suggestion_count if session.held_on else 0,
        suggestions_url=f"{reverse('grassroots:suggestions')}?{only}",
    )


def place_of(session: DeliberationSession) -> str:
    """Return where a session is held, with the kind of place where its name does not say that."""
    kind = session.venue_kind.name if session.venue_kind else ""
    return "　".join(filter(None, (session.venue, "" if kind in session.venue else kind)))


def _tabs(wanted: Wanted, counts: dict[str, int]) -> list[Tab]:
    base = query_of(wanted)
    base.pop("state", None)
    listed = [("", _("全部"), sum(counts.values()))]
    listed += [(s.value, str(s.label), counts.get(s.value, 0)) for s in SessionState]
    return [
        Tab(
            label=label,
            url=f"?{urlencode(base | ({'state': state} if state else {}))}",
            count=count,
            current=state == wanted.state,
        )
        for state, label, count in listed
    ]


def _filters(actor: Actor, wanted: Wanted) -> list[Filter]:
    stations = Node.objects.visible_to(actor).filter(kind=NodeKind.STATION).values_list("pk", "name")
    venues = VenueKind.objects.visible_to(actor).values_list("pk", "name")
    return [
        Filter("year", _("年份"), _options(_years(wanted), wanted.year)),
        Filter("station", _("委员工作站"), _options(stations, wanted.station)),
        Filter("venue", _("场所类型"), _options(venues, wanted.venue)),
    ]


def _years(wanted: Wanted) -> list[tuple[str, str]]:
    this = clock.today().year
    years = [str(year) for year in range(this + 1, this - _YEARS, -1)]
    if wanted.year and wanted.year not in years:
        years.append(wanted.year)
    return [(year, _("%s年") % year) for year in years]


def _options(choices: Iterable[tuple[object, str]], chosen: object) -> list[Option]:
    found = [Option(str(value), label, str(value) == str(chosen)) for value, label in choices]
    return [Option("", _("全部"), not chosen), *found]


def _chips(wanted: Wanted) -> list[tuple[str, str]]:
    """Return the conditions that no drop-down shows, in words, each with the name of its parameter."""
    chips = []
    if wanted.counted:
        chips.append(("counted", _("已经举行的")))
    if wanted.month:
        year, month = wanted.month.split("-")
        chips.append(("month", _("{year}年{month}月").format(year=year, month=int(month))))
    if wanted.town or wanted.node:
        chips.append(("town" if wanted.town else "node", _("只看一个地方")))
    return chips


def public_sessions(
    committee_id: int, node_ids: Sequence[UUID], *, limit: int = 5
) -> tuple[list[PublicSession], list[PublicSession]]:
    """Return what everybody may read of the sessions of some nodes: those to come, and results.

    The caller has opened the committee's scope. No names, nothing internal: of a session to come its title,
    day, place and subject; of an archived one what was agreed, where staff chose to publish it. One query each.

    Args:
        committee_id: whose they are.
        node_ids: the nodes, with what belongs to them already among them.
        limit: how many of each.
    """
    shown = (
        DeliberationSession.objects.filter(
            Q(node_id__in=node_ids) | Q(hosts__node_id__in=node_ids), committee_id=committee_id
        )
        .filter(matter__visibility="public")
        .select_related("matter", "node")
        .distinct()
    )
    today = clock.today()
    coming = shown.filter(matter__state=SessionState.ANNOUNCED, starts_at__date__gte=today)
    results = shown.filter(matter__state=SessionState.RECORDED)
    return (
        [_public(s) for s in coming.order_by("starts_at", "pk")[:limit]],
        [_public(s) for s in results.order_by("-held_on", "pk")[:limit]],
    )


@dataclass(frozen=True, slots=True)
class PublicSession:
    """One session as everybody may read it.

    Attributes:
        starts_at: None once it was held; then the day counts.
        agreed: what was agreed, of an archived session only.
    """

    pk: UUID
    title: str
    convened_by: str
    venue: str
    outline: str
    starts_at: datetime | None
    held_on: date | None
    agreed: str


def _public(session: DeliberationSession) -> PublicSession:
    is_over = session.state == SessionState.RECORDED
    return PublicSession(
        pk=session.pk,
        title=session.matter.title,
        convened_by=session.node.name,
        venue=session.venue,
        outline=session.outline,
        starts_at=None if is_over else session.starts_at,
        held_on=session.held_on if is_over else None,
        agreed=session.agreed if is_over else "",
    )
