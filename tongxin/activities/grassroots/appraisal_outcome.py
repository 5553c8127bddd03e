"""What an appraisal comes to: grades and awards, from the checked points. No database."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tongxin.activities.grassroots.allocation import FEN, Claim, Rung, allocate, grade
from tongxin.activities.grassroots.models import AppraisalScheme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.activities.grassroots.models import Grade, StationScore


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one station gets."""

    score: StationScore
    grade: Grade | None
    award_yuan: Decimal


@dataclass(frozen=True, slots=True)
class Result:
    """What all get, the highest points first, and what is left of the budget."""

    rows: list[Outcome]
    unallocated_yuan: Decimal

    @property
    def awarded_yuan(self) -> Decimal:
        """The sum of all awards."""
        return sum((row.award_yuan for row in self.rows), Decimal(0))


def outcome_of(scheme: AppraisalScheme, scores: Sequence[StationScore], grades: Sequence[Grade]) -> Result:
    """Return grades and awards as they follow from the checked points.

    Args:
        scheme: the budget and how it is shared.
        scores: all stations, nodes loaded.
        grades: of this scheme.
    """
    # Stations of one committee differ by name; with it anybody can draw the lots again from the printed list.
    points = {score.node.name: score.checked_total for score in scores}
    rungs = [Rung(g.name, g.points_least, g.places_most) for g in grades]
    by_name = {g.name: g for g in grades}
    reached = {key: by_name.get(name) for key, name in grade(points, rungs).items()}
    claims = []
    for key, total in points.items():
        weight = total
        if scheme.sharing == AppraisalScheme.Sharing.BY_GRADE:
            held = reached[key]
            weight = held.weight if held is not None and total > 0 else Decimal(0)
        claims.append(Claim(key, weight))
    step = Decimal(scheme.round_to_yuan) or FEN
    shared = allocate(scheme.budget_yuan, claims, seed=str(scheme.year), step=step)
    rows = [Outcome(s, reached[s.node.name], shared.amounts[s.node.name]) for s in scores]
    rows.sort(key=lambda row: (-row.score.checked_total, row.score.node.name))
    return Result(rows, shared.unallocated)
