"""How many answers were rated in each cell, and how many proposers were satisfied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from tongxin.scenario.proposals.answers import FILED, REPLIED
from tongxin.scenario.spans import Said, share_out
from tongxin.scenario.wanted import parts_of, wholes_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tongxin.scenario.wanted import Wanted

RATINGS: Final = "proposals.ratings"
RESULT: Final = "proposals.satisfied_rate"
ATTITUDE: Final = "proposals.satisfied_rate.attitude"
FIGURES: Final = (RATINGS, RESULT, ATTITUDE)
_MODEST = 20
# So many wholes are tried at most.
_MOST = 2000


@dataclass(frozen=True, slots=True)
class Ratings:
    """The forms of each cell, and how many of all are satisfied with the result and with the work."""

    forms: list[int]
    result: int
    attitude: int


def least_rated(wanted: Wanted) -> list[int]:
    """Return how many answers there must be in each cell for what is stated of forms.

    Raises:
        ScenarioRefused: what is stated cannot be together.
    """
    forms = wanted.counted(RATINGS)
    if wanted.has(RESULT, ATTITUDE) and not wanted.has(RATINGS):
        forms[-1] = max(forms[-1], _parted(wanted, wholes_from(_MODEST))[0])
    return forms


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
    if wanted.has(RATINGS):
        forms = wanted.counted(RATINGS, least=least, most=replied, beside=(FILED, REPLIED))
        _whole, result, attitude = _parted(wanted, [sum(forms)])
        return Ratings(forms, result, attitude)
    wholes = range(sum(replied), max(sum(least), 1) - 1, -1)[:_MOST]
    whole, result, attitude = _parted(wanted, wholes)
    found = share_out(wanted.cells.days(), [Said(0, len(replied), whole, whole)], least=least, most=replied)
    if found is None:
        raise wanted.refuse(*FIGURES, FILED, REPLIED)
    return Ratings(found, result, attitude)


def _parted(wanted: Wanted, wholes: Iterable[int]) -> tuple[int, int, int]:
    """Return of how many forms which parts give both shares that are stated."""
    aims = {}
    for figure in (RESULT, ATTITUDE):
        for one in wanted.statements.get(figure, ()):
            if one.period.key:
                raise wanted.refuse(figure, because=_("一段时间的满意率，这里还造不了。"))
            aims[figure] = one.aim
    for whole in wholes:
        parts = {figure: parts_of(whole, aim.least, aim.most) for figure, aim in aims.items()}
        if all(parts.values()):
            return whole, parts.get(RESULT, [whole])[0], parts.get(ATTITUDE, [whole])[0]
    raise wanted.refuse(*FIGURES, FILED, REPLIED, because=_("按整数凑不出这个比例。"))
