"""How many problems are on the ledger in each cell, and how many of them are solved or still open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from tongxin.scenario.spans import Said, share_out
from tongxin.scenario.wanted import wholes_from, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.scenario.wanted import Wanted

SOLVED, IMPLEMENTED = "grassroots.problems_solved", "grassroots.implemented_matters"
PROBLEMS, OPEN = "grassroots.problems", "grassroots.problems_open"
SOLVED_SHARE: Final = "grassroots.problems_solved_share"
FIGURES: Final = (SOLVED, IMPLEMENTED, PROBLEMS, OPEN, SOLVED_SHARE)
_HUNDRED = 100
_MODEST = 20


def plan_problems(wanted: Wanted) -> tuple[list[int], list[int], list[int]]:
    """Return in each cell how many are implemented, how many solved, how many on the ledger.

    Raises:
        ScenarioRefused: what is stated cannot be together.
    """
    implemented, solved = _solved(wanted)
    waiting = _level(wanted)
    if wanted.has(OPEN, SOLVED_SHARE) and not wanted.has(SOLVED):
        solved = _solved_of_all(wanted, implemented, waiting)
    total = _total(wanted, solved, waiting)
    if total is None:
        return implemented, solved, wanted.counted(PROBLEMS, least=solved, beside=(SOLVED, IMPLEMENTED))
    # What is still open was put on the ledger lately, where nobody says when.
    said = [*wanted.bounds(PROBLEMS, exactly=False), Said(0, len(wanted.cells), total, total)]
    problems = share_out(wanted.cells.days(), said, least=solved)
    if problems is None:
        raise wanted.refuse(OPEN, SOLVED_SHARE, PROBLEMS, SOLVED, IMPLEMENTED)
    return implemented, solved, problems


def _solved(wanted: Wanted) -> tuple[list[int], list[int]]:
    if wanted.has(IMPLEMENTED):
        return within(wanted, IMPLEMENTED, SOLVED)
    solved = wanted.counted(SOLVED)
    return [0] * len(solved), solved


def _level(wanted: Wanted) -> int | None:
    """Return how many are open today, whatever span is asked."""
    levels = wanted.levels(OPEN)
    if len({n for _day, n in levels}) > 1:
        raise wanted.refuse(OPEN, because=_("在办的问题是今天的数，这里只能有一个数。"))
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
    if any(one.period.key for one in wanted.statements[SOLVED_SHARE]):
        raise wanted.refuse(SOLVED_SHARE, because=_("一段时间的问题解决率，这里还造不了。"))
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
