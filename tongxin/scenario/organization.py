"""Members, sectors, special committees and units of a scenario: planned, then entered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tongxin.foundation.organization.actions import change_member_status, open_term, save_entry
from tongxin.foundation.organization.enums import MemberStatus, Standing
from tongxin.foundation.organization.member_ledger import MemberLine, enter_members
from tongxin.foundation.organization.models import Sector, SpecialCommittee, Unit
from tongxin.foundation.organization.sector_words import usual_word
from tongxin.scenario.grassroots.sessions import spread
from tongxin.scenario.reading import term_on
from tongxin.scenario.texts import SECTORS, SPECIAL_COMMITTEES, UNITS, WORKS
from tongxin.scenario.wanted import wholes_from

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Member, Term
    from tongxin.scenario.names import Names
    from tongxin.scenario.wanted import Wanted

MEMBERS, SECTORS_FIGURE = "organization.members", "organization.sectors"
ENROLLED, ENROLLED_BEFORE = "organization.enrolment_share", "organization.enrolment_share_before"
SPECIAL, UNITS_FIGURE = "organization.special_committees", "organization.units"
IN_SECTOR = "organization.sector_members."
# A share of the members of the terms that a span touches: whose members are none cannot have one.
TAKING_PART_RATE = "proposals.taking_part_rate"
SOURCE = "委员名册（补录）"
# As the first sessions of the 1950s would have it: which term it is counts for nothing here.
_TERM = 10
_YEARS = 5
_MONTH, _DAY = 1, 8
_KEY = re.compile(r"[a-z0-9_-]{1,40}")
_LABEL = re.compile(r"(?:政协)?(?:委员|人数|的)+(?:数|人数)?$")
_MODEST_SECTOR = 5
_MODEST_SPECIAL = 6
_MODEST_UNITS = 10
_STANDING_EVERY = 6


@dataclass(frozen=True, slots=True)
class SectorPlan:
    """One sector; a key only where a figure names it."""

    name: str
    key: str
    members: int


@dataclass(frozen=True, slots=True)
class OrganizationPlan:
    """What a committee consists of.

    Attributes:
        starts_on: the first day of the term of today.
        members: how many there are at the end of each day that is stated; the last number holds today.
        before: of the term before, how many members there were and how many in special committees.
    """

    starts_on: date
    members: tuple[tuple[date, int], ...] = ()
    sectors: tuple[SectorPlan, ...] = ()
    enrolled: int = 0
    before: tuple[int, int] | None = None
    special_committees: int = 0
    units: int = 0

    @property
    def today(self) -> int:
        """How many members there are today."""
        return self.members[-1][1] if self.members else 0


def plan_organization(
    wanted: Wanted, *, members: int, special_committees: bool, units: bool
) -> OrganizationPlan:
    """Return what the committee consists of.

    Args:
        members: how many members others need at least, where nobody says how many there are.
        special_committees, units: whether somebody needs some.

    Raises:
        ScenarioRefused: what is stated cannot be together.
    """
    stated = _stated_sectors(wanted)
    in_stated = sum(s.members for s in stated)
    levels = wanted.levels(MEMBERS)
    enrolled = wanted.share(ENROLLED, wanted.wholes(MEMBERS, max(members, in_stated, 10)))
    if enrolled and levels:
        wanted.choose(MEMBERS, enrolled[1])
        levels = wanted.levels(MEMBERS)
    if not levels:
        levels = [(wanted.today, enrolled[1] if enrolled else max(members, in_stated))]
    sectors = _sectors(wanted, stated, levels[-1][1])
    most = min((n for _day, n in levels), default=0)
    if in_stated > most:
        raise wanted.refuse(
            MEMBERS, *(f"{IN_SECTOR}{s.key}" for s in stated), because=_("各界别加起来比委员还多。")
        )
    before = _before(wanted, levels[-1][1])
    needs_special = special_committees or bool(enrolled and enrolled[0]) or bool(before and before[0])
    special = _or_modest(wanted, SPECIAL, _MODEST_SPECIAL if needs_special else 0)
    if needs_special and not special:
        raise wanted.refuse(SPECIAL, ENROLLED, ENROLLED_BEFORE, because=_("没有专委会，就没有编入的人。"))
    count = _or_modest(wanted, UNITS_FIGURE, _MODEST_UNITS if units else 0)
    if units and not count:
        raise wanted.refuse(UNITS_FIGURE, because=_("没有承办单位，提案就没有答复。"))
    return OrganizationPlan(
        starts_on=_first_day(wanted, levels),
        members=tuple(levels),
        sectors=tuple(sectors),
        enrolled=enrolled[0] if enrolled else 0,
        before=(before[1], before[0]) if before else None,
        special_committees=special,
        units=count,
    )


def _before(wanted: Wanted, members: int) -> tuple[int, int] | None:
    """Return of how many members of the term before how many were in special committees."""
    # Who is on an older list and proposes nothing counts against a share of all: there the list is short.
    least = 0 if wanted.has(TAKING_PART_RATE) else members
    return wanted.share(ENROLLED_BEFORE, wholes_from(max(least, 10)))


def members_before(wanted: Wanted, members: int) -> int:
    """Return how many members the term before has, where there are so many today."""
    before = _before(wanted, members)
    return before[1] if before else 0


def members_gone(wanted: Wanted) -> int:
    """Return how many members have left in the term."""
    return sum(stay.went_on is not None for stay in _stays(wanted.levels(MEMBERS)))


def terms_first_day(wanted: Wanted) -> date:
    """Return the first day of the term of today."""
    return _first_day(wanted, wanted.levels(MEMBERS))


def _or_modest(wanted: Wanted, figure: str, modest: int) -> int:
    levels = wanted.levels(figure)
    if len({n for _day, n in levels}) > 1:
        raise wanted.refuse(figure, because=_("这里只能有一个数。"))
    return levels[-1][1] if levels else modest


def _first_day(wanted: Wanted, levels: Sequence[tuple[date, int]]) -> date:
    """Return a first day before everything that is stated of members, or that of a usual term."""
    days = [day for day, _n in levels]
    days += [day for _key, many in wanted.of_family(IN_SECTOR) for one in many if (day := one.period.until)]
    days += [day for one in wanted.statements.get(TAKING_PART_RATE, ()) if (day := one.period.until)]
    usual = term_on(wanted.today).since or wanted.today
    first = date(min(days, default=wanted.today).year, _MONTH, _DAY)
    return min(
        usual, first if first <= min(days, default=wanted.today) else first.replace(year=first.year - 1)
    )


def _stated_sectors(wanted: Wanted) -> list[SectorPlan]:
    found: list[SectorPlan] = []
    for key, statements in wanted.of_family(IN_SECTOR):
        figure = f"{IN_SECTOR}{key}"
        if not _KEY.fullmatch(key):
            raise wanted.refuse(figure, because=_("界别的简称只能用小写字母、数字和下划线。"))
        levels = wanted.levels(figure)
        if len({n for _day, n in levels}) > 1:
            raise wanted.refuse(figure, because=_("一个界别的委员数这里只能有一个。"))
        found.append(SectorPlan(_sector_name(key, statements[0].stated.label, found), key, levels[-1][1]))
    return found


def _sector_name(key: str, label: str, others: Sequence[SectorPlan]) -> str:
    taken = {s.name for s in others}
    usual = next((name for name in SECTORS if usual_word(name) == key and name not in taken), "")
    name = usual or _LABEL.sub("", label)[:40] or key
    return name if name not in taken else key


def _sectors(wanted: Wanted, stated: list[SectorPlan], members: int) -> list[SectorPlan]:
    rest = members - sum(s.members for s in stated)
    levels = wanted.levels(SECTORS_FIGURE)
    if len({n for _day, n in levels}) > 1:
        raise wanted.refuse(SECTORS_FIGURE, because=_("一届里界别数不变，这里只能有一个数。"))
    others = -(-max(rest, 0) // _MODEST_SECTOR) if not levels else levels[-1][1] - len(stated)
    if not levels:
        others = min(others, len(SECTORS) - len(stated))
    named = (f"{IN_SECTOR}{s.key}" for s in stated)
    if others < 0 or (rest > 0 and others == 0):
        raise wanted.refuse(SECTORS_FIGURE, MEMBERS, *named, because=_("界别和委员对不上。"))
    taken = {s.name for s in stated}
    keys = {s.key for s in stated}
    names = [name for name in SECTORS if name not in taken and usual_word(name) not in keys]
    names += [f"第{n}界别小组" for n in range(1, max(0, others - len(names)) + 1)]
    shares = spread(max(rest, 0), others) if others else []
    return stated + [SectorPlan(name, "", n) for name, n in zip(names, shares, strict=False)]


# Entering


@dataclass(slots=True)
class Entered:
    """What was entered of a committee, for those who build on it."""

    term: Term
    members: list[Member]
    special_committees: list[SpecialCommittee]
    units: list[str]


def enter_organization(actor: Actor, plan: OrganizationPlan, names: Names, today: date) -> Entered:
    """Enter terms, sectors, members, special committees and units as they were planned."""
    committee_id = actor.committee_id or 0
    term = _term(
        actor, _TERM, plan.starts_on, plan.starts_on.replace(year=plan.starts_on.year + _YEARS), today
    )
    special = [
        _saved(
            actor, SpecialCommittee(committee_id=committee_id, name=_numbered(SPECIAL_COMMITTEES, n), order=n)
        )
        for n in range(plan.special_committees)
    ]
    sectors = [
        _saved(actor, Sector(committee_id=committee_id, term=term, name=s.name, key=s.key, order=n))
        for n, s in enumerate(plan.sectors, 1)
    ]
    units = [_numbered(UNITS, n) for n in range(plan.units)]
    for name in units:
        save_entry(actor=actor, entry=Unit(committee_id=committee_id, name=name))
    members = _enter_members(actor, plan, _Lists(term, sectors, special), names)
    if plan.before:
        _enter_before(actor, plan, special, names)
    return Entered(term, members, special, units)


def _term(actor: Actor, number: int, starts_on: date, ends_on: date, today: date) -> Term:
    # A term that began long ago has not ended as long as figures of today are its own.
    return open_term(
        actor=actor, number=number, starts_on=starts_on, ends_on=max(ends_on, today + timedelta(days=1))
    )


def _saved(actor: Actor, entry: Any) -> Any:  # noqa: ANN401 (a row of any list)
    save_entry(actor=actor, entry=entry)
    return entry


def _numbered(names: Sequence[str], n: int) -> str:
    """Return the n-th name; after the last one they begin anew with a number."""
    turn, place = divmod(n, len(names))
    return names[place] if not turn else f"{names[place]}（{turn + 1}）"


@dataclass(frozen=True, slots=True)
class _Lists:
    term: Term
    sectors: Sequence[Sector]
    special: Sequence[SpecialCommittee]


def _enter_members(actor: Actor, plan: OrganizationPlan, lists: _Lists, names: Names) -> list[Member]:
    """Enter the members of a term. Who came or went in between does so by decisions of that day."""
    sectors, special = lists.sectors, lists.special
    places = [sector for sector, s in zip(sectors, plan.sectors, strict=True) for _n in range(s.members)]
    stays = _stays(plan.members)
    lines = [
        MemberLine(
            number=f"{actor.committee.code}{_TERM:02d}{n:04d}",
            name=names.one(),
            sector=places[n - 1] if n <= len(places) else sectors[n % len(sectors)],
            standing=Standing.STANDING_MEMBER if n % _STANDING_EVERY == 1 else Standing.MEMBER,
            work_unit_and_title=f"{actor.committee.place.name}{WORKS[n % len(WORKS)]}",
            special_committees=(special[n % len(special)],) if n <= plan.enrolled else (),
            status=MemberStatus.NOMINATED if stay.came_on else MemberStatus.ACTIVE,
        )
        for n, stay in enumerate(stays, 1)
    ]
    members = enter_members(actor=actor, term=lists.term, lines=lines, source=SOURCE)
    for member, stay in zip(members, stays, strict=True):
        for verb, on in (("appoint", stay.came_on), ("resign", stay.went_on)):
            if on:
                change_member_status(
                    actor=actor, member=member, verb=verb, on=on, decision="常务委员会会议决定"
                )
    return [m for m, stay in zip(members, stays, strict=True) if stay.went_on is None]


@dataclass(slots=True)
class _Stay:
    """When a member came and went; nothing where that was with the term, or has not been yet."""

    came_on: date | None = None
    went_on: date | None = None


def _stays(levels: Sequence[tuple[date, int]]) -> list[_Stay]:
    """Return who came and went when, so that there were so many at the end of each day; those of today first."""
    found = [_Stay() for _n in range(levels[-1][1])] if levels else []
    here = list(found)
    # Backwards from today: who came after a day was not there on it, who went after it was.
    for (day, count), (_later, after) in reversed(list(pairwise(levels))):
        on = day + timedelta(days=1)
        for _n in range(after - count):
            here.pop().came_on = on
        gone = [_Stay(went_on=on) for _n in range(count - after)]
        here = gone + here
        found += gone
    return found


def _enter_before(
    actor: Actor, plan: OrganizationPlan, special: Sequence[SpecialCommittee], names: Names
) -> None:
    if plan.before is None:
        return
    count, enrolled = plan.before
    ends_on = plan.starts_on - timedelta(days=1)
    term = open_term(
        actor=actor,
        number=_TERM - 1,
        starts_on=plan.starts_on.replace(year=plan.starts_on.year - _YEARS),
        ends_on=ends_on,
    )
    sectors = [
        _saved(actor, Sector(committee_id=term.committee_id, term=term, name=name, order=n))
        for n, name in enumerate(SECTORS[: -(-count // _MODEST_SECTOR)], 1)
    ]
    lines = [
        MemberLine(
            number=f"{actor.committee.code}{_TERM - 1:02d}{n:04d}",
            name=names.one(),
            sector=sectors[n % len(sectors)],
            special_committees=(special[n % len(special)],) if n <= enrolled else (),
            status=MemberStatus.TERM_ENDED,
        )
        for n in range(1, count + 1)
    ]
    enter_members(actor=actor, term=term, lines=lines, source=SOURCE)
