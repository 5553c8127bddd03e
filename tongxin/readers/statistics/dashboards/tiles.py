"""Tiles: one large number each, with what it was a year before."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.foundation.core.wording import printed
from tongxin.readers.statistics.charts.drawing import nothing_of_nothing
from tongxin.readers.statistics.counting import opened_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tongxin.foundation.core.figures import Figure, Period
    from tongxin.readers.statistics.dashboards.gathered import Gathered
    from tongxin.readers.statistics.dashboards.spans import Span

# How the id of a figure of things that are late ends: `proposals.overdue`, `grassroots.problems_overdue`.
_OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Tile:
    """One number.

    Attributes:
        part, whole: of a share, what it is made of; empty otherwise.
        before: what it was a year before, as it is written; empty where it is not compared.
        change: how much more or less it is: +12, −3, 持平.
        is_late: it counts what is overdue, and there is some.
    """

    key: str
    label: str
    text: str
    unit: str
    url: str
    part: str = ""
    whole: str = ""
    before: str = ""
    before_url: str = ""
    before_label: str = ""
    change: str = ""
    is_late: bool = False
    is_nothing: bool = False


def is_overdue(figure: Figure) -> bool:
    """Say whether a figure counts what is late; leaders see these first."""
    return figure.id.endswith(_OVERDUE)


def wanted_for_tiles(
    figures: Iterable[Figure], span: Span, *, is_compared: bool
) -> Iterator[tuple[Figure, Period]]:
    """Say what has to be counted for tiles."""
    for figure in figures:
        yield figure, span.period
        if is_compared and span.compared is not None:
            yield figure, span.compared


def tile(figure: Figure, span: Span, gathered: Gathered, *, is_compared: bool) -> Tile:
    """Return the tile of a figure."""
    counted = gathered.number(figure, span.period)
    compared = span.compared if is_compared else None
    before = gathered.number(figure, compared) if compared is not None else None
    nothing = nothing_of_nothing(counted)
    # A share of nothing is no number, and nothing is more or less than it.
    if nothing or nothing_of_nothing(before):
        before, compared = None, None
    return Tile(
        key=figure.id,
        label=str(figure.name),
        text=nothing or printed(counted.value),
        unit="" if nothing else str(figure.unit),
        url=opened_url(figure.id, span.period),
        part="" if counted.part is None else printed(counted.part),
        whole="" if counted.whole is None else printed(counted.whole),
        before="" if before is None else printed(before.value, figure.unit if figure.is_share else ""),
        before_url=opened_url(figure.id, compared) if compared is not None else "",
        before_label=span.compared_label,
        change="" if before is None else change(counted.value, before.value, is_share=figure.is_share),
        is_late=is_overdue(figure) and bool(counted.value),
        is_nothing=not counted.value and not (before and before.value),
    )


def change(value: int | Decimal, before: int | Decimal, *, is_share: bool = False) -> str:
    """Return how much more or less a number is than it was; shares differ by points, not by percent."""
    apart = Decimal(value) - Decimal(before)
    if not apart:
        return _("持平")
    text = f"{'+' if apart > 0 else '−'}{printed(abs(apart))}"
    return _("{n}个百分点").format(n=text) if is_share else text
