"""Many figures at once: all numbers of a page in one query, all parts of its charts in another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import (
    DateField,
    DateTimeField,
    DecimalField,
    Func,
    JSONField,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, ExtractYear

from tongxin.foundation.core.figures import EVER
from tongxin.foundation.organization.models import Committee
from tongxin.readers.statistics.counting import Counted, Part, aggregate, as_parts, count_of, counted, scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from tongxin.foundation.core.breakdowns import Breakdown
    from tongxin.foundation.core.figures import Figure, Period

    # The values of a breakdown, and how many rows each has.
    Counts = dict[Any, int | Decimal]


@dataclass(frozen=True, slots=True)
class Division:
    """A figure of a span along one of its breakdowns."""

    figure: Figure
    period: Period
    by: Breakdown


def values_of_many(asked: Iterable[tuple[Figure, Period]], committee_id: int) -> list[Counted]:
    """Return what each figure is in its span, in the same order. One query for all of them."""
    return values_and_first_year(asked, (), committee_id)[0]


def values_and_first_year(
    asked: Iterable[tuple[Figure, Period]], dated: Iterable[Figure], committee_id: int
) -> tuple[list[Counted], int | None]:
    """Return what each figure is in its span, and the year of the first record behind the dated ones. One query."""
    wanted = {f"n{n}": one for n, one in enumerate(asked)}
    wholes = {f"{name}_of": one.out_of(committee_id, p) for name, (one, p) in wanted.items() if one.out_of}
    firsts = _first_years(dated, committee_id)
    if not wanted and not firsts:
        return [], None
    found = (
        Committee.objects.filter(pk=committee_id)
        .annotate(**{name: scalar(one, one.rows(committee_id, p)) for name, (one, p) in wanted.items()})
        .annotate(**{name: count_of(rows) for name, rows in wholes.items()})
        .annotate(**firsts)
        .values(*wanted, *wholes, *firsts)
        .get()
    )
    values = [counted(one, found[name], found.get(f"{name}_of")) for name, (one, _p) in wanted.items()]
    return values, min((found[name] for name in firsts if found[name]), default=None)


def parts_of_many(asked: Sequence[Division], committee_id: int) -> list[list[Part]]:
    """Return the parts of each, as ``parts_of`` does. One query for all, and one for each kind of names."""
    branches = [
        _branch(2 * n + place, one, rows)
        for n, one in enumerate(asked)
        for place, rows in enumerate(_rows(one, committee_id))
    ]
    if not branches:
        return []
    first, *others = branches
    counts: dict[int, Counts] = {n: {} for n in range(2 * len(asked))}
    readers = [_reader(one, committee_id) for one in asked]
    # A single branch is no union; values of different types meet as JSON.
    for key, part, n in first.union(*others, all=True) if others else first:
        division = asked[key // 2]
        is_sum = division.figure.summed and key % 2 == 0
        counts[key][readers[key // 2](part)] = (n or 0) if is_sum else int(n)
    names = _names(asked, counts, committee_id)
    return [
        as_parts(one.figure, one.by, counts[2 * n], counts[2 * n + 1], names[n])
        for n, one in enumerate(asked)
    ]


def _first_years(figures: Iterable[Figure], committee_id: int) -> dict[str, Subquery]:
    """Return for each figure that has a day what finds the year of its first record."""
    dates = [(one, one.breakdown("year") or one.breakdown("month")) for one in figures]
    return {
        # Along an index on the day the first row is found at once; a minimum would look at all of them.
        f"first{n}": Subquery(
            one.rows(committee_id, EVER).order_by(by.by).values(first=ExtractYear(by.by))[:1]
        )
        for n, (one, by) in enumerate(dates)
        if by is not None
    }


def _rows(one: Division, committee_id: int) -> list[QuerySet[Any]]:
    rows = [one.figure.rows(committee_id, one.period)]
    if one.figure.out_of is not None:
        rows.append(one.figure.out_of(committee_id, one.period))
    return rows


def _branch(key: int, one: Division, rows: QuerySet[Any]) -> QuerySet[Any]:
    # The whole of a share is counted in rows, whatever the part is counted in.
    n = aggregate(one.figure)
    number = Cast(n, DecimalField(max_digits=24, decimal_places=2))
    found = one.by.divided(rows).order_by().annotate(branch=Value(key))
    as_json = Func("part", function="to_jsonb", output_field=JSONField())
    found = found.annotate(part_json=as_json).values_list("branch", "part_json").annotate(n=number)
    listed: QuerySet[Any] = found.values_list("branch", "part_json", "n")
    return listed


def _reader(one: Division, committee_id: int) -> Any:  # noqa: ANN401 (a function of a database field)
    """Return what turns a part as JSON has it into the value that the breakdown gives."""
    field = one.by.divided(one.figure.rows(committee_id, one.period)).query.annotations["part"].output_field
    target = getattr(field, "target_field", field)

    is_day = target.get_internal_type() == "DateField"

    is_day = isinstance(target, DateField) and not isinstance(target, DateTimeField)

    def read(part: object) -> object:
        if part is None:
            return None
        # PostgreSQL makes a moment of the month of a day; of a moment it makes the time on the clock of the place.
        return date.fromisoformat(str(part)[:10]) if is_day else target.to_python(part)

    return read


def _names(
    asked: Sequence[Division], counts: Mapping[int, Counts], committee_id: int
) -> list[Mapping[str, str]]:
    """Return the names of the parts of each; breakdowns that share their labels are asked once."""
    values: dict[object, dict[Any, None]] = {}
    for n, one in enumerate(asked):
        found = values.setdefault(_naming(one.by), {})
        found |= dict.fromkeys((*counts[2 * n], *counts[2 * n + 1]))
    named: dict[object, Mapping[str, str]] = {}
    for one in asked:
        if _naming(one.by) not in named:
            named[_naming(one.by)] = one.by.named(committee_id, list(values[_naming(one.by)]))
    return [named[_naming(one.by)] for one in asked]


def _naming(by: Breakdown) -> object:
    return by.key, by.labels, str(by.missing)
