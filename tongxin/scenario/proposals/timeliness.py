"""Which answers came late, which solved nothing yet, and which are overdue: beside how many are answered at all."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from tongxin.scenario.errors import ScenarioRefused
from tongxin.scenario.proposals.answers import FILED, IN_HAND, REPLIED, REPLY_RATE, Needs, plan_answers
from tongxin.scenario.shares import others_of, picks_of
from tongxin.scenario.spans import share_out
from tongxin.scenario.wanted import parts_of, wholes_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tongxin.scenario.hedges import Aim
    from tongxin.scenario.proposals.answers import Answers
    from tongxin.scenario.shares import Pick
    from tongxin.scenario.wanted import Statement, Wanted

ON_TIME: Final = "proposals.on_time_rate"
CLASS_A: Final = "proposals.class_a_rate"
OVERDUE: Final = "proposals.overdue"
FIGURES: Final = (ON_TIME, CLASS_A, OVERDUE)
# A unit has three months; who was asked so many days ago and is silent, or answered then, is late.
LATE_AFTER: Final = 95
LATE_BY_NOW: Final = 110
_MODEST = 20


@dataclass(frozen=True, slots=True)
class Answered:
    """How many are filed and answered, and in each cell how many of them late, unsolved, overdue."""

    answers: Answers
    late: list[int]
    unsolved: list[int]
    overdue: list[int]


def plan_timeliness(
    wanted: Wanted, least: Sequence[int], replied: Sequence[int], followed: Sequence[int]
) -> Answered | None:
    """Return what was answered, how and when; nothing where that cannot be.

    Args:
        least: how many are filed at least.
        replied: how many are answered at least.
        followed: how many answers hold out a prospect only, where there are so many.

    Raises:
        ScenarioRefused: no whole numbers give a share.
    """
    overdue = _overdue(wanted)
    refusal: ScenarioRefused | None = None
    for picks in picks_of(wanted, (ON_TIME, CLASS_A), lambda one: _wholes(wanted, one, least)):
        needs = Needs(least, replied, overdue, [p.said for p in picks])
        try:
            answers = plan_answers(wanted, needs)
        except ScenarioRefused as other:
            refusal = refusal or other
            continue
        found = None if answers is None else _parted(wanted, answers, picks, followed, overdue)
        if found is not None:
            return found
    if refusal is not None:
        raise refusal
    return None


def _parted(
    wanted: Wanted,
    answers: Answers,
    picks: Sequence[Pick],
    followed: Sequence[int],
    overdue: list[int],
) -> Answered | None:
    replied = answers.replied
    # An answer is late only where there is room for the months that it took.
    room = [n if days > LATE_AFTER else 0 for n, days in zip(replied, wanted.cells.days(), strict=True)]
    late = others_of(wanted, ON_TIME, picks, most=room)
    least = [min(pair) for pair in zip(replied, followed, strict=True)]
    unsolved = others_of(wanted, CLASS_A, picks, most=replied, least=least)
    return None if late is None or unsolved is None else Answered(answers, late, unsolved, overdue)


def _overdue(wanted: Wanted) -> list[int]:
    """Return how many of each cell are overdue today: they were handed on months ago."""
    edges, today = wanted.cells.edges, wanted.today
    most = [10**9 if (today - first).days >= LATE_BY_NOW else 0 for first in edges[:-1]]
    found = share_out(wanted.cells.days(), wanted.bounds(OVERDUE, exactly=True), most=most)
    if found is None:
        raise wanted.refuse(OVERDUE, because=_("这段时间里立案的，到今天还没有过期限，或者几个数对不上。"))
    return found


def _wholes(wanted: Wanted, one: Statement, least: Sequence[int]) -> Iterable[int]:
    """Yield how many can be answered in the span of a share, the best first."""
    filed, replied, waiting, rate = (
        _beside(wanted, figure, one) for figure in (FILED, REPLIED, IN_HAND, REPLY_RATE)
    )
    if replied is not None:
        return (int(replied.likely), *range(int(replied.least), int(replied.most) + 1))
    first, last = wanted.cells.run(one.period)
    all_filed = share_out(wanted.cells.days(), wanted.bounds(FILED, exactly=False), least=least)
    usual = sum((all_filed or least)[first:last])
    if rate is not None:
        wholes: Iterable[int] = wholes_from(max(usual, _MODEST))
        if filed is not None:
            wholes = (int(filed.likely), *range(int(filed.least), int(filed.most) + 1))
        return _answered_of(rate, wholes)
    if filed is not None:
        gone = int(waiting.likely) if waiting else 0
        return range(int(filed.likely) - gone, -1, -1)
    known = share_out(wanted.cells.days(), wanted.bounds(REPLIED, exactly=False))
    answered = max(sum((known or least)[first:last]), _MODEST if not wanted.has(FILED) else usual)
    return chain(wholes_from(answered), range(answered - 1, 0, -1))


def _answered_of(rate: Aim, wholes: Iterable[int]) -> Iterator[int]:
    for whole in wholes:
        yield from parts_of(whole, rate.least, rate.most)


def _beside(wanted: Wanted, figure: str, one: Statement) -> Aim | None:
    return next((o.aim for o in wanted.statements.get(figure, ()) if o.period.key == one.period.key), None)
