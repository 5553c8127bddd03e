"""The dashboards: all areas at a glance, one area in full, one area on the screen of a hall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import Area, Drawing, Figure, all_areas, all_figures, figure
from tongxin.readers.statistics.charts.drawing import MOST_BARS, Plan, drawn, plan
from tongxin.readers.statistics.dashboards.gathered import Gathered
from tongxin.readers.statistics.dashboards.spans import Span, choices
from tongxin.readers.statistics.dashboards.tables import Table, divisions_of_table, table
from tongxin.readers.statistics.dashboards.tiles import Tile, is_overdue, tile, wanted_for_tiles

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.figures import Period
    from tongxin.readers.statistics.charts.marks import Chart

# An area shows so many tiles among the others, and so many charts stand on the leaders' page.
_HOME_TILES, _HOME_CHARTS = 4, 3
# So many it looks at, to show those that are not 0.
_CANDIDATES = 8
# What the screen of a hall has room for.
_SCREEN_TILES, _SCREEN_CHARTS, _SCREEN_BARS = 6, 2, 6


@dataclass(frozen=True, slots=True)
class Choice:
    """A span that can be chosen."""

    asked: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Tab:
    """The way to an area, as ``ui/tabs.html`` takes it."""

    label: str
    url: str
    current: bool = False
    count: None = None


@dataclass(frozen=True, slots=True)
class Section:
    """An area among others: its most telling tiles."""

    name: str
    url: str
    tiles: Sequence[Tile]


@dataclass(frozen=True, slots=True)
class HomePage:
    """What leaders see first."""

    span: Span
    choices: Sequence[Choice]
    late: Sequence[Tile]
    sections: Sequence[Section]
    charts: Sequence[Chart]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was recorded yet."""
        return all(one.is_nothing for section in self.sections for one in section.tiles)


@dataclass(frozen=True, slots=True)
class AreaPage:
    """Everything on the page of an area."""

    area: Area
    span: Span
    choices: Sequence[Choice]
    standing: Sequence[Tile]
    done: Sequence[Tile]
    charts: Sequence[Chart]
    table: Table | None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was recorded yet."""
        return all(one.is_nothing for one in (*self.standing, *self.done)) and not self.charts


def areas_of(actor: Actor) -> list[Area]:
    """Return the areas in which this person may see a number."""
    return [one for one in all_areas() if _open((*one.standing, *one.done), actor)]


def tabs(actor: Actor, span: Span, current: str = "") -> list[Tab]:
    """Return the ways to all areas of this person, the leaders' page first."""
    home = Tab(_("总览"), _address("statistics:home", span), not current)
    return [home, *(Tab(str(a.name), area_url(a, span), a.key == current) for a in areas_of(actor))]


def area_url(one: Area, span: Span, name: str = "statistics:area") -> str:
    """Return the address of an area's page of the same span."""
    return _address(name, span, one.key)


def home_page(actor: Actor, span: Span) -> HomePage:
    """Return the leaders' page. Two queries, and one for each kind of names in its charts."""
    committee_id = actor.committee_id or 0
    areas = areas_of(actor)
    telling = _telling(areas, actor)
    # What is late is late today, whatever year is looked at.
    overdue = [one for one in all_figures() if is_overdue(one) and one.is_open_to(actor)]
    is_over = span.period.until is not None and span.period.until < clock.today()
    late = [] if is_over else overdue
    plans = [found for one in areas if (found := _leading(one, actor, span.period))]
    # What went how comes before what there is.
    plans.sort(key=lambda one: one.shape not in ("columns", "line"))
    done = [f for one in areas for f in _open(one.done, actor)]
    numbers = [
        *wanted_for_tiles((f for found in telling.values() for f in found), span, is_compared=True),
        *wanted_for_tiles(late, span, is_compared=False),
    ]
    gathered = Gathered(committee_id, numbers, [d for p in plans for d in p.divisions], done)
    compared = {f.id for f in done}
    return HomePage(
        span=span,
        choices=_choices(span, gathered),
        late=[tile(f, span, gathered, is_compared=False) for f in late],
        sections=[
            Section(
                str(one.name),
                area_url(one, span),
                _chosen([tile(f, span, gathered, is_compared=f.id in compared) for f in telling[one.key]]),
            )
            for one in areas
        ],
        charts=_charts(plans, gathered, _address("statistics:home", span), most=_HOME_CHARTS),
    )


def area_page(actor: Actor, one: Area, span: Span, most_bars: int = MOST_BARS) -> AreaPage:
    """Return the page of an area. Two queries, and one for each kind of names in its charts and table."""
    committee_id = actor.committee_id or 0
    standing, done = _open(one.standing, actor), _open(one.done, actor)
    columns = _open(one.table, actor) if one.table_by else []
    plans = _plans(one.drawings, actor, span.period)
    numbers = [
        *wanted_for_tiles(standing, span, is_compared=False),
        *wanted_for_tiles(done, span, is_compared=True),
        *wanted_for_tiles(columns, span, is_compared=False),
    ]
    divisions = [
        *(d for p in plans for d in p.divisions),
        *divisions_of_table(columns, one.table_by, span.period),
    ]
    gathered = Gathered(committee_id, numbers, divisions, done)
    return AreaPage(
        area=one,
        span=span,
        choices=_choices(span, gathered),
        standing=[tile(f, span, gathered, is_compared=False) for f in standing],
        done=[tile(f, span, gathered, is_compared=True) for f in done],
        charts=_charts(plans, gathered, area_url(one, span), most_bars=most_bars),
        table=table(columns, one.table_by, span.period, gathered) if columns else None,
    )


def screen_page(actor: Actor, one: Area, span: Span) -> AreaPage:
    """Return what of an area stands on the screen of a hall: its first tiles and charts."""
    small = Area(
        one.key,
        one.name,
        standing=one.standing[: max(_SCREEN_TILES - len(one.done), _SCREEN_TILES // 2)],
        done=one.done[:_SCREEN_TILES],
        drawings=tuple(d for d in one.drawings if d.shape != "line" or d.by != "year")[:_SCREEN_CHARTS],
    )
    return area_page(actor, small, span, _SCREEN_BARS)


def next_area(actor: Actor, one: Area) -> Area:
    """Return the area that follows on the screen, after the last the first."""
    areas = areas_of(actor)
    keys = [area.key for area in areas]
    return areas[(keys.index(one.key) + 1) % len(areas)] if one.key in keys else one


def _open(ids: Iterable[str], actor: Actor) -> list[Figure]:
    return [found for one in ids if (found := figure(one)).is_open_to(actor)]


def _telling(areas: Iterable[Area], actor: Actor) -> dict[str, list[Figure]]:
    """Return what may say most of each area: what was done, then what there is. Each number stands once."""
    found: dict[str, list[Figure]] = {}
    seen: set[str] = set()
    for one in areas:
        figures = [f for f in _open((*one.done, *one.standing), actor) if f.id not in seen]
        # What is late stands above.
        found[one.key] = [f for f in figures if not is_overdue(f)][:_CANDIDATES]
        seen |= {f.id for f in found[one.key]}
    return found


def _chosen(tiles: Sequence[Tile]) -> list[Tile]:
    """Return those to show, in their order: before all others what is not 0."""
    kept = sorted(tiles, key=lambda one: one.is_nothing)[:_HOME_TILES]
    return [one for one in tiles if one in kept]


def _leading(one: Area, actor: Actor, period: Period) -> Plan | None:
    """Return the chart of an area that leaders see: a trend, where it has one."""
    trends = [d for d in one.drawings if d.shape in ("columns", "line") and d.by != "year"]
    rings = [d for d in one.drawings if d.shape == "ring"]
    found = _plans([*trends, *rings, *one.drawings][:1], actor, period)
    return found[0] if found else None


def _plans(drawings: Iterable[Drawing], actor: Actor, period: Period) -> list[Plan]:
    found = []
    for one in drawings:
        drawn_figure = figure(one.figure)
        beside = figure(one.beside) if one.beside else None
        if not all(f.is_open_to(actor) for f in (drawn_figure, beside) if f):
            continue
        if (wanted := plan(drawn_figure, one.by, one.shape, period, beside)) is not None:
            found.append(wanted)
    return found


def _charts(
    plans: Iterable[Plan],
    gathered: Gathered,
    url: str,
    most: int | None = None,
    most_bars: int = MOST_BARS,
) -> list[Chart]:
    charts = [drawn(one, gathered.parts, _opening(url, one.key), most_bars) for one in plans]
    # Wide ones last, so that the others stand in pairs.
    return sorted([one for one in charts if not one.is_empty][:most], key=lambda one: one.is_wide)


def _opening(url: str, key: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}open={key}#{key}"


def _choices(span: Span, gathered: Gathered) -> list[Choice]:
    found = choices(span, gathered.first_year)
    chosen = span.asked or found[0][0]
    return [Choice(asked, label, asked == chosen) for asked, label in found]


def _address(name: str, span: Span, *args: str) -> str:
    query = urlencode({"period": span.asked}) if span.asked else ""
    return reverse(name, args=args) + (f"?{query}" if query else "")
