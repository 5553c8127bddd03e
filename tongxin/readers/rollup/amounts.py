"""What was reported of a figure, and what several such amounts are together.

A share is never added and never averaged: its parts and its wholes are.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING, Any

from tongxin.foundation.core.figures import find_figure, share_of
from tongxin.foundation.core.wording import printed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tongxin.foundation.core.figures import Figure

# Below this many reports a median would tell one committee about another.
FEWEST = 5
_TENTH = Decimal("0.1")
# Figure and source.
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Amount:
    """One number.

    Attributes:
        part, whole: of a share, what it is made of; nothing where only the percentage is known.
    """

    value: Decimal
    part: Decimal | None = None
    whole: Decimal | None = None

    @property
    def shown(self) -> str:
        """The number without its unit."""
        return printed(self.value)


@dataclass(frozen=True, slots=True)
class Named:
    """What a figure is called where it is only read about: its committee may not have it.

    Attributes:
        figure: how this committee counts it; nothing where it does not.
    """

    id: str
    name: str
    unit: str = ""
    definition: str = ""
    is_share: bool = False
    figure: Figure | None = None


@dataclass(frozen=True, slots=True)
class Together:
    """What some committees reported, taken together.

    Attributes:
        total: nothing where the amounts cannot be added: percentages of which nobody knows the parts.
        of: how many of them it is made of.
    """

    total: Amount | None
    of: int
    middle: Decimal
    lowest: Decimal
    highest: Decimal

    @property
    def tells_middle(self) -> bool:
        """Whether there are enough of them for a median to be said."""
        return self.of >= FEWEST


def named(figure_id: str, committee_id: int) -> Named:
    """Return what a figure is called. No query, but for a figure of a family."""
    found = find_figure(figure_id, committee_id)
    if found is None:
        return Named(figure_id, figure_id)
    return Named(figure_id, str(found.name), str(found.unit), str(found.definition), found.is_share, found)


def added(amounts: Iterable[Amount], *, is_share: bool) -> Amount | None:
    """Return what amounts add up to; nothing where there is nothing that can be added."""
    found = list(amounts)
    if not is_share:
        return Amount(sum((a.value for a in found), Decimal(0))) if found else None
    parts = [(a.part, a.whole) for a in found if a.part is not None and a.whole is not None]
    if not parts:
        return None
    part, whole = sum(p for p, _w in parts), sum(w for _p, w in parts)
    return Amount(share_of(int(part), int(whole)), Decimal(part), Decimal(whole))


def together(amounts: Iterable[Amount], *, is_share: bool) -> Together | None:
    """Return what amounts are together: total, median and range; nothing where there are none."""
    found = list(amounts)
    if not found:
        return None
    values = sorted(a.value for a in found)
    return Together(added(found, is_share=is_share), len(found), _middle(values), values[0], values[-1])


def amount_of(row: Any) -> Amount:  # noqa: ANN401 (a SheetValue or a ReceivedValue)
    """Return the number of a row."""
    return Amount(row.value, row.part, row.whole)


def _middle(values: list[Decimal]) -> Decimal:
    return Decimal(median(values)).quantize(_TENTH)
