"""What a free table is asked for: a figure, rows, columns, a span."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tongxin.foundation.core.figures import EVER, Figure, Period, all_areas, all_figures, find_figure
from tongxin.readers.statistics.asking import parse_asked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.breakdowns import Breakdown

# Spans that have a name of their own; anything else is typed.
SPANS = ("今年", "去年", "本届", "五年")


@dataclass(frozen=True, slots=True)
class Asked:
    """A table as it was asked for.

    Attributes:
        figure: what is counted; nothing before somebody chose.
        columns: the second breakdown, if any.
        period: the span, as days.
        span: the span as it was chosen: 今年 stays this year.
        trouble: what of it could not be done, in sentences.
    """

    figure: Figure | None
    rows: Breakdown | None
    columns: Breakdown | None
    period: Period
    span: str
    trouble: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether there is a table to show."""
        return self.figure is not None and self.rows is not None and not self.trouble

    @property
    def words(self) -> dict[str, str]:
        """What it is asked with, in addresses and forms."""
        return {
            "figure": self.figure.id if self.figure else "",
            "rows": self.rows.key if self.rows else "",
            "columns": self.columns.key if self.columns else "",
            "period": self.span,
        }

    @property
    def query(self) -> str:
        """The same as an address has it."""
        return urlencode({key: value for key, value in self.words.items() if value})


def read_table(words: Mapping[str, str], actor: Actor) -> Asked:
    """Return the table that is asked for. One query for 本届, one where a committee's own figure is meant.

    What a figure cannot be divided by is left out and said, unless only the figure was chosen anew.
    """
    committee_id = actor.committee_id or 0
    trouble: list[str] = []
    figure = find_figure(words.get("figure", ""), committee_id)
    if figure is not None and not figure.is_open_to(actor):
        figure = None
    if figure is None and words.get("figure"):
        trouble.append(_("没有这个数字，或者不给您看。请另选一个。"))
    rows, columns = _divided(figure, words, trouble)
    span = words.get("period", "").strip()
    try:
        period = parse_asked(span, committee_id)
    except ValueError:
        period = EVER
        trouble.append(
            _("看不懂时间“%(span)s”。可以写2025、2025-03、2025-01-01..2025-06-30、今年、去年、本届、五年。")
            % {"span": span}
        )
    return Asked(figure, rows, columns, period, span, tuple(trouble))


def _divided(
    figure: Figure | None, words: Mapping[str, str], trouble: list[str]
) -> tuple[Breakdown | None, Breakdown | None]:
    if figure is None:
        return None, None
    if not figure.breakdowns:
        trouble.append(_("“%(name)s”只有一个总数，分不出行和列。") % {"name": figure.name})
        return None, None
    single = {one.key: one for one in figure.breakdowns}
    # Another figure was chosen in the same form: what both have stays, the rest goes.
    if words.get("was") in {None, figure.id}:
        unknown = [key for key in (words.get("rows"), words.get("columns")) if key and key not in single]
        trouble += [_("“%(name)s”不能按“%(key)s”分。") % {"name": figure.name, "key": key} for key in unknown]
    rows = single.get(words.get("rows", ""), figure.breakdowns[0])
    columns = single.get(words.get("columns", ""))
    if columns is not None and columns.key == rows.key:
        trouble.append(_("行和列选了同一种分法，请换一个。"))
    return rows, columns


def offered(actor: Actor, chosen: Figure | None) -> list[tuple[str, list[Figure]]]:
    """Return the figures to choose from, by the part of the work that they are of."""
    found = [one for one in all_figures() if one.breakdowns and one.is_open_to(actor)]
    if chosen is not None and chosen not in found:
        found.append(chosen)
    names = {one.key: str(one.name) for one in all_areas()}
    rooms: dict[str, list[Figure]] = {}
    for one in found:
        rooms.setdefault(one.id.partition(".")[0], []).append(one)
    return [(names.get(room, _("其他")), figures) for room, figures in rooms.items()]
