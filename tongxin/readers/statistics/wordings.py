"""How a committee prints its numbers: its own choice for each, else the number as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.foundation.core.wording import printed
from tongxin.readers.statistics.models import Wording

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tongxin.foundation.core.figures import Figure, Period
    from tongxin.readers.statistics.counting import Counted

# By figure and span; a span of "" holds for all that have none of their own.
Wordings = dict[tuple[str, str], Wording]


def wordings_of(committee_id: int) -> Wordings:
    """Return all that a committee has chosen. One query."""
    return {(row.figure, row.period): row for row in Wording.objects.filter(committee_id=committee_id)}


def wording_of(figure_id: str, period: Period, wordings: Mapping[tuple[str, str], Wording]) -> Wording | None:
    """Return how this number is to be printed, if somebody chose."""
    return wordings.get((figure_id, period.key)) or wordings.get((figure_id, ""))


def printed_number(
    figure: Figure,
    counted: Counted,
    period: Period,
    wordings: Mapping[tuple[str, str], Wording],
    *,
    unit: bool = True,
) -> str:
    """Return a number as this committee prints it: ``400余条``; without its unit ``400余``."""
    chosen = wording_of(figure.id, period, wordings)
    shown = str(figure.unit) if unit else ""
    if chosen is None:
        return printed(counted.value, shown)
    return printed(counted.value, shown, chosen.word, step=chosen.step, in_wan=chosen.in_wan)
