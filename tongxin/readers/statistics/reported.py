"""The list of numbers that were reported from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tongxin.foundation.core.figures import figures_of
from tongxin.foundation.core.wording import printed
from tongxin.readers.statistics.counting import opened_url
from tongxin.readers.statistics.models import ReportedNumber

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tongxin.foundation.core.access import Actor


@dataclass(frozen=True, slots=True)
class ReportedLine:
    """One reported number.

    Attributes:
        url: the page behind what is counted here of the same figure and span.
    """

    row: ReportedNumber
    name: str
    unit: str
    url: str

    @property
    def value(self) -> str:
        """The number with its unit."""
        return printed(self.row.value, self.unit)


def reported_rows(actor: Actor, figure_id: str = "") -> QuerySet[ReportedNumber]:
    """Return the reported numbers of a committee, those taken back too; the latest first."""
    found = ReportedNumber.objects.visible_to(actor).select_related("place")
    if figure_id:
        found = found.filter(figure=figure_id)
    return found.order_by("-until", "figure", "-entered_on", "pk")


def lines_of(actor: Actor, rows: QuerySet[ReportedNumber]) -> list[ReportedLine]:
    """Return them with the names of their figures; what this person may not see is left out. One query and families."""
    figures = {f.id: f for f in figures_of(actor.committee_id or 0)}
    found = []
    for row in rows:
        figure = figures.get(row.figure)
        if figure is None:
            # The figure of a sector that is no more: the number was reported all the same.
            found.append(ReportedLine(row, row.figure, "", ""))
        elif figure.is_open_to(actor):
            url = opened_url(figure.id, row.period)
            found.append(ReportedLine(row, str(figure.name), str(figure.unit), url))
    return found
