"""Figures: numbers that a room can answer, each with its definition and the rows behind it.

A room declares them in ``figures.py`` and registers them when it is ready. Whoever shows a number takes it from
here, so that the number and the rows that it opens are counted by one condition.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet, Sum
from django.urls import reverse
from django.utils.http import urlencode

from tongxin.foundation.core.breakdowns import crossed_by, keys_of
from tongxin.foundation.core.periods import EVER, Period, calendar_year

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from django.utils.functional import _StrPromise

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.breakdowns import Breakdown

__all__ = [
    "EVER",
    "Area",
    "Column",
    "Drawing",
    "Family",
    "Figure",
    "Period",
    "all_areas",
    "all_figures",
    "area",
    "calendar_year",
    "families",
    "figure",
    "figures_of",
    "find_figure",
    "register_areas",
    "register_families",
    "register_figures",
    "share_of",
]

_TENTH = Decimal("0.1")
# Who looks at numbers, unless a figure says otherwise: the office, its leaders, the auditor. (Words of the
# organization room, whose enums this room may not import.)
LOOKS = ("staff", "leader", "auditor")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the rows behind a number.

    Attributes:
        head: its heading.
        path: the attribute of a row, with dots: ``matter.title``; a method without arguments is called.
        is_title: it says what the row is, and bears the link to it. One column of a figure.
    """

    head: _StrPromise | str
    path: str
    is_title: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of one committee.

    Attributes:
        id: ``grassroots.sessions``; stable, it stands in reports.
        name: what it is called.
        unit: 场次, 件, 人次; the unit of the value.
        definition: what is counted, in a sentence, as a reader may ask.
        rows: the rows behind it in a period: ``rows(committee_id, period)``. Exactly as many as the value, unless
            ``summed`` or ``distinct`` says otherwise.
        dated: which date decides whether a row is in the period; 期末 for what there is at its end.
        summed: the field whose sum is the value; without it rows are counted.
        distinct: count different values of this foreign key (persons, not person-times); never null in the rows.
        out_of: all rows of which ``rows`` are a part; then the value is the share in percent, to one decimal, and
            0 where there are none.
        columns: how a row is shown on the opened page; of a distinct figure, how one of the counted things is.
        select: what the columns need joined (``select_related``).
        row_url: where a row opens.
        breakdowns: along what it may be divided.
        seen_by: the roles that may see it.
        suppressed_below: parts smaller than this are not told, because they could single out a person; 0: none.
        page: the URL name of the room's own list of these rows, and the parameters that make it hold them.
        is_standing: it says what there is at the end of the period, not what was done in it.
    """

    id: str
    name: _StrPromise | str
    unit: _StrPromise | str
    definition: _StrPromise | str
    rows: Callable[[int, Period], QuerySet[Any]]
    dated: _StrPromise | str = ""
    summed: str = ""
    distinct: str = ""
    out_of: Callable[[int, Period], QuerySet[Any]] | None = None
    columns: tuple[Column, ...] = ()
    select: tuple[str, ...] = ()
    row_url: Callable[[Any], str] | None = None
    breakdowns: tuple[Breakdown, ...] = ()
    seen_by: tuple[str, ...] = LOOKS
    suppressed_below: int = 0
    page: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    is_standing: bool = False

    @property
    def is_share(self) -> bool:
        """Whether the value is a percentage of something."""
        return self.out_of is not None

    def value(self, committee_id: int, period: Period = EVER) -> int | Decimal:
        """Return the number. One query; a share takes two."""
        rows = self.rows(committee_id, period)
        if self.out_of is not None:
            return share_of(rows.order_by().count(), self.out_of(committee_id, period).order_by().count())
        return self.value_of(rows)

    def value_of(self, rows: QuerySet[Any]) -> int | Decimal:
        """Return what these rows, or some of them, add up to. One query. Of a share: how many they are."""
        rows = rows.order_by()
        if self.summed:
            return rows.aggregate(total=Sum(self.summed))["total"] or Decimal(0)
        if self.distinct:
            return rows.values(self.distinct).distinct().count()
        return rows.count()

    def things(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return what the opened page lists for these rows: the rows, or the different things that they name."""
        if not self.distinct:
            return rows
        model: type[Model] = rows.model
        for name in self.distinct.split("__"):
            model = model._meta.get_field(name).related_model  # type: ignore[assignment]  # noqa: SLF001
        found: QuerySet[Any] = model._default_manager.filter(  # noqa: SLF001
            pk__in=rows.order_by().values(self.distinct)
        )
        return found

    def breakdown(self, key: str) -> Breakdown | None:
        """Return the breakdown of this name, if the figure has it; ``month~place`` is both at once."""
        found = [one for name in keys_of(key) for one in self.breakdowns if one.key == name]
        if len(found) == 2 and found[0].key < found[1].key:  # noqa: PLR2004 (rows and columns)
            return crossed_by(*found)
        return found[0] if found and found[0].key == key else None

    def is_open_to(self, actor: Actor) -> bool:
        """Say whether this person may see the number."""
        return actor.has(*self.seen_by)

    def url(self, period: Period = EVER) -> str:
        """Return the address of the room's list that holds exactly these rows; empty when it has none."""
        if not self.page or period.key != period.year:
            return ""
        params = dict(self.params) | ({"year": period.year} if period.year else {})
        return reverse(self.page) + (f"?{urlencode(params)}" if params else "")


def share_of(part: int, whole: int) -> Decimal:
    """Return a share in percent, to one decimal; 0 where there is no whole."""
    return (Decimal(100 * part) / whole).quantize(_TENTH) if whole else Decimal(0)


@dataclass(frozen=True, slots=True)
class Family:
    """Figures that a committee has of itself: one for each sector, one for each key proposal with a name.

    Attributes:
        prefix: what their ids begin with, the dot included: ``organization.sector_members.``
        name: what they have in common.
        figures: those of a committee. One query.
    """

    prefix: str
    name: _StrPromise | str
    definition: _StrPromise | str
    figures: Callable[[int], Iterable[Figure]]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart of a dashboard: a figure along one of its breakdowns.

    Attributes:
        shape: ``columns`` (months beside those of the year before), ``bars``, ``ring``, or ``line`` (a trend).
        beside: another figure drawn in the same chart; lines only.
    """

    figure: str
    by: str
    shape: str
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """A dashboard of one part of the work. A room declares it beside its figures.

    Attributes:
        standing: the tiles of what there is.
        done: the tiles of what was done in the period, compared with the year before.
        table_by: the breakdown along which the figures of ``table`` stand side by side; each must have it.
    """

    key: str
    name: _StrPromise | str
    standing: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    drawings: tuple[Drawing, ...] = ()
    table_by: str = ""
    table: tuple[str, ...] = ()
    order: int = 0


_figures: dict[str, Figure] = {}
_families: dict[str, Family] = {}
_areas: dict[str, Area] = {}


def register_figures(*figures: Figure) -> None:
    """Make figures known; a room calls it in ``apps.ready``."""
    for one in figures:
        _figures[one.id] = one


def register_families(*families: Family) -> None:
    """Make families of figures known; a room calls it in ``apps.ready``."""
    for one in families:
        _families[one.prefix] = one


def register_areas(*areas: Area) -> None:
    """Make dashboards known; a room calls it in ``apps.ready``."""
    for one in areas:
        _areas[one.key] = one


def all_figures() -> tuple[Figure, ...]:
    """Return every figure that a room has declared, by id; families are not among them."""
    return tuple(_figures[key] for key in sorted(_figures))


def families() -> tuple[Family, ...]:
    """Return every family of figures, by prefix."""
    return tuple(_families[key] for key in sorted(_families))


def figures_of(committee_id: int) -> tuple[Figure, ...]:
    """Return every figure of a committee, those of families included, by id. One query for each family."""
    found = dict(_figures)
    for family in _families.values():
        found |= {one.id: one for one in family.figures(committee_id)}
    return tuple(found[key] for key in sorted(found))


def find_figure(figure_id: str, committee_id: int) -> Figure | None:
    """Return one figure of a committee; nothing where neither a room nor the committee has it."""
    if (known := _figures.get(figure_id)) is not None:
        return known
    for family in _families.values():
        if figure_id.startswith(family.prefix):
            return next((one for one in family.figures(committee_id) if one.id == figure_id), None)
    return None


def figure(figure_id: str) -> Figure:
    """Return one declared figure.

    Raises:
        KeyError: no room declares it.
    """
    return _figures[figure_id]


def all_areas() -> tuple[Area, ...]:
    """Return every dashboard, in the order in which they are offered."""
    return tuple(sorted(_areas.values(), key=lambda one: (one.order, one.key)))


def area(key: str) -> Area | None:
    """Return a dashboard."""
    return _areas.get(key)
