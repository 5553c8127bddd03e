"""A number along one of its breakdowns: every part with its own page."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tongxin.foundation.core.figures import share_of
from tongxin.foundation.core.wording import printed
from tongxin.readers.statistics.counting import opened_url, parts_of, value_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.readers.statistics.counting import Part
    from tongxin.readers.statistics.opening.asked import Asked


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part.

    Attributes:
        value: the number with its unit; empty where it is not told.
        percent: how much of the whole it is; empty where that says nothing.
    """

    label: str
    value: str
    url: str
    percent: str


@dataclass(frozen=True, slots=True)
class Divided:
    """Everything on the page of parts."""

    asked: Asked
    rows: Sequence[PartRow]
    total: str
    # Why the parts do not add up to the total; empty where they do.
    why_not: str

    @property
    def is_open(self) -> bool:
        """Whether every part is told."""
        return all(row.value for row in self.rows)

    @property
    def has_percents(self) -> bool:
        """Whether there is a column of shares."""
        return any(row.percent for row in self.rows)


def divide_number(asked: Asked) -> Divided:
    """Return the parts of a number. Three queries; a share five."""
    if asked.by is None:
        raise TypeError(asked.figure.id)
    figure, by = asked.figure, asked.by
    total = value_of(figure, asked.committee_id, asked.period)
    # Parts that overlap are no shares of one whole, nor are percentages.
    whole = Decimal(0) if figure.is_share or by.why_not else Decimal(total.value)
    return Divided(
        asked,
        [_row(asked, part, whole) for part in parts_of(figure, asked.committee_id, asked.period, by)],
        printed(total.value, figure.unit),
        str(by.why_not),
    )


def _row(asked: Asked, part: Part, whole: Decimal) -> PartRow:
    if part.counted is None:
        return PartRow(part.label, "", "", "")
    by = asked.by.key if asked.by else ""
    return PartRow(
        part.label,
        printed(part.counted.value, asked.figure.unit),
        opened_url(asked.figure.id, asked.period, by, part.key),
        f"{share_of(int(part.counted.value), int(whole))}%" if whole else "",
    )
