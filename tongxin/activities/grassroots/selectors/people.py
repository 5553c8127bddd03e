"""Seconded members and where they are, supervision by leaders, and the duty roster."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Prefetch, Q

from tongxin.activities.grassroots.models import DutySlot, SecondedPerson, Secondment, SupervisionVisit
from tongxin.activities.grassroots.selectors.nodes import visible_nodes
from tongxin.activities.grassroots.selectors.places import full_name
from tongxin.foundation.core import clock
from tongxin.foundation.core.sheets import Column, Sheet, write_workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from uuid import UUID

    from django.db.models import QuerySet

    from tongxin.foundation.core.access import Actor

_WEEK = 7


def secondments_in(actor: Actor, wanted: Mapping[str, Any]) -> QuerySet[Secondment]:
    """Return the secondments that held at some time in a year, or hold today; one that ended stays in its year."""
    found = Secondment.objects.visible_to(actor)
    today = clock.today()
    since = until = today
    if year := wanted.get("year"):
        since, until = today.replace(year=year, month=1, day=1), today.replace(year=year, month=12, day=31)
    found = found.filter(Q(until__isnull=True) | Q(until__gte=since), since__lte=until)
    if node := wanted.get("node"):
        found = found.filter(node=node)
    return found


def seconded_people(actor: Actor, wanted: Mapping[str, Any]) -> QuerySet[SecondedPerson]:
    """Return the people behind the secondments that the filters leave, each once, with where they are.

    Args:
        actor: who looks.
        wanted: cleaned values of ``SecondedFilterForm``.
    """
    held = secondments_in(actor, wanted)
    found = SecondedPerson.objects.visible_to(actor).filter(pk__in=held.values("person_id"))
    if wanted.get("level") == "own":
        found = found.filter(home_id=actor.committee_id)
    elif wanted.get("level") == "above":
        found = found.exclude(home_id=actor.committee_id)
    if words := (wanted.get("q") or "").strip():
        found = found.filter(Q(name__icontains=words) | Q(work_unit_and_title__icontains=words))
    places = Prefetch(
        "secondments",
        held.select_related("node__place__parent").order_by("since", "pk"),
        to_attr="places_held",
    )
    return (
        found.select_related("home", "member")
        .prefetch_related(places)
        .order_by(F("member__stroke_key").asc(nulls_last=True), "name", "pk")
    )


def seconded_counts(actor: Actor, wanted: Mapping[str, Any]) -> dict[str, int]:
    """Return how many people are seconded, of this committee and of the one above. One query."""
    held = secondments_in(actor, {k: v for k, v in wanted.items() if k == "year"})
    own = Q(person__home_id=actor.committee_id)
    counts: dict[str, int] = held.aggregate(
        people=Count("person", distinct=True),
        own=Count("person", filter=own, distinct=True),
        above=Count("person", filter=~own, distinct=True),
        places=Count("pk"),
    )
    return counts


def seconded_workbook(people: Iterable[Any]) -> bytes:
    """Return the people and where they are, one line for each place."""
    from tongxin.activities.grassroots.exchange.secondments import ABOVE, COLUMNS, OWN  # noqa: PLC0415

    rows = (
        {
            "name": p.name,
            "home": OWN if p.home_id == p.committee_id else ABOVE,
            "number": p.member.number if p.member else "",
            "work": p.member.work_unit_and_title if p.member else p.work_unit_and_title,
            "node": s.node.name,
            "town": full_name(s.node.place) if s.node.place else "",
            "since": s.since,
        }
        for p in people
        for s in p.places_held
    )
    columns = [*COLUMNS[:5], Column("town", "乡镇", width=20), COLUMNS[6]]
    return write_workbook([Sheet("下沉委员", columns, rows)])


def supervision_visits(
    actor: Actor, *, only_open: bool, charge: UUID | None = None
) -> QuerySet[SupervisionVisit]:
    """Return what leaders in charge found, the newest first; those not yet put right when asked for."""
    found = SupervisionVisit.objects.visible_to(actor).select_related("charge__leader", "charge__node")
    if charge:
        found = found.filter(charge=charge)
    if only_open:
        found = found.filter(rectify_by__isnull=False, rectified_on=None)
    return found.order_by("-on", "-pk")


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody's hours at a node on a day."""

    node: str
    place: str
    node_id: UUID
    person: str
    hours: str


@dataclass(frozen=True, slots=True)
class DutyDay:
    """Everybody on duty on one day."""

    on: date
    shifts: tuple[Shift, ...]


def duty_week(actor: Actor, monday: date) -> list[DutyDay]:
    """Return who sits where on each day of a week, weekly hours and single dates together. Two queries."""
    days = [monday + timedelta(days=n) for n in range(_WEEK)]
    nodes = visible_nodes(actor).open_on(days[-1]).values("pk")
    slots = DutySlot.objects.visible_to(actor).filter(node__in=nodes)
    fits = Q(weekday__isnull=False) | Q(on__in=days)
    slots = slots.filter(fits, Q(until=None) | Q(until__gte=monday)).select_related(
        "node__place__parent", "person"
    )
    shifts: dict[date, list[Shift]] = defaultdict(list)
    for slot in slots.order_by("starts_at", "node__place_id", "node__name"):
        for day in days:
            on_duty = slot.on == day if slot.on else slot.weekday == day.isoweekday()
            if on_duty and (slot.until is None or slot.until >= day):
                hours = f"{slot.starts_at:%H:%M}–{slot.ends_at:%H:%M}"
                node = slot.node
                shifts[day].append(Shift(node.name, full_name(node.place), node.pk, slot.person.name, hours))
    return [DutyDay(day, tuple(shifts[day])) for day in days]


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())
