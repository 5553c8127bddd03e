"""Who proposes when: so many different members in each span that is stated, and so large a part of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from tongxin.scenario.organization import (
    ENROLLED,
    ENROLLED_BEFORE,
    IN_SECTOR,
    MEMBERS,
    members_before,
    members_gone,
    terms_first_day,
)
from tongxin.scenario.spans import Said, share_out
from tongxin.scenario.wanted import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tongxin.scenario.wanted import Statement, Wanted

TAKING_PART: Final = "proposals.members_taking_part"
RATE: Final = "proposals.taking_part_rate"
FIGURES: Final = (TAKING_PART, RATE)
_HUNDRED = 100
_MODEST = 20


@dataclass(frozen=True, slots=True)
class Proposers:
    """How many members propose in spans.

    Attributes:
        said: how many different ones in runs of cells.
        members: how many members there must be today; nothing where nobody says.
        total: how many propose in all.
        most: as many there are; nothing where nobody says.
    """

    said: tuple[Said, ...] = ()
    members: int | None = None
    total: int | None = None
    most: int | None = None

    def order(self, turns: Turns | None, cell: int) -> Order | None:
        """Return who proposes in a cell; nothing where nothing is said of it."""
        covering = [s for s in self.said if s.first <= cell < s.last]
        if turns is None or not covering:
            return None
        everybody = turns.places(cell)
        others = range(max(s.first for s in covering), min(s.last for s in covering))
        counted = {*range(turns.always), *everybody, *(who for n in others for who in turns.own(n))}
        return Order(everybody, tuple(sorted(counted)))


@dataclass(frozen=True, slots=True)
class Order:
    """Who proposes in a cell, as places in the list of members.

    Attributes:
        everybody: each of them must.
        anybody: any of them may.
    """

    everybody: tuple[int, ...]
    anybody: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Turns:
    """Who has to propose in each cell.

    Attributes:
        always: how many propose in each of the cells ``at``.
        only: how many others propose in one cell and in no other.
    """

    always: int
    at: frozenset[int]
    only: tuple[int, ...]

    @property
    def total(self) -> int:
        """How many propose in all."""
        return self.always + sum(self.only)

    def in_cell(self, cell: int) -> int:
        """Return how many different members must propose in a cell."""
        return self.only[cell] + (self.always if cell in self.at else 0)

    def places(self, cell: int) -> tuple[int, ...]:
        """Return who they are: places in the list of members."""
        some = tuple(range(self.always)) if cell in self.at else ()
        return (*some, *self.own(cell))

    def own(self, cell: int) -> range:
        """Return who proposes in this cell only."""
        first = self.always + sum(self.only[:cell])
        return range(first, first + self.only[cell])


def plan_proposers(wanted: Wanted, least: int) -> Proposers:
    """Return how many propose.

    Args:
        least: how many members others need.

    Raises:
        ScenarioRefused: what is stated cannot be together.
    """
    if not wanted.has(*FIGURES):
        return Proposers()
    counted = [
        Said(*wanted.cells.run(one.period), *(wanted.whole(one, TAKING_PART),) * 2)
        for one in wanted.statements.get(TAKING_PART, ())
    ]
    if not wanted.has(RATE):
        people = wanted.level(MEMBERS)
        turns = turns_of(wanted, counted, people=people)
        if turns is None:
            raise wanted.refuse(TAKING_PART, MEMBERS)
        return Proposers(tuple(counted), None, turns.total, people)
    for members in _wholes(wanted, max(least, *(s.least for s in counted), 1)):
        for exactly in (True, False):
            shares = list(_parts(wanted, members, exactly=exactly))
            if None in shares:
                continue
            said = [*counted, *(s for s in shares if s)]
            turns = turns_of(wanted, said, people=members)
            if turns is not None:
                wanted.choose(MEMBERS, members)
                return Proposers(tuple(said), members, turns.total, members)
    raise wanted.refuse(RATE, TAKING_PART, MEMBERS, because=_("按整数凑不出这个比例。"))


def _wholes(wanted: Wanted, least: int) -> Iterator[int]:
    """Yield how many members there can be today; the share of those in special committees has to come out too."""
    in_sectors = sum(wanted.level(f"{IN_SECTOR}{key}") or 0 for key, _many in wanted.of_family(IN_SECTOR))
    enrolled = wanted.statements.get(ENROLLED, [])
    for whole in wanted.wholes(MEMBERS, max(least, in_sectors, _MODEST)):
        if all(parts_of(whole, one.aim.least, one.aim.most) for one in enrolled):
            yield whole


def _parts(wanted: Wanted, members: int, *, exactly: bool) -> Iterator[Said | None]:
    for one in wanted.statements[RATE]:
        if one.aim.likely > _HUNDRED:
            raise wanted.refuse(RATE, because=_("比例不能超过100%%。") % {})
        whole = members + members_gone(wanted) + _of_before(wanted, one, members)
        least, most = (one.aim.likely,) * 2 if exactly else (one.aim.least, one.aim.most)
        part = next((n for n in parts_of(whole, least, most) if n <= members), None)
        yield None if part is None else Said(*wanted.cells.run(one.period), part, part)


def _of_before(wanted: Wanted, one: Statement, members: int) -> int:
    """Return how many members of the term before count in a span, where there is such a list."""
    since = one.period.since
    reaches_back = since is None or since < terms_first_day(wanted)
    return members_before(wanted, members) if reaches_back and wanted.has(ENROLLED_BEFORE) else 0


def turns_of(
    wanted: Wanted, said: Sequence[Said], *, most: Sequence[int] = (), people: int | None = None
) -> Turns | None:
    """Return who proposes in which cell, with as few as may be who do so in several; nothing where that cannot be.

    Args:
        most: how many proposals of members there can be in each cell.
        people: how many members there are.
    """
    at = frozenset(_hit(said))
    for always in range(min((s.least for s in said), default=0) + 1):
        rest = [Said(s.first, s.last, s.least - always, s.most - always) for s in said]
        room = [m - (always if n in at else 0) for n, m in enumerate(most)]
        if any(n < 0 for n in room):
            continue
        only = share_out(wanted.cells.days(), rest, most=room)
        if only is not None and (people is None or always + sum(only) <= people):
            return Turns(always, at, tuple(only))
    return None


def _hit(said: Sequence[Said]) -> Iterator[int]:
    """Yield cells such that each run has one of them, as few as may be."""
    last = -1
    for one in sorted(said, key=lambda s: s.last):
        if one.first > last:
            last = one.last - 1
            yield last
