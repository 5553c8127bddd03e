"""What a workstation did in a year, counted from the rows, each number with the list that holds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, IntegerField, Subquery, Value
from django.db.models.functions import Coalesce

from tongxin.foundation.core.figures import all_figures, calendar_year
from tongxin.foundation.organization.models import Node

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tongxin.foundation.core.figures import Figure, Period

# Which figures say something about one station, and how their rows reach their node.
_PATHS = {
    "grassroots.sessions": "node",
    "grassroots.member_attendances": "session__node",
    "grassroots.suggestions": "session__node",
    "grassroots.problems_solved": "node",
    "topics.collected": "node",
}


@dataclass(frozen=True, slots=True)
class StationFigure:
    """One number of a station."""

    id: str
    label: str
    unit: str
    count: int
    url: str


def offered_figures() -> list[Figure]:
    """Return the figures that an item of a scheme may be shown beside."""
    known = {figure.id: figure for figure in all_figures()}
    return [known[key] for key in _PATHS if key in known]


def station_figures(node: Node, year: int) -> list[StationFigure]:
    """Return what a station and all that belongs to it did in a year. One query."""
    period = calendar_year(year)
    offered = offered_figures()
    counts = Node.objects.filter(pk=node.pk).values_list(
        *(Coalesce(Subquery(_count(f, node, period)), 0) for f in offered)
    )
    row = counts.first() or (0,) * len(offered)
    return [
        StationFigure(f.id, str(f.name), str(f.unit), count, _url(f, node, period))
        for f, count in zip(offered, row, strict=True)
    ]


def _rows(figure: Figure, node: Node, period: Period) -> QuerySet[Any]:
    under = Node.objects.under([node.pk]).values("pk")
    return figure.rows(node.committee_id, period).filter(**{f"{_PATHS[figure.id]}__in": under})


def _count(figure: Figure, node: Node, period: Period) -> Any:  # noqa: ANN401 (a queryset of one number)
    rows = _rows(figure, node, period).order_by().annotate(every=Value(1, IntegerField()))
    return rows.values("every").annotate(n=Count("pk")).values("n")


def _url(figure: Figure, node: Node, period: Period) -> str:
    url = figure.url(period)
    return f"{url}{'&' if '?' in url else '?'}node={node.pk}" if url else ""
