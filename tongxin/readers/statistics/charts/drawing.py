"""From the parts of a figure to a chart: which shape fits, what its marks are, what it says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.foundation.core.figures import Period
from tongxin.foundation.core.wording import printed
from tongxin.readers.statistics.charts.bars import bars
from tongxin.readers.statistics.charts.marks import Chart, Mark
from tongxin.readers.statistics.charts.ring import MOST_SLICES, ring
from tongxin.readers.statistics.charts.steps import axis_of, months_in
from tongxin.readers.statistics.charts.trends import trend
from tongxin.readers.statistics.charts.words import most_of, percent, title_of_parts, title_of_shares
from tongxin.readers.statistics.counting import opened_url
from tongxin.readers.statistics.gathering import Division

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from tongxin.foundation.core.breakdowns import Breakdown
    from tongxin.foundation.core.figures import Figure
    from tongxin.readers.statistics.counting import Counted, Part

    Parts = Callable[[Figure, Period, Breakdown], Sequence[Part]]

# More bars are not read any more; the table has all.
MOST_BARS = 12
_YEAR = 12


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be drawn, before anything is counted.

    Attributes:
        before: the span to compare with; columns only.
        beside: the figure of the dashed line; lines only.
    """

    figure: Figure
    by: Breakdown
    shape: str
    period: Period
    before: Period | None = None
    beside: Figure | None = None

    @property
    def key(self) -> str:
        """What the chart is called on its page."""
        return f"{self.figure.id}-{self.by.key}".replace(".", "-").replace("_", "-")

    @property
    def divisions(self) -> list[Division]:
        """What has to be counted for it."""
        found = [Division(self.figure, self.period, self.by)]
        if self.before is not None:
            found.append(Division(self.figure, self.before, self.by))
        if self.beside is not None and (by := self.beside.breakdown(self.by.key)):
            found.append(Division(self.beside, self.period, by))
        return found


def plan(figure: Figure, by: str, shape: str, period: Period, beside: Figure | None = None) -> Plan | None:
    """Return how a figure is drawn along a breakdown; nothing where it does not have it.

    Columns of a year or less stand beside those of the year before. Years are drawn from the first one on, or
    there would be one point.
    """
    asked = figure.breakdown(by)
    if asked is None:
        return None
    if asked.key == "year":
        period = Period(None, date(period.until.year, 12, 31) if period.until else None)
    if shape not in ("columns", "line"):
        return Plan(figure, asked, shape, period)
    axis = axis_of(figure, asked, period)
    if shape == "line":
        return Plan(
            figure, axis, shape, period, beside=beside if beside and beside.breakdown(axis.key) else None
        )
    months = months_in(period)
    compared = axis.key == "month" and months is not None and months <= _YEAR
    return Plan(figure, axis, shape, period, before=period.before if compared else None)


def drawn(wanted: Plan, parts: Parts, fold_url: str, most_bars: int = MOST_BARS) -> Chart:
    """Return the chart of what was counted.

    Args:
        parts: the parts of a figure and span.
        fold_url: the address of the page with this chart's table open.
        most_bars: what there is room for.
    """
    if wanted.shape in ("columns", "line"):
        return trend(wanted, parts)
    return parts_chart(
        wanted.figure,
        wanted.period,
        wanted.by,
        parts(wanted.figure, wanted.period, wanted.by),
        fold_url,
        key=wanted.key,
        is_ring=wanted.shape == "ring",
        most_bars=most_bars,
    )


def parts_chart(
    figure: Figure,
    period: Period,
    by: Breakdown,
    parts: Sequence[Part],
    fold_url: str,
    *,
    key: str,
    is_ring: bool = False,
    most_bars: int = MOST_BARS,
) -> Chart:
    """Return the parts of a figure as bars, or as a ring where they make a whole."""
    whole = whole_of(figure, by, parts)
    marks = [part_mark(figure, period, by, part, whole) for part in parts]
    title_words = (str(figure.name), str(by.name))
    most = MOST_SLICES if is_ring and whole else most_bars
    shown = _folded(marks, most, whole, fold_url)
    is_ring = bool(is_ring and whole)
    return Chart(
        key=key,
        shape="ring" if is_ring else "bars",
        title=title_of_shares(*title_words, marks)
        if figure.is_share
        else title_of_parts(*title_words, marks, whole, str(figure.unit)),
        note=_note(figure, by, parts, whole, is_ring=is_ring),
        unit=str(figure.unit),
        heads=(str(by.name), str(figure.name)),
        marks=marks,
        drawing=ring(shown)
        if is_ring
        else bars(shown, most=most_of(shown) if most_of(marks) is not None else None),
        total=None if whole is None else Mark(_("合计"), whole, opened_url(figure.id, period)),
    )


def whole_of(figure: Figure, by: Breakdown, parts: Sequence[Part]) -> int | Decimal | None:
    """Return what the parts add up to; nothing where they do not, or where one is not told."""
    if figure.is_share or by.why_not or any(part.is_suppressed for part in parts):
        return None
    return sum((part.value for part in parts), 0)


def part_mark(
    figure: Figure, period: Period, by: Breakdown, part: Part, whole: int | Decimal | None = None
) -> Mark:
    """Return the mark of one part; with a whole, it says its share."""
    return Mark(
        part.label,
        part.counted.value if part.counted else None,
        opened_url(figure.id, period, by.key, part.key),
        share=percent(part.value, whole) if whole else "",
        is_named=bool(part.key),
        words=nothing_of_nothing(part.counted),
    )


def nothing_of_nothing(counted: Counted | None) -> str:
    """Return what stands in place of a share that has no whole: it is not 0."""
    return "—" if counted is not None and counted.whole == 0 else ""


def untold_note(figure: Figure) -> str:
    """Say why a number is not told."""
    return _("少于{n}的未列，免得看出是谁；能推算出来的也未列。").format(n=figure.suppressed_below)


def _folded(marks: Sequence[Mark], most: int, whole: int | Decimal | None, fold_url: str) -> Sequence[Mark]:
    if len(marks) <= most:
        return marks
    rest = marks[most - 1 :]
    label = _("其余{n}项").format(n=len(rest))
    if whole is None:
        return [*marks[: most - 1], Mark(label, 0, fold_url, words=_("看表格"), is_fold=True)]
    size = sum((m.size for m in rest), 0)
    share = percent(size, whole) if whole else ""
    return [*marks[: most - 1], Mark(label, size, fold_url, share=share, is_fold=True)]


def _note(
    figure: Figure, by: Breakdown, parts: Sequence[Part], whole: int | Decimal | None, *, is_ring: bool
) -> str:
    n = "" if whole is None else printed(whole)
    words = {"name": figure.name, "by": by.name, "n": n, "unit": figure.unit}
    found = [_("{name}{n}{unit}，按{by}。") if whole is not None else _("{name}，按{by}。")]
    found.append(_("点一块看名单。") if is_ring else _("点条形看名单。"))
    found = [found[0].format(**words), found[1]]
    if by.why_not:
        found.append(str(by.why_not))
    if any(part.is_suppressed for part in parts):
        found.append(untold_note(figure))
    return "".join(found)
