"""What the numbers of a report are today: codes resolved, counted and printed as the committee prints them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import all_figures, families
from tongxin.foundation.core.periods import parse_period
from tongxin.foundation.core.record_language import in_record_language, recorded
from tongxin.foundation.core.wording import printed
from tongxin.readers.statistics.counting import opened_url
from tongxin.readers.statistics.models import NumberCode
from tongxin.readers.statistics.wordings import printed_number, wording_of, wordings_of
from tongxin.readers.workreports.asked import Asked, values_at

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.figures import Figure, Period
    from tongxin.readers.statistics.counting import Counted
    from tongxin.readers.statistics.wordings import Wordings

_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Standing:
    """One number as it stands today.

    Attributes:
        code: its code; empty where it has none yet.
        part_label: of a part, which: 东华镇.
    """

    figure: Figure
    period: Period
    counted: Counted
    wordings: Wordings
    code: str = ""
    by: str = ""
    part: str = ""
    part_label: str = ""

    @property
    def value(self) -> int | Decimal:
        """The number."""
        return self.counted.value

    @property
    def unit(self) -> str:
        """Its unit, as reports write it."""
        return recorded(self.figure.unit)

    @property
    def usual_word(self) -> str:
        """How the committee hedges it."""
        chosen = wording_of(self.figure.id, self.period, self.wordings)
        return chosen.word if chosen else ""

    @property
    def url(self) -> str:
        """The page behind it."""
        return opened_url(self.figure.id, self.period, self.by, self.part if self.by else None)

    def printed(self, word: str = "", *, unit: bool = True) -> str:
        """Return it as the committee prints it, or hedged by another word."""
        with in_record_language():
            if word:
                return printed(self.value, self.unit if unit else "", word)
            return printed_number(self.figure, self.counted, self.period, self.wordings, unit=unit)

    def change_from(self, before: Standing) -> str:
        """Return how it changed, in words; nothing where there was nothing before."""
        same = "上年" if self.period.year else "上年同期"
        if self.value == before.value:
            return f"与{same}持平" if self.value else ""
        if self.figure.is_share:
            verb = "提高" if self.value > before.value else "下降"
            return f"比{same}{verb}{_plain(abs(Decimal(self.value - before.value)))}个百分点"
        if not before.value:
            return ""
        percent = Decimal(100) * (Decimal(self.value) - Decimal(before.value)) / Decimal(before.value)
        rounded = abs(percent).quantize(_TENTH)
        if not rounded:
            return f"与{same}基本持平"
        return f"比{same}{'增长' if percent > 0 else '下降'}{_plain(rounded)}%"


def _plain(value: Decimal) -> str:
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


def standings(committee_id: int, codes: Iterable[str]) -> dict[str, Standing]:
    """Return what the numbers behind codes are; a code that leads nowhere is missing.

    Three queries, and one for each family of figures that is named, however many codes.
    """
    wanted = set(codes)
    if not wanted:
        return {}
    rows = list(NumberCode.objects.filter(committee_id=committee_id, code__in=wanted))
    known = _figures_named(committee_id, {row.figure for row in rows})
    asked = [found for row in rows if (found := _asked(row, known)) is not None]
    wordings = wordings_of(committee_id)
    counted = values_at([one for _code, one in asked], committee_id)
    return {
        code: Standing(one.figure, one.period, is_now, wordings, code, one.by, one.part)
        for (code, one), is_now in zip(asked, counted, strict=True)
    }


def _figures_named(committee_id: int, ids: Collection[str]) -> dict[str, Figure]:
    # A family asks the database for its figures; most reports name none of it.
    found = {one.id: one for one in all_figures()}
    for family in families():
        if any(figure_id.startswith(family.prefix) for figure_id in ids):
            found |= {one.id: one for one in family.figures(committee_id)}
    return found


def _asked(row: NumberCode, known: Mapping[str, Figure]) -> tuple[str, Asked] | None:
    figure = known.get(row.figure)
    # A part that is too small is not told; then no part of such a figure stands in a report.
    if figure is None or (row.by and figure.suppressed_below):
        return None
    try:
        asked = Asked(figure, parse_period(row.period, clock.today()), row.by, row.part)
        asked.rows(row.committee_id)
    except ValueError:
        return None
    return row.code, asked


def is_seen_by(actor: Actor, standing: Standing) -> bool:
    """Say whether this person may see the number."""
    return standing.figure.is_open_to(actor)
