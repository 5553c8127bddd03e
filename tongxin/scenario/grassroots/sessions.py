"""How many sessions, attendances, suggestions and problems there are in each span of days, and who came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.scenario.grassroots import problems
from tongxin.scenario.grassroots.problems import IMPLEMENTED, SOLVED
from tongxin.scenario.spans import Said, share_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.scenario.wanted import Wanted

SESSIONS, ATTENDANCES = "grassroots.sessions", "grassroots.member_attendances"
SUGGESTIONS = "grassroots.suggestions"
SECONDED = "grassroots.seconded_members"
# What comes out of sessions.
_OUTCOMES = (ATTENDANCES, SUGGESTIONS, IMPLEMENTED)
COUNTED = (SESSIONS, ATTENDANCES, SUGGESTIONS, *problems.FIGURES)
# As much comes out of a session that nobody counted.
_OF_ONE = 4


@dataclass(frozen=True, slots=True)
class SessionsPlan:
    """What was done in each cell.

    Attributes:
        solved: problems solved that no session agreed on.
        implemented: problems solved that a session agreed on.
        waiting: problems on the ledger that are not solved.
        overdue: how many of them, from the first on, should be.
        at_table: the most members that come to one session.
    """

    sessions: tuple[int, ...]
    attendances: tuple[int, ...]
    suggestions: tuple[int, ...]
    solved: tuple[int, ...]
    implemented: tuple[int, ...]
    waiting: tuple[int, ...]
    overdue: int = 0

    @property
    def at_table(self) -> int:
        """The most members that come to one session."""
        pairs = zip(self.attendances, self.sessions, strict=True)
        return max((-(-came // held) for came, held in pairs if held), default=0)

    @property
    def has_problems(self) -> bool:
        """Whether there is anything on the ledger that no session put there."""
        return any(self.solved) or any(self.waiting)


def plan_sessions(wanted: Wanted) -> SessionsPlan:
    """Return what was done in each cell.

    Raises:
        ScenarioRefused: what is stated cannot be together.
    """
    ledger = problems.plan_problems(wanted)
    solved = ledger.solved
    sessions, outcomes = _sessions(wanted, ledger.implemented)
    if not wanted.has(IMPLEMENTED):
        # Nobody says what came out of sessions: where there were any, it is what they agreed.
        outcomes[IMPLEMENTED] = [n if held else 0 for n, held in zip(solved, sessions, strict=True)]
    found = outcomes[IMPLEMENTED]
    return SessionsPlan(
        tuple(sessions),
        tuple(outcomes[ATTENDANCES]),
        tuple(outcomes[SUGGESTIONS]),
        tuple(a - b for a, b in zip(solved, found, strict=True)),
        tuple(found),
        tuple(ledger.waiting),
        ledger.overdue,
    )


def _sessions(wanted: Wanted, implemented: list[int]) -> tuple[list[int], dict[str, list[int]]]:
    outcomes = {figure: wanted.counted(figure) for figure in (ATTENDANCES, SUGGESTIONS)}
    outcomes[IMPLEMENTED] = implemented
    needed = [max(many) for many in zip(*outcomes.values(), strict=True)]
    is_open = wanted.is_open(SESSIONS)
    if not wanted.has(SESSIONS) and not any(needed):
        # Problems alone need no session; a page that tells of them tells of deliberation.
        needed = wanted.counted(SOLVED)
    least = [-(-n // _OF_ONE) if free else min(n, 1) for n, free in zip(needed, is_open, strict=True)]
    sessions = wanted.counts(SESSIONS, least=least)
    if sessions is None:
        sessions = wanted.counted(SESSIONS)
        most = [10**9 if held else 0 for held in sessions]
        outcomes = {figure: wanted.counted(figure, most=most, beside=(SESSIONS,)) for figure in _OUTCOMES}
    return sessions, outcomes


@dataclass(frozen=True, slots=True)
class SecondedPlan:
    """Who is seconded when.

    Attributes:
        always: how many are seconded from the first day on, until today and after.
        only: how many are seconded in one cell only, cell by cell; the last cell is today.
        former: how many were seconded once, before everything, and still come to sessions.
    """

    always: int
    only: tuple[int, ...]
    former: int

    @property
    def people(self) -> int:
        """How many persons that are."""
        return self.always + sum(self.only) + self.former


def plan_seconded(wanted: Wanted, at_table: int) -> SecondedPlan:
    """Return who is seconded when: as many as is stated for each span, enough to come to the sessions.

    Somebody who is seconded for a day of a span counts for it; without a span those of today count.

    Raises:
        ScenarioRefused: what is stated cannot be together.
    """
    size = len(wanted.cells)
    # Today is a cell of its own: who is there today is asked without a span.
    lengths = [*wanted.cells.days()[:-1], max(wanted.cells.days()[-1] - 1, 0), 1]
    said = []
    for one in wanted.statements.get(SECONDED, ()):
        whole = wanted.whole(one, SECONDED)
        first, last = wanted.cells.run(one.period)
        if not one.period.key:
            first, last = size, size + 1
        elif one.period.since is None:
            # Without a first day it is the last one that counts.
            first = last - 1
        elif last == size:
            last = size + 1
        said.append(Said(first, last, whole, whole))
    if not said:
        return SecondedPlan(at_table, (0,) * (size + 1), 0)
    for always in range(min(one.least for one in said), -1, -1):
        rest = [Said(s.first, s.last, s.least - always, s.most - always) for s in said]
        only = share_out(lengths, rest)
        if only is not None:
            return SecondedPlan(always, tuple(only), max(0, at_table - always))
    raise wanted.refuse(SECONDED, because=_("这些时间的下沉委员不能同时是这么多。"))


def spread(total: int, over: int) -> Sequence[int]:
    """Return ``over`` whole numbers that add up to ``total``, as even as they come."""
    return [total * (n + 1) // over - total * n // over for n in range(over)]
