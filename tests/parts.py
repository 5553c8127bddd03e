"""Whether the parts of a figure add up to it, along everything that it may be divided by."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tongxin.foundation.core.figures import EVER
from tongxin.readers.statistics.counting import parts_of, rows_of, value_of

if TYPE_CHECKING:
    from decimal import Decimal

    from tongxin.foundation.core.figures import Figure, Period


def parts(figure: Figure, committee_id: int, by: str, period: Period = EVER) -> dict[str, int | Decimal]:
    """Return the parts of a figure by their names; of a share how many rows."""
    along = figure.breakdown(by)
    assert along is not None, (figure.id, by)
    told = replace(figure, suppressed_below=0)
    return {p.label: p.counted.number for p in parts_of(told, committee_id, period, along) if p.counted}


def wrong_parts(figure: Figure, committee_id: int, period: Period = EVER) -> list[tuple[object, ...]]:
    """Return the breakdowns whose parts are not what they say: the whole together, and as many rows each."""
    told = replace(figure, suppressed_below=0)
    whole = value_of(told, committee_id, period).number
    wrong: list[tuple[object, ...]] = []
    for by in told.breakdowns:
        found = parts_of(told, committee_id, period, by)
        total = sum(part.counted.number for part in found if part.counted)
        if (total < whole) if by.why_not else (total != whole):
            wrong.append((figure.id, by.key, total, whole))
        for part in found:
            alone = value_of(told, committee_id, period, by.key, part.key)
            rows = rows_of(told, committee_id, period, by.key, part.key)
            if alone != part.counted or (not told.summed and told.things(rows).count() != alone.number):
                wrong.append((figure.id, by.key, part, alone))
    return wrong
