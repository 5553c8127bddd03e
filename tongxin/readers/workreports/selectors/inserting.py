"""Choosing a number to put into a report: figure, span, and part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tongxin.foundation.core.figures import Figure, Period, figures_of
from tongxin.readers.statistics.asking import parse_asked
from tongxin.readers.statistics.counting import parts_of
from tongxin.readers.statistics.wordings import wordings_of
from tongxin.readers.workreports.asked import Asked, values_at
from tongxin.readers.workreports.numbers import Standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.breakdowns import Breakdown
    from tongxin.readers.workreports.models import WorkReport


@dataclass(frozen=True, slots=True)
class Choice:
    """One number that can be put into the text."""

    part: str
    label: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a person looks for, and the numbers that are there.

    Attributes:
        fault: which of the fields cannot be read: ``figure``, ``period``, ``by``; empty when all can.
    """

    figures: list[Figure]
    figure: Figure | None
    period: Period
    asked_period: str
    by: Breakdown | None
    whole: Choice | None
    parts: list[Choice]
    fault: str = ""

    @property
    def breakdowns(self) -> tuple[Breakdown, ...]:
        """Along what it may be divided in a report: small cells are not told, so such figures stay whole."""
        return self.figure.breakdowns if self.figure and not self.figure.suppressed_below else ()

    def choice(self, part: str | None) -> Choice | None:
        """Return one of the numbers; the whole where no part is asked for."""
        if part is None or self.by is None:
            return self.whole
        return next((one for one in self.parts if one.part == part), None)


def choose_number(actor: Actor, report: WorkReport, asked: Mapping[str, str]) -> Chosen:
    """Return what there is to choose from. Six queries and one for each family of figures."""
    committee_id = actor.committee_id or 0
    figures = [one for one in figures_of(committee_id) if one.is_open_to(actor)]
    figure = next((one for one in figures if one.id == asked.get("figure")), None)
    text = asked.get("period", report.period.key)
    try:
        period = parse_asked(text, committee_id)
    except ValueError:
        return Chosen(figures, figure, report.period, text, None, None, [], "period")
    if figure is None:
        return Chosen(figures, None, period, text, None, None, [], "figure" if asked.get("figure") else "")
    wordings = wordings_of(committee_id)
    value = values_at([Asked(figure, period)], committee_id)[0]
    whole = Choice("", "", Standing(figure, period, value, wordings))
    by = figure.breakdown(asked.get("by", "")) if not figure.suppressed_below else None
    parts = parts_of(figure, committee_id, period, by) if by else []
    choices = [
        Choice(one.key, one.label, Standing(figure, period, one.counted, wordings, by=by.key, part=one.key))
        for one in parts
        if by and one.counted
    ]
    return Chosen(figures, figure, period, text, by, whole, choices)
