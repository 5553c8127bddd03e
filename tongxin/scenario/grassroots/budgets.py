"""How much money there was for the work at the grass roots in each year."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from tongxin.scenario.spans import Said, share_out

if TYPE_CHECKING:
    from tongxin.scenario.wanted import Statement, Wanted

BUDGET: Final = "grassroots.subsidy_budget"
_FEN = 100
# As much fits into the column of a scheme.
_MOST = Decimal(10) ** 10


def plan_budgets(wanted: Wanted) -> dict[int, Decimal]:
    """Return the money of each year that has a scheme. A span counts the years that it touches.

    Raises:
        ScenarioRefused: what is stated cannot be together.
    """
    statements = wanted.statements.get(BUDGET, [])
    if not statements:
        return {}
    today = wanted.today.year
    years = [one.period.since.year for one in statements if one.period.since]
    years += [one.period.until.year for one in statements if one.period.until]
    first = min([*years, today])
    lengths = [1] * (today - first + 1)
    if any(one.aim.likely * _FEN % 1 for one in statements):
        raise wanted.refuse(BUDGET, because=_("金额最多精确到分。"))
    for exactly in (True, False):
        said = [_said(one, first, len(lengths), exactly=exactly) for one in statements]
        if (found := share_out(lengths, said)) is not None:
            return _by_year(wanted, found, first)
    raise wanted.refuse(BUDGET)


def _said(one: Statement, first: int, size: int, *, exactly: bool) -> Said:
    since = one.period.since.year - first if one.period.since else 0
    until = min(one.period.until.year - first + 1, size) if one.period.until else size
    least, most = (one.aim.likely,) * 2 if exactly else (one.aim.least, one.aim.most)
    return Said(since, until, int(least * _FEN), int(most * _FEN))


def _by_year(wanted: Wanted, found: list[int], first: int) -> dict[int, Decimal]:
    if max(found) > _MOST * _FEN:
        raise wanted.refuse(BUDGET, because=_("金额太大了。"))
    return {first + n: Decimal(fen) / _FEN for n, fen in enumerate(found) if fen}
