"""How many answers were rated in each cell, and how many proposers were satisfied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tongxin.scenario.proposals.answers import FILED, REPLIED
from tongxin.scenario.shares import others_of, picks_of
from tongxin.scenario.spans import Said, share_out
from tongxin.scenario.wanted import wholes_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tongxin.scenario.wanted import Statement, Wanted

RATINGS: Final = "proposals.ratings"
RESULT: Final = "proposals.satisfied_rate"
ATTITUDE: Final = "proposals.satisfied_rate.attitude"
FIGURES: Final = (RATINGS, RESULT, ATTITUDE)
_MODEST = 20
_FAR = 10**9


@dataclass(frozen=True, slots=True)
class Ratings:
    """The forms of each cell, and how many of them are satisfied with the result and with the work."""

    forms: list[int]
    result: list[int]
    attitude: list[int]


def least_rated(wanted: Wanted) -> list[int]:
    """Return how many answers there must be in each cell for what is stated of forms.

    Raises:
        ScenarioRefused: what is stated cannot be together.
    """
    picks = next(
        picks_of(wanted, (RESULT, ATTITUDE), lambda one: _stated(wanted, one) or wholes_from(_MODEST))
    )
    said = [*wanted.bounds(RATINGS), *(Said(p.first, p.last, p.whole, _FAR) for p in picks)]
    return share_out(wanted.cells.days(), said) or wanted.counted(RATINGS)


def plan_ratings(wanted: Wanted, replied: Sequence[int], least: Sequence[int]) -> Ratings | None:
    """Return the forms; nothing where nobody states any.

    Args:
        replied: how many answers there are in each cell.
        least: how many of them have a form in any case.

    Raises:
        ScenarioRefused: what is stated cannot be together.
    """
    if not wanted.has(*FIGURES):
        return None

    def wholes(one: Statement) -> Iterable[int]:
        first, last = wanted.cells.run(one.period)
        most, fewest = sum(replied[first:last]), sum(least[first:last])
        return _stated(wanted, one) or range(most, max(fewest, min(most, 1)) - 1, -1)

    for picks in picks_of(wanted, (RESULT, ATTITUDE), wholes):
        for exactly in (True, False):
            said = [*wanted.bounds(RATINGS, exactly=exactly), *(p.said for p in picks)]
            forms = share_out(wanted.cells.days(), said, least=least, most=replied)
            if forms is None:
                continue
            others = [others_of(wanted, figure, picks, most=forms) for figure in (RESULT, ATTITUDE)]
            satisfied = [
                [a - b for a, b in zip(forms, other, strict=True)] for other in others if other is not None
            ]
            if len(satisfied) == len(others):
                return Ratings(forms, *satisfied)
    raise wanted.refuse(*FIGURES, FILED, REPLIED)


def _stated(wanted: Wanted, one: Statement) -> Sequence[int]:
    """Return how many forms there can be in the span of a share, where somebody says it."""
    for other in wanted.statements.get(RATINGS, ()):
        if other.period.key == one.period.key:
            return (int(other.aim.likely), *range(int(other.aim.least), int(other.aim.most) + 1))
    return ()
