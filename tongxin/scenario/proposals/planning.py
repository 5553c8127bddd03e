"""How many proposals there are in each span of days, of which kind, and what became of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from tongxin.scenario.proposals import following, people, ratings, timeliness
from tongxin.scenario.proposals.answers import (
    FILED,
    IN_HAND,
    LIVELIHOOD_RATE,
    REPLIED,
    REPLY_RATE,
)
from tongxin.scenario.proposals.following import Following, plan_following
from tongxin.scenario.proposals.people import Proposers, Turns, plan_proposers, turns_of
from tongxin.scenario.proposals.timeliness import Answered, plan_timeliness
from tongxin.scenario.spans import Said, share_out
from tongxin.scenario.staff import spans_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.scenario.staff import Span
    from tongxin.scenario.wanted import Wanted

RECEIVED: Final = "proposals.received"
PARTIES: Final = "proposals.party_proposals"
COLLECTIVE: Final = "proposals.collective"
JOINT: Final = "proposals.joint"
OUTSTANDING: Final = "proposals.outstanding"
KEY: Final = "proposals.key"
SUPERVISIONS: Final = "proposals.supervisions"
RULES: Final = "proposals.quality_rules"
OF_KEY: Final = "proposals.supervisions."
_PROPOSALS: Final = (
    RECEIVED, FILED, PARTIES, COLLECTIVE, JOINT, OUTSTANDING, KEY, REPLIED, IN_HAND, REPLY_RATE, LIVELIHOOD_RATE,
    *timeliness.FIGURES, *following.FIGURES, *people.FIGURES, *ratings.FIGURES,
)  # fmt: skip
FIGURES: Final = (*_PROPOSALS, SUPERVISIONS, RULES)
_FAR = 10**9
_KEY = re.compile(r"[a-z0-9_-]{1,40}")


@dataclass(slots=True)
class Year:
    """The proposals of one cell; each number is a part of those filed, but for ``not_filed``."""

    filed: int = 0
    parties: int = 0
    other_bodies: int = 0
    joint: int = 0
    replied: int = 0
    # Of those answered, so many were answered late, and so many are not solved yet.
    late: int = 0
    unsolved: int = 0
    # Of those not answered, so many should have been.
    overdue: int = 0
    livelihood: int = 0
    livelihood_replied: int = 0
    outstanding: int = 0
    key: int = 0
    # How many answers were rated, and how many forms are satisfied; nothing where nobody says.
    rated: int | None = None
    satisfied: int = 0
    satisfied_with_work: int = 0
    not_filed: int = 0
    parties_not_filed: int = 0


@dataclass(frozen=True, slots=True)
class KeyPlan:
    """One key proposal that has a figure of its own: what it is about, and how often in each cell."""

    key: str
    title: str
    visits: tuple[int, ...]
    # Supervisions in an office, which no figure of its own counts.
    meetings: tuple[int, ...] = ()

    @property
    def cell(self) -> int:
        """The cell in which it was filed: that of the first supervision, else the last."""
        some = [sum(n) for n in zip(self.visits, self.meetings, strict=True)]
        return next((n for n, count in enumerate(some) if count), len(some) - 1)


@dataclass(frozen=True, slots=True)
class ProposalsPlan:
    """What is to be entered.

    Attributes:
        proposers: how many members propose, and who does when; nothing where nobody says.
        following: promises and look-backs.
        rules: when each document with rules for better proposals was in force.
    """

    years: tuple[Year, ...]
    proposers: Proposers
    turns: Turns | None
    following: Following
    keys: tuple[KeyPlan, ...] = ()
    rules: list[Span] = field(default_factory=list)

    @property
    def has_any(self) -> bool:
        """Whether there is any proposal."""
        return any(year.filed or year.not_filed for year in self.years)

    @property
    def needs_members(self) -> bool:
        """Whether any proposal is a member's."""
        return any(
            year.filed + year.not_filed > year.parties + year.parties_not_filed + year.other_bodies
            for year in self.years
        )

    def followed(self, cell: int) -> int:
        """How many answers of a cell hold out a prospect: those of key proposals, and those with promises."""
        return max(_named(self.keys, cell), self.following.tracked[cell])

    @property
    def needs_cosigners(self) -> bool:
        """Whether any proposal is of several members."""
        return any(year.joint for year in self.years)

    @property
    def least_members(self) -> int:
        """How many members must propose at least, for what there is to be proposed by any."""
        return 2 if self.needs_cosigners else int(self.needs_members)

    @property
    def has_units(self) -> bool:
        """Whether any unit was asked."""
        return any(year.replied or year.overdue for year in self.years)


def plan_proposals(wanted: Wanted, members: int = 0) -> ProposalsPlan:
    """Return how many proposals there are in each cell, and what became of them.

    Args:
        members: how many members others need.

    Raises:
        ScenarioRefused: what is stated cannot be together.
    """
    keys = _keys(wanted)
    years = tuple(Year() for _n in range(len(wanted.cells)))
    for key in keys:
        years[key.cell].key += 1
    who = plan_proposers(wanted, members)
    turns: Turns | None = None
    ways = plan_following(wanted)
    followed = ways[0]
    if wanted.has(*_PROPOSALS) or any(year.key for year in years):
        followed, turns = _fill(_Ground(wanted, years, keys, who, ways))
        _rated(wanted, years, keys, followed)
    plan = ProposalsPlan(years, who, turns, followed, keys, spans_of(wanted.levels(RULES)))
    if who.total is not None and who.total < plan.least_members:
        raise wanted.refuse(*_PROPOSALS, because=_("参与提案的委员太少，提不了这些提案。"))
    return plan


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the proposals of the cells are planned from."""

    wanted: Wanted
    years: Sequence[Year]
    keys: Sequence[KeyPlan]
    who: Proposers
    ways: Sequence[Following]


def _named(keys: Sequence[KeyPlan], cell: int) -> int:
    return sum(key.cell == cell for key in keys)


def _keys(wanted: Wanted) -> tuple[KeyPlan, ...]:
    none = (0,) * len(wanted.cells)
    found = []
    for key, statements in wanted.of_family(OF_KEY):
        figure = f"{OF_KEY}{key}"
        if not _KEY.fullmatch(key):
            raise wanted.refuse(figure, because=_("重点提案的简称只能用小写字母、数字和横线。"))
        label = statements[0].stated.label
        found.append(KeyPlan(key, title_from(label, key), tuple(wanted.counted(figure)), none))
    on_site = [sum(n) for n in zip(none, *(key.visits for key in found), strict=True)]
    beside = [f"{OF_KEY}{key.key}" for key in found]
    total = wanted.counted(SUPERVISIONS, least=on_site, beside=beside)
    rest = tuple(a - b for a, b in zip(total, on_site, strict=True))
    if any(rest):
        # Who supervises supervises something.
        first = found[0] if found else KeyPlan("", title_from("", "改善民生"), none, none)
        found[:1] = [replace(first, meetings=rest)]
    return tuple(found)


_ABOUT = re.compile(r"(?:对|关于)?(?P<what>[^对]*?)(?:的)?(?:重点)?提案")


def title_from(label: str, key: str) -> str:
    """Return the title of a proposal: 市委主要领导对博物馆新馆提案的现场督办 is about 博物馆新馆."""
    tail = label.rsplit("对", 1)[-1]
    found = _ABOUT.search(tail)
    what = (found["what"] if found else "").strip("《》“”\"' 　") or re.sub(
        r"(?:的)?(?:现场)?督办.*", "", tail
    )
    return f"关于{(what or key)[:60]}的提案"


def _fill(ground: _Ground) -> tuple[Following, Turns | None]:
    wanted, years = ground.wanted, ground.years
    parties = wanted.counted(PARTIES)
    answered, followed = _answered(ground, parties)
    answers = answered.answers
    filed = answers.filed
    _kinds(wanted, years, parties, filed)
    bodies = [a + year.other_bodies for a, year in zip(parties, years, strict=True)]
    received, turns = _received(ground, bodies, [max(a, b) for a, b in zip(filed, parties, strict=True)])
    for n, year in enumerate(years):
        year.filed = filed[n]
        year.not_filed = received[n] - filed[n]
        year.parties = min(parties[n], filed[n])
        year.parties_not_filed = parties[n] - year.parties
        year.replied = answers.replied[n]
        year.late, year.unsolved, year.overdue = answered.late[n], answered.unsolved[n], answered.overdue[n]
        year.livelihood_replied = answers.livelihood[n]
        year.livelihood = answers.livelihood[n] + answers.livelihood_open[n]
    _singled_out(wanted, years)
    return followed, turns


def _answered(ground: _Ground, parties: Sequence[int]) -> tuple[Answered, Following]:
    """Return how many are filed and answered, leaning promises on several proposals or on few."""
    named = [_named(ground.keys, n) for n in range(len(parties))]
    for followed in ground.ways:
        replied = followed.least_replied(named)
        first = [max(pair) for pair in zip(named, followed.tracked, strict=True)]
        # Where more came from the parties than was filed, the rest was handed in and not filed.
        for of_parties in (parties, [0] * len(parties)):
            least = _least(ground, of_parties)
            found = plan_timeliness(ground.wanted, least, replied, first)
            if found is not None:
                return found, followed
    raise ground.wanted.refuse(*_PROPOSALS)


def _rated(wanted: Wanted, years: Sequence[Year], keys: Sequence[KeyPlan], followed: Following) -> None:
    """Note which answers were rated; those that are followed always are."""
    least = []
    for n, year in enumerate(years):
        first = max(_named(keys, n), followed.tracked[n])
        least.append(min(first + followed.revisited[n], year.replied))
    found = ratings.plan_ratings(wanted, [year.replied for year in years], least)
    if found is None:
        return
    for n, year in enumerate(years):
        year.rated, year.satisfied = found.forms[n], found.result[n]
        year.satisfied_with_work = found.attitude[n]


def _received(ground: _Ground, bodies: Sequence[int], least: Sequence[int]) -> tuple[list[int], Turns | None]:
    """Return how many were handed in: all that were filed, and enough that everybody who takes part proposes."""
    wanted, said = ground.wanted, ground.who.said
    for exactly in (True, False):
        bounds = wanted.bounds(RECEIVED, exactly=exactly)
        by_people = [Said(s.first, s.last, s.least + sum(bodies[s.first : s.last]), _FAR) for s in said]
        found = share_out(wanted.cells.days(), [*bounds, *by_people], least=least)
        if found is None:
            continue
        if not said:
            return found, None
        is_open = wanted.is_open(RECEIVED)
        room = [_FAR if free else a - b for free, a, b in zip(is_open, found, bodies, strict=True)]
        turns = turns_of(wanted, said, most=room, people=ground.who.most)
        if turns is not None:
            # Who proposes in a cell of which nothing is stated hands in as much more.
            more = [max(a, b + turns.in_cell(n)) for n, (a, b) in enumerate(zip(found, bodies, strict=True))]
            return more, turns
    raise wanted.refuse(RECEIVED, FILED, PARTIES, *people.FIGURES)


def _least(ground: _Ground, parties: Sequence[int]) -> list[int]:
    """Return how many are filed in each cell at least."""
    wanted, years = ground.wanted, ground.years
    bodies = [max(pair) for pair in zip(parties, wanted.counted(COLLECTIVE), strict=True)]
    joint = wanted.counted(JOINT)
    rated = ratings.least_rated(wanted)
    replied = [max(pair) for pair in zip(wanted.counted(REPLIED), rated, strict=True)]
    answers = [a + b for a, b in zip(replied, wanted.counted(IN_HAND), strict=True)]
    keys = [max(pair) for pair in zip((year.key for year in years), wanted.counted(KEY), strict=True)]
    marks = [max(pair) for pair in zip(keys, wanted.counted(OUTSTANDING), strict=True)]
    found = [max(a + b, c, k) for a, b, c, k in zip(bodies, joint, answers, marks, strict=True)]
    if wanted.has(FILED) and not wanted.has(REPLIED, IN_HAND, ratings.RATINGS):
        # A share of forms follows how many there are.
        found = [max(a + b, c, k) for a, b, c, k in zip(bodies, joint, [0] * len(years), marks, strict=True)]
    if not wanted.has(FILED):
        # Whoever takes part proposes.
        found[-1] = max(found[-1], bodies[-1] + (ground.who.total or 0))
    return found


def _kinds(wanted: Wanted, years: Sequence[Year], parties: Sequence[int], filed: Sequence[int]) -> None:
    of_parties = [min(pair) for pair in zip(parties, filed, strict=True)]
    most = list(filed)
    if wanted.has(COLLECTIVE):
        bodies = wanted.counted(COLLECTIVE, least=of_parties, most=most, beside=(PARTIES, FILED))
    else:
        bodies = of_parties
    most = [a - b for a, b in zip(filed, bodies, strict=True)]
    joint = wanted.counted(JOINT, most=most, beside=(COLLECTIVE, PARTIES, FILED))
    for n, year in enumerate(years):
        year.other_bodies = bodies[n] - of_parties[n]
        year.joint = joint[n]


def _singled_out(wanted: Wanted, years: Sequence[Year]) -> None:
    filed = [year.filed for year in years]
    outstanding = wanted.counted(OUTSTANDING, most=filed, beside=(FILED,))
    keys = wanted.counted(KEY, least=[year.key for year in years], most=filed, beside=(FILED, SUPERVISIONS))
    for n, year in enumerate(years):
        year.outstanding = outstanding[n]
        year.key = keys[n]
