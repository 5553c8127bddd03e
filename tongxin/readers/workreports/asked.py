"""Many numbers in one question: figures of several spans and parts, as a report has them side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tongxin.foundation.organization.models import Committee
from tongxin.readers.statistics.counting import count_of, counted, rows_of, scalar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from tongxin.foundation.core.figures import Figure, Period
    from tongxin.readers.statistics.counting import Counted

# A question holds so many numbers at most; a report seldom has more.
_MOST = 80


@dataclass(frozen=True, slots=True)
class Asked:
    """One number that is asked for."""

    figure: Figure
    period: Period
    by: str = ""
    part: str = ""

    def rows(self, committee_id: int) -> QuerySet[Any]:
        """Return what is counted.

        Raises:
            ValueError: there can be no such part.
        """
        return rows_of(self.figure, committee_id, self.period, self.by, self.part)

    def whole(self, committee_id: int) -> QuerySet[Any] | None:
        """Return what it is a share of; nothing where it is none."""
        if self.figure.out_of is None:
            return None
        whole = self.figure.out_of(committee_id, self.period)
        breakdown = self.figure.breakdown(self.by) if self.by else None
        return breakdown.only(whole, self.part) if breakdown else whole


def values_at(asked: Sequence[Asked], committee_id: int) -> list[Counted]:
    """Return what each number is, in their order. One query for eighty of them.

    Raises:
        ValueError: there can be no such part.
    """
    found: list[Counted] = []
    for first in range(0, len(asked), _MOST):
        found += _values(asked[first : first + _MOST], committee_id)
    return found


def _values(asked: Sequence[Asked], committee_id: int) -> list[Counted]:
    numbers = {f"n{n}": scalar(one.figure, one.rows(committee_id)) for n, one in enumerate(asked)}
    wholes = {f"n{n}": whole for n, one in enumerate(asked) if (whole := one.whole(committee_id)) is not None}
    found = (
        Committee.objects.filter(pk=committee_id)
        .annotate(**numbers, **{f"{name}_of": count_of(whole) for name, whole in wholes.items()})
        .values(*numbers, *(f"{name}_of" for name in wholes))
        .get()
    )
    return [counted(one.figure, found[f"n{n}"], found.get(f"n{n}_of")) for n, one in enumerate(asked)]
