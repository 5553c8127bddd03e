"""How many problems are on the ledger in each cell, and how many of them are solved or still open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from tongxin.scenario.shares import picks_of
from tongxin.scenario.spans import Said, share_out
from tongxin.scenario.wanted import parts_of, wholes_from, within

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tongxin.scenario.wanted import Statement, Wanted

SOLVED, IMPLEMENTED = "grassroots.problems_solved", "grassroots.implemented_matters"
PROBLEMS, OPEN = "grassroots.problems", "grassroots.problems_open"
SOLVED_SHARE: Final = "grassroots.problems_solved_share"
OVERDUE: Final = "grassroots.problems_overdue"
FIGURES: Final = (SOLVED, IMPLEMENTED, PROBLEMS, OPEN, SOLVED_SHARE, OVERDUE)
_HUNDRED = 100
_MODEST = 20


@dataclass(frozen=True, slots=True)
class ProblemsPlan:
    """How many problems there are in each cell.

    Attributes:
        overdue: how many of those that wait, in all cells, should have been solved by now.
    """

    implemented: list[int]
    solved: list[int]
    on_ledger: list[int]
    overdue: int = 0

    @property
    def waiting(self) -> list[int]:
        """How many wait."""
        return [a - b for a, b in zip(self.on_ledger, self.solved, strict=True)]


def plan_problems(wanted: Wanted) -> ProblemsPlan:
    """Return in each cell how many are implemented, how many solved, how many on the ledger.

    Raises:
        ScenarioRefused: what is stated cannot be together.
    """
    overdue = _level(wanted, OVERDUE) or 0
    waiting = _level(wanted, OPEN)
    found = ProblemsPlan(*_planned(wanted, waiting), overdue)
    if waiting is None and sum(found.waiting) < overdue:
        found = ProblemsPlan(*_planned(wanted, overdue), overdue)
    # What came today cannot be overdue.
    room = sum(n for n, days in zip(found.waiting, wanted.cells.days(), strict=True) if days > 1)
    if room < overdue:
        raise wanted.refuse(
            OVERDUE, OPEN, PROBLEMS, SOLVED, SOLVED_SHARE, because=_("逾期的问题比在办的还多。")
        )
    return found


def _planned(wanted: Wanted, waiting: int | None) -> tuple[list[int], list[int], list[int]]:
    if any(one.period.key for one in wanted.statements.get(SOLVED_SHARE, ())):
        return _of_spans(wanted, waiting)
    implemented, solved = _solved(wanted)
    if (waiting is not None or wanted.has(SOLVED_SHARE)) and not wanted.has(SOLVED):
        solved = _solved_of_all(wanted, implemented, waiting)
    total = _total(wanted, solved, waiting)
    if total is None:
        return implemented, solved, wanted.counted(PROBLEMS, least=solved, beside=(SOLVED, IMPLEMENTED))
    # What is still open was put on the ledger lately, where nobody says when.
    said = [*wanted.bounds(PROBLEMS, exactly=False), Said(0, len(wanted.cells), total, total)]
    problems = share_out(wanted.cells.days(), said, least=solved)
    if problems is None:
        raise wanted.refuse(OPEN, OVERDUE, SOLVED_SHARE, PROBLEMS, SOLVED, IMPLEMENTED)
    return implemented, solved, problems


def _of_spans(wanted: Wanted, waiting: int | None) -> tuple[list[int], list[int], list[int]]:
    """Return the same, where shares of spans are stated."""
    days = wanted.cells.days()
    implemented = wanted.counted(IMPLEMENTED)
    for picks in picks_of(wanted, (SOLVED_SHARE,), lambda one: _wholes_of_span(wanted, one, implemented)):
        parts = [Said(p.first, p.last, *(p.parts[SOLVED_SHARE],) * 2) for p in picks]
        for exactly in (True, False):
            solved = share_out(days, [*wanted.bounds(SOLVED, exactly=exactly), *parts], least=implemented)
            if solved is None:
                continue
            said = [*wanted.bounds(PROBLEMS, exactly=exactly), *(p.said for p in picks)]
            if waiting is not None:
                said.append(Said(0, len(days), *(sum(solved) + waiting,) * 2))
            on_ledger = share_out(days, said, least=solved)
            if on_ledger is not None:
                return implemented, solved, on_ledger
    raise wanted.refuse(SOLVED_SHARE, OPEN, OVERDUE, PROBLEMS, SOLVED, IMPLEMENTED)


def _wholes_of_span(wanted: Wanted, one: Statement, implemented: Sequence[int]) -> Iterator[int]:
    """Yield how many there can be on the ledger in the span of a share."""
    problems, solved = (
        next((o.aim for o in wanted.statements.get(f, ()) if o.period.key == one.period.key), None)
        for f in (PROBLEMS, SOLVED)
    )
    first, last = wanted.cells.run(one.period)
    least = max(
        sum(implemented[first:last]), *(sum(wanted.counted(f)[first:last]) for f in (PROBLEMS, SOLVED))
    )
    wholes = wholes_from(max(least, 0 if solved else _MODEST))
    if solved is not None and one.aim.likely:
        most = int(solved.most * _HUNDRED / one.aim.likely) + _MODEST
        wholes = [*range(int(solved.least), most + 1)]
    if problems is not None:
        wholes = [int(problems.likely), *range(int(problems.least), int(problems.most) + 1)]
    for whole in wholes:
        parts = parts_of(whole, one.aim.least, one.aim.most)
        if solved is None or any(solved.least <= part <= solved.most for part in parts):
            yield whole


def _solved(wanted: Wanted) -> tuple[list[int], list[int]]:
    if wanted.has(IMPLEMENTED):
        return within(wanted, IMPLEMENTED, SOLVED)
    solved = wanted.counted(SOLVED)
    return [0] * len(solved), solved


def _level(wanted: Wanted, figure: str) -> int | None:
    """Return how many there are today, whatever span is asked."""
    levels = wanted.levels(figure)
    if len({n for _day, n in levels}) > 1:
        raise wanted.refuse(figure, because=_("在办和逾期的问题是今天的数，这里只能有一个数。"))
    return levels[-1][1] if levels else None


def _total(wanted: Wanted, solved: Sequence[int], waiting: int | None) -> int | None:
    """Return how many there must be on the ledger in all; nothing where nobody says what follows from it."""
    done = sum(solved)
    if not wanted.has(SOLVED_SHARE):
        return None if waiting is None else done + waiting
    found = wanted.share(
        SOLVED_SHARE,
        _wholes(wanted, done, waiting),
        fits=lambda part, whole: part == done and waiting in (None, whole - part),
    )
    return found[1] if found else None


def _solved_of_all(wanted: Wanted, implemented: Sequence[int], waiting: int | None) -> list[int]:
    """Return how many are solved in each cell, where nobody states it but it follows from the others."""
    on_ledger = wanted.counted(PROBLEMS)
    if wanted.has(SOLVED_SHARE):
        found = wanted.share(
            SOLVED_SHARE,
            _wholes(wanted, sum(implemented), waiting),
            fits=lambda part, whole: part >= sum(implemented) and waiting in (None, whole - part),
        )
        done = found[0] if found else 0
    else:
        done = max(sum(implemented), sum(on_ledger) - (waiting or 0))
    said = [Said(0, len(on_ledger), done, done)]
    most = on_ledger if wanted.has(PROBLEMS) else ()
    solved = share_out(wanted.cells.days(), said, least=implemented, most=most)
    if solved is None:
        raise wanted.refuse(OPEN, SOLVED_SHARE, PROBLEMS)
    return solved


def _wholes(wanted: Wanted, done: int, waiting: int | None) -> list[int]:
    """Return of how many the share can be."""
    whole = next(
        (wanted.whole(one, PROBLEMS) for one in wanted.statements.get(PROBLEMS, ()) if not one.period.key), 0
    )
    if whole or (wanted.has(PROBLEMS) and not sum(wanted.counted(PROBLEMS))):
        return [whole]
    least = max(done, waiting or 0, sum(wanted.counted(PROBLEMS)))
    value = wanted.statements[SOLVED_SHARE][0].aim.likely
    if done and value:
        least = max(least, int(done * _HUNDRED / value) - _MODEST)
    if waiting and value < _HUNDRED:
        least = max(least, int(waiting * _HUNDRED / (_HUNDRED - value)) - _MODEST)
    return [done + (waiting or 0), *wholes_from(least)]
