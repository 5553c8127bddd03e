"""Everything that a dashboard counts, asked at once: one query for the numbers, one for the parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.readers.statistics.gathering import Division, parts_of_many, values_and_first_year

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tongxin.foundation.core.breakdowns import Breakdown
    from tongxin.foundation.core.figures import Figure, Period
    from tongxin.readers.statistics.counting import Counted, Part


class Gathered:
    """Numbers and parts of a committee, counted once and then looked up."""

    def __init__(
        self,
        committee_id: int,
        numbers: Iterable[tuple[Figure, Period]],
        divisions: Iterable[Division],
        dated: Iterable[Figure] = (),
    ) -> None:
        """Count all of them. Two queries, and one for each kind of names.

        Args:
            dated: figures of whose records the year of the first is wanted.
        """
        wanted = {(one.id, period.key): (one, period) for one, period in numbers}
        counted, self.first_year = values_and_first_year(wanted.values(), dated, committee_id)
        self._numbers = dict(zip(wanted, counted, strict=True))
        divided = {_key(one.figure, one.period, one.by): one for one in divisions}
        parts = parts_of_many(list(divided.values()), committee_id)
        self._parts = dict(zip(divided, parts, strict=True))

    def number(self, figure: Figure, period: Period) -> Counted:
        """Return what a figure is in a span."""
        return self._numbers[figure.id, period.key]

    def parts(self, figure: Figure, period: Period, by: Breakdown) -> Sequence[Part]:
        """Return its parts."""
        return self._parts[_key(figure, period, by)]


def _key(figure: Figure, period: Period, by: Breakdown) -> tuple[str, str, str]:
    return figure.id, period.key, by.key
