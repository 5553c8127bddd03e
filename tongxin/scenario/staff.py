"""Posts of the office and what became of its people: planned, then entered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from tongxin.foundation.organization.actions_staff import (
    LINES_MOST,
    ChangeLine,
    PostLine,
    enter_staff_changes,
    enter_staff_posts,
    places_of_posts,
)
from tongxin.foundation.organization.enums import Establishment, StaffChangeKind, Workplace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Place, SpecialCommittee
    from tongxin.scenario.names import Names
    from tongxin.scenario.wanted import Wanted

_POSTS: Final = {
    "organization.posts.administrative": (Establishment.ADMINISTRATIVE, Workplace.OFFICE, "科员"),
    "organization.posts.worker": (Establishment.WORKER, Workplace.OFFICE, "驾驶员"),
    "organization.posts.institution": (Establishment.INSTITUTION, Workplace.OFFICE, "办事员"),
    "organization.service_centre_posts.city": (
        Establishment.INSTITUTION,
        Workplace.SERVICE_CENTRE,
        "委员服务中心工作人员",
    ),
}
COUNTIES = "organization.service_centre_posts.counties"
ATTACHED = "organization.attached_investigators"
_CHANGES: Final = {
    "organization.posts.added_to_committees": (StaffChangeKind.ADDED,),
    "organization.posts.selected": (StaffChangeKind.SELECTED,),
    "organization.staff_promoted": (
        StaffChangeKind.PROMOTED,
        StaffChangeKind.EXCHANGED,
        StaffChangeKind.RANKED,
    ),
}
FIGURES: Final = (*_POSTS, COUNTIES, ATTACHED, *_CHANGES)
# Whose special committee the register names.
AT_COMMITTEES: Final = (ATTACHED, "organization.posts.added_to_committees")
_DOCUMENT = "机构编制委员会批复"
_DECISION = "党组会议纪要"
# Before the first day of which anything is stated.
_BEFORE = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when something held; without a last day it still does."""

    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class StaffPlan:
    """What the registers of posts and of changes hold.

    Attributes:
        posts: by figure, when each post was there.
        counties: the counties whose service centres have posts, in turn.
        changes: by figure, the days.
    """

    posts: dict[str, list[Span]]
    counties: tuple[Place, ...]
    attached: list[Span]
    changes: dict[str, list[date]]


def plan_staff(wanted: Wanted) -> StaffPlan:
    """Return what the registers hold.

    Raises:
        ScenarioRefused: what is stated cannot be together.
    """
    posts = {figure: spans_of(wanted.levels(figure)) for figure in (*_POSTS, COUNTIES)}
    changes = {}
    for figure in _CHANGES:
        counts = wanted.counted(figure)
        changes[figure] = [
            wanted.cells.edges[n] + timedelta(days=k * wanted.cells.days()[n] // count)
            for n, count in enumerate(counts)
            for k in range(count)
        ]
    return StaffPlan(
        posts, _counties(wanted) if posts[COUNTIES] else (), spans_of(wanted.levels(ATTACHED)), changes
    )


def spans_of(levels: Sequence[tuple[date, int]]) -> list[Span]:
    """Return from when until when things were there, so that there were so many at the end of each day."""
    found: list[Span] = []
    here: list[date] = []
    before = levels[0][0] - _BEFORE if levels else None
    for day, count in levels:
        since = before or day
        here += [since] * (count - len(here))
        # Who goes is there for the last time on the day before: the day of the level before.
        found += [Span(one, since - timedelta(days=1)) for one in here[count:]]
        del here[count:]
        before = day + timedelta(days=1)
    return found + [Span(one) for one in here]


def _counties(wanted: Wanted) -> tuple[Place, ...]:
    below = places_of_posts(wanted.committee.pk).exclude(pk=wanted.committee.place_id)
    label = wanted.said(COUNTIES)
    counties = list(below)
    named = [one for one in counties if one.name in label or (one.everyday_name or one.name) in label]
    if not counties:
        raise wanted.refuse(COUNTIES, because=_("这里没有县区。"))
    return tuple(named or counties)


def enter_staff(actor: Actor, plan: StaffPlan, special: Sequence[SpecialCommittee], names: Names) -> None:
    """Enter both registers as they were planned."""
    committee_id = actor.committee_id or 0
    places = {place.pk: place for place in places_of_posts(committee_id)} if plan.counties else {}
    posts = list(_post_lines(plan, [places[one.pk] for one in plan.counties], names))
    changes = list(_change_lines(plan, special, names))
    for n in range(0, len(posts), LINES_MOST):
        enter_staff_posts(
            actor=actor, committee_id=committee_id, lines=posts[n : n + LINES_MOST], document=_DOCUMENT
        )
    for n in range(0, len(changes), LINES_MOST):
        enter_staff_changes(
            actor=actor, committee_id=committee_id, lines=changes[n : n + LINES_MOST], document=_DECISION
        )


def _post_lines(plan: StaffPlan, counties: Sequence[Place], names: Names) -> Iterator[PostLine]:
    for figure, (establishment, workplace, title) in _POSTS.items():
        for span in plan.posts[figure]:
            holder = "" if span.until else names.one()
            yield PostLine(establishment, title, span.since, workplace, holder, until=span.until)
    for n, span in enumerate(plan.posts[COUNTIES]):
        place = counties[n % len(counties)]
        yield PostLine(
            Establishment.INSTITUTION,
            f"{place.everyday_name or place.name}委员服务中心工作人员",
            span.since,
            Workplace.SERVICE_CENTRE,
            place=place,
            until=span.until,
        )


def _change_lines(plan: StaffPlan, special: Sequence[SpecialCommittee], names: Names) -> Iterator[ChangeLine]:
    for n, span in enumerate(plan.attached):
        at = special[n % len(special)] if special else None
        yield ChangeLine(StaffChangeKind.ATTACHED, names.one(), span.since, at, span.until)
    for figure, days in plan.changes.items():
        kinds = _CHANGES[figure]
        for n, day in enumerate(days):
            at = special[n % len(special)] if special and figure in AT_COMMITTEES else None
            yield ChangeLine(kinds[n % len(kinds)], names.one(), day, at)
