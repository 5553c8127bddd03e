"""The grass-roots page of a committee: tiles, months, topics and townships of one year."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, F, IntegerField, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, ExtractMonth, ExtractYear
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tongxin.activities.topics.enums import Channel, TopicState
from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import Figure, Period, all_figures, calendar_year, figure, share_of
from tongxin.foundation.organization.enums import Level
from tongxin.foundation.organization.models import Committee, Place
from tongxin.readers.statistics.charts_old import Chart, Mark, bars, columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.utils.functional import _StrPromise

# Before the first of them was set up there is nothing to look at.
FIRST_YEAR = 2010
_TILES = (
    "grassroots.stations",
    "grassroots.councils",
    "grassroots.rooms",
    "grassroots.seconded_members",
    "topics.collected",
    "grassroots.sessions",
    "grassroots.member_attendances",
    "grassroots.suggestions",
    "grassroots.problems_solved",
)
# So many of them say what there is; the others what was done.
_STANDING = 4
# Columns of the table by township: the figure, and how a row of it reaches the place that it counts for; where it
# has none, the next.
_BY_TOWN = {
    "grassroots.stations": ("place",),
    "grassroots.councils": ("place",),
    "grassroots.rooms": ("place",),
    "grassroots.sessions": ("node__place",),
    "grassroots.member_attendances": ("session__node__place",),
    "topics.collected": ("node__place", "matter__place"),
    "grassroots.problems_solved": ("node__place",),
}
_MONTHS = range(1, 13)


@dataclass(frozen=True, slots=True)
class Tile:
    """One number, as ``ui/tiles.html`` takes it."""

    label: str
    count: int
    unit: str
    url: str
    note: str = ""
    note_count: int | None = None
    note_url: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of the table, and the list that it opens."""

    label: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class TownRow:
    """What one township did."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on the page."""

    year: int
    years: Sequence[int]
    # What there is, and what was done in the year.
    tiles: Sequence[Tile]
    done: Sequence[Tile]
    charts: Sequence[Chart]
    town_heads: Sequence[str]
    towns: Sequence[TownRow]
    # The year has begun and is not over: what is there is not yet a year's.
    is_running: bool

    @property
    def is_empty(self) -> bool:
        """Whether the committee has nothing here yet."""
        return not any(tile.count for tile in (*self.tiles, *self.done))


def chosen_year(asked: str) -> int:
    """Return the year that was asked for, or this one."""
    today = clock.today().year
    if asked.isascii() and asked.isdigit() and FIRST_YEAR <= int(asked[:5]) <= today:
        return int(asked)
    return today


def values_of(figures: Iterable[Figure], committee_id: int, period: Period) -> dict[str, Any]:
    """Return the value of each figure. One query for all of them."""
    asked = {f"n{n}": one for n, one in enumerate(figures)}
    wholes = {f"{name}_of": one.out_of for name, one in asked.items() if one.out_of}
    found = (
        Committee.objects.filter(pk=committee_id)
        .annotate(**{name: _scalar(one, committee_id, period) for name, one in asked.items()})
        .annotate(**{name: _count(of(committee_id, period)) for name, of in wholes.items()})
        .values(*asked, *wholes)
        .get()
    )
    return {
        one.id: share_of(found[name], found[f"{name}_of"]) if one.out_of else found[name]
        for name, one in asked.items()
    }


def _count(rows: QuerySet[Any], field: str = "", *, distinct: bool = False) -> Coalesce:
    counted = rows.order_by().annotate(all_of_it=Value(1)).values("all_of_it")
    counted = counted.annotate(n=Count(field or "pk", distinct=distinct)).values("n")
    return Coalesce(Subquery(counted), Value(0), output_field=IntegerField())


def _scalar(one: Figure, committee_id: int, period: Period) -> Coalesce:
    # As Figure.value counts it, but as an expression.
    rows = one.rows(committee_id, period)
    if one.summed:
        summed = rows.order_by().annotate(all_of_it=Value(1)).values("all_of_it")
        summed = summed.annotate(n=Sum(one.summed)).values("n")
        return Coalesce(Subquery(summed), Value(0), output_field=summed.query.output_field)
    return _count(rows, one.distinct, distinct=bool(one.distinct))


def board(committee_id: int, year: int) -> Board:
    """Return the page of a committee and year. Six queries."""
    period = calendar_year(year)
    figures = [figure(one) for one in _TILES]
    values = values_of(figures, committee_id, period)
    tiles = [Tile(str(f.name), values[f.id], str(f.unit), f.url(period)) for f in figures]
    charts = [
        *_month_charts(committee_id, year),
        *_topic_charts(committee_id, period),
    ]
    return Board(
        year=year,
        years=_years(committee_id),
        tiles=tiles[:_STANDING],
        done=tiles[_STANDING:],
        charts=[c for c in charts if not c.is_empty],
        town_heads=[str(figure(key).name) for key in _BY_TOWN],
        towns=_towns(committee_id, period),
        is_running=year == clock.today().year,
    )


def _years(committee_id: int) -> list[int]:
    """Return the years that can be chosen, this one first: back to the first session or topic. One query."""

    def earliest(key: str, day: str) -> Subquery:
        return Subquery(figure(key).rows(committee_id, Period()).order_by(day).values(day)[:1])

    found = Committee.objects.filter(pk=committee_id).annotate(
        held=earliest("grassroots.sessions", "held_on"),
        collected=earliest("topics.collected", "matter__opened_on"),
    )
    this = clock.today().year
    begun = [day.year for day in found.values_list("held", "collected").get() if day]
    return list(range(this, max(min([*begun, this]), FIRST_YEAR) - 1, -1))


def _towns(committee_id: int, period: Period) -> list[TownRow]:
    """Return a row for each township in which something is or was done. Two queries."""
    first, *others = [_grouped(key, places, committee_id, period) for key, places in _BY_TOWN.items()]
    counts: dict[str, Counter[str]] = {}
    for key, town, n in first.union(*others, all=True):
        counts.setdefault(town or "", Counter())[key] += n
    places = Place.objects.filter(pk__in=[t for t in counts if t])
    names = {p.pk: p.everyday_name or p.name for p in places.order_by("pk")}
    # In the order of the area codes, as official lists have it; what has no place comes last.
    rows = [TownRow(name, _cells(counts[pk], pk, period)) for pk, name in names.items()]
    if "" in counts:
        rows.append(TownRow(_("没有写所在地的"), _cells(counts[""], "", period)))
    return rows


def _grouped(key: str, places: tuple[str, ...], committee_id: int, period: Period) -> QuerySet[Any]:
    towns = [
        Case(When(**{f"{place}__level": Level.VILLAGE}, then=F(f"{place}__parent")), default=F(place))
        for place in places
    ]
    town = Coalesce(*towns) if len(towns) > 1 else towns[0]
    rows = figure(key).rows(committee_id, period).order_by().annotate(key=Value(key), town=town)
    counted: QuerySet[Any] = rows.values_list("key", "town").annotate(n=Count("pk"))
    return counted


def _cells(counts: Counter[str], town: str, period: Period) -> tuple[Cell, ...]:
    return tuple(
        Cell(str(figure(key).name), counts[key], _url(figure(key), period, town=town) if town else "")
        for key in _BY_TOWN
    )


def _month_charts(committee_id: int, year: int) -> list[Chart]:
    """Return sessions and solved problems by month, beside the year before. One query."""
    both = Period(date(year - 1, 1, 1), date(year, 12, 31))
    days = {"grassroots.sessions": "held_on", "grassroots.problems_solved": "solved_on"}
    first, *others = [
        figure(key)
        .rows(committee_id, both)
        .order_by()
        .annotate(key=Value(key), y=ExtractYear(day), m=ExtractMonth(day))
        .values_list("key", "y", "m")
        .annotate(n=Count("pk"))
        for key, day in days.items()
    ]
    counts = {(key, y, m): n for key, y, m, n in first.union(*others, all=True)}
    return [_months(figure(key), counts, year) for key in days]


def _months(one: Figure, counts: Mapping[tuple[str, int, int], int], year: int) -> Chart:
    def url(y: int, m: int) -> str:
        return _url(one, calendar_year(y), month=f"{y}-{m:02d}") if counts.get((one.id, y, m)) else ""

    marks = [
        Mark(
            _("{n}月").format(n=m),
            counts.get((one.id, year, m), 0),
            url(year, m),
            counts.get((one.id, year - 1, m), 0),
            url(year - 1, m),
        )
        for m in _MONTHS
    ]
    most = max(marks, key=lambda mark: mark.count)
    words = {"name": one.name, "month": most.label, "n": most.count, "unit": one.unit, "year": year}
    title = _("{name}：{month}最多，{n}{unit}") if most.count else _("{name}：{year}年还没有")
    return Chart(
        key=one.id.rpartition(".")[2],
        title=title.format(**words),
        note=_("红色是{year}年各月，灰色是上一年同月。点柱子看名单。").format(year=year),
        names=(_("月份"), _("{year}年").format(year=year), _("{year}年").format(year=year - 1)),
        marks=marks,
        columns=columns(marks),
    )


def _topic_charts(committee_id: int, period: Period) -> list[Chart]:
    """Return the topics of a year by what they are about, channel and state. One query."""
    one = figure("topics.collected")
    rows = list(
        one.rows(committee_id, period)
        .order_by()
        .values_list("category", "channel", "matter__state", "category__name")
        .annotate(n=Count("pk"))
    )
    names: dict[Any, str | _StrPromise] = {row[0]: row[3] or "" for row in rows}
    labels: list[tuple[str, str, str, Mapping[Any, str | _StrPromise]]] = [
        ("category", _("类别"), _("议题里{label}最多，{n}条"), names),
        ("channel", _("渠道"), _("从{label}来的议题最多，{n}条"), dict(Channel.choices)),
        ("state", _("办到哪一步"), _("现在「{label}」的议题最多，{n}条"), dict(TopicState.choices)),
    ]
    charts = []
    for place, (key, head, title, words) in enumerate(labels):
        counts: Counter[Any] = Counter()
        for row in rows:
            counts[row[place]] += row[4]
        marks = [
            Mark(
                str(words.get(value) or _("没有分类")),
                n,
                _url(one, period, **{key: str(value)}) if value else "",
            )
            for value, n in sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))
        ]
        named = {str(word) for word in words.values() if word}
        charts.append(_bars(key, marks, head=head, title=title, named=named, counted=str(one.name)))
    return charts


def _bars(key: str, marks: list[Mark], *, head: str, title: str, named: set[str], counted: str) -> Chart:
    total = sum(m.count for m in marks)
    most = marks[0] if marks else Mark("", 0)
    return Chart(
        key=key,
        title=title.format(label=most.label, n=most.count)
        if most.label in named
        else _("议题按{head}").format(head=head),
        note=_("征集议题{n}条，按{head}。点条形看名单。").format(n=total, head=head),
        names=(head, counted),
        marks=marks,
        bars=bars(marks),
    )


def _url(one: Figure, period: Period, **narrowed: str) -> str:
    """Return the list behind a figure with further conditions."""
    asked = {**one.params, **({"year": period.year} if period.year else {}), **narrowed}
    if "month" in narrowed:
        asked.pop("year", None)
    return f"{reverse(one.page)}?{urlencode({k: v for k, v in asked.items() if v})}"


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure with its definition and what it is."""

    figure: Figure
    value: Any
    url: str


def figure_rows(committee_id: int, year: int) -> list[FigureRow]:
    """Return every figure that a room has declared, for one committee and year. One query."""
    period = calendar_year(year)
    figures = all_figures()
    values = values_of(figures, committee_id, period)
    return [FigureRow(one, values[one.id], one.url(period)) for one in figures]
