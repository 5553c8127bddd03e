"""Along what a figure may be divided: by month, by township, by kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.db.models.functions import TruncMonth, TruncYear
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.foundation.core.periods import calendar_month, calendar_year

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable
    from django.utils.functional import _StrPromise

_MISSING = gettext_lazy("没有写")
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_YEAR = re.compile(r"(?:19|20|21)\d{2}")


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A way to divide the rows of a figure into parts.

    Attributes:
        key: what it is called in addresses; the same word for the same thing in every room: ``month``, ``year``,
            ``term``, ``place`` (township), ``sector``, ``special_committee``, ``organization``, ``topic``,
            ``kind``, ``state``, ``channel``, ``unit``, ``station``.
        name: what it is called on a page: 月份, 乡镇.
        by: the path of a field of the rows, or an expression, whose value is the part that a row is in.
        labels: the names of parts: ``labels(committee_id, values)``; without it the value is its own name.
        prepare: what the rows need before ``by`` can be asked, such as a join with conditions.
        why_not: why parts do not add up to the whole, as a reader may ask; empty where they do.
        missing: what rows without a value are called.
        by_order: parts stand in the order of their values (months, grades), not by size.
    """

    key: str
    name: _StrPromise | str
    by: str | Combinable
    labels: Callable[[int, Collection[Any]], Mapping[Any, str | _StrPromise]] | None = None
    prepare: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None
    why_not: _StrPromise | str = ""
    missing: _StrPromise | str = _MISSING
    by_order: bool = False

    def divided(self, rows: QuerySet[Any], name: str = "part") -> QuerySet[Any]:
        """Return the rows, each saying in a column of this name which part it is in."""
        if self.prepare is not None:
            rows = self.prepare(rows)
        by = F(self.by) if isinstance(self.by, str) else self.by
        found: QuerySet[Any] = rows.annotate(**{name: by})
        return found

    def part_of(self, value: object) -> str:
        """Return what stands for a part in an address. Empty: rows without a value."""
        return "" if value is None else str(value)

    def only(self, rows: QuerySet[Any], part: str) -> QuerySet[Any]:
        """Return the rows of one part.

        Raises:
            ValueError: there can be no such part.
        """
        found = self.divided(rows, "in_part")
        if not part:
            return found.filter(in_part__isnull=True)
        return found.filter(in_part=self._value(found, part))

    def named(self, committee_id: int, values: Collection[Any]) -> dict[str, str]:
        """Return the names of parts, by what stands for them. At most one query."""
        present = [value for value in values if value is not None]
        names = self.labels(committee_id, present) if self.labels else {}
        found = {self.part_of(value): str(names.get(value, value)) for value in present}
        if len(present) != len(values):
            found[""] = str(self.missing)
        return found

    def label_of(self, rows: QuerySet[Any], committee_id: int, part: str) -> tuple[str, str]:
        """Return a part as it stands in addresses, and its name; the same twice where nothing has this value.

        At most one query.

        Raises:
            ValueError: there can be no such part.
        """
        if not part:
            return "", str(self.missing)
        value = self._read(rows, part)
        key = self.part_of(value)
        return key, self.named(committee_id, [value])[key]

    def _read(self, rows: QuerySet[Any], part: str) -> object:
        return self._value(self.divided(rows, "in_part"), part)

    def _value(self, found: QuerySet[Any], part: str) -> object:
        field = found.query.annotations["in_part"].output_field
        target = getattr(field, "target_field", field)
        try:
            return target.to_python(part)
        except Exception as error:
            raise ValueError(part) from error


@dataclass(frozen=True, slots=True)
class Monthly(Breakdown):
    """By calendar month of a date of the rows."""

    def divided(self, rows: QuerySet[Any], name: str = "part") -> QuerySet[Any]:
        """Return the rows, each with the first day of its month."""
        found: QuerySet[Any] = rows.annotate(**{name: TruncMonth(self.by)})
        return found

    def part_of(self, value: object) -> str:
        """Return ``2021-03``."""
        return f"{value:%Y-%m}" if isinstance(value, date) else ""

    def only(self, rows: QuerySet[Any], part: str) -> QuerySet[Any]:
        """Return the rows of one month."""
        if not part:
            return rows.filter(**{f"{self.by}__isnull": True})
        if not (found := _MONTH.fullmatch(part)):
            raise ValueError(part)
        # As a span of days, so that an index on the day serves.
        return rows.filter(**calendar_month(int(found[1]), int(found[2])).within(str(self.by)))

    def _read(self, rows: QuerySet[Any], part: str) -> object:
        if not (found := _MONTH.fullmatch(part)):
            raise ValueError(part)
        return date(int(found[1]), int(found[2]), 1)

    def named(self, committee_id: int, values: Collection[Any]) -> dict[str, str]:
        """Return 2021年3月 for each."""
        return {
            self.part_of(v): _("%(year)s年%(month)s月") % {"year": v.year, "month": v.month}
            if v
            else str(self.missing)
            for v in values
        }


@dataclass(frozen=True, slots=True)
class Yearly(Breakdown):
    """By calendar year of a date of the rows."""

    def divided(self, rows: QuerySet[Any], name: str = "part") -> QuerySet[Any]:
        """Return the rows, each with the first day of its year."""
        found: QuerySet[Any] = rows.annotate(**{name: TruncYear(self.by)})
        return found

    def part_of(self, value: object) -> str:
        """Return ``2021``."""
        return f"{value:%Y}" if isinstance(value, date) else ""

    def only(self, rows: QuerySet[Any], part: str) -> QuerySet[Any]:
        """Return the rows of one year."""
        if not part:
            return rows.filter(**{f"{self.by}__isnull": True})
        if not _YEAR.fullmatch(part):
            raise ValueError(part)
        return rows.filter(**calendar_year(int(part)).within(str(self.by)))

    def _read(self, rows: QuerySet[Any], part: str) -> object:
        if not _YEAR.fullmatch(part):
            raise ValueError(part)
        return date(int(part), 1, 1)

    def named(self, committee_id: int, values: Collection[Any]) -> dict[str, str]:
        """Return 2021年 for each."""
        return {
            self.part_of(v): _("%(year)s年") % {"year": v.year} if v else str(self.missing) for v in values
        }


# Between the two of a crossed breakdown; no key has it, nor have parts: days, keys, words of choices.
_CROSS = "~"


@dataclass(frozen=True, slots=True)
class Crossed(Breakdown):
    """By two breakdowns at once: the cells of a table. A part is both parts, as ``2021-03~620881101``."""

    first: Breakdown | None = None
    second: Breakdown | None = None

    @property
    def pair(self) -> tuple[Breakdown, Breakdown]:
        """The two, in the order of their keys, so that a cell has one address whichever way a table lies."""
        if self.first is None or self.second is None:
            raise TypeError(self.key)
        return self.first, self.second

    def divided(self, rows: QuerySet[Any], name: str = "part") -> QuerySet[Any]:
        """Return the rows with both parts, in the columns ``<name>_first`` and ``<name>_second``."""
        first, second = self.pair
        return second.divided(first.divided(rows, f"{name}_first"), f"{name}_second")

    def joined(self, one: str, other: str) -> str:
        """Return the part that is both these parts."""
        return f"{one}{_CROSS}{other}"

    def both(self, one: str, other: str) -> str:
        """Return the name of a part, from those of both."""
        return _("%(one)s、%(other)s") % {"one": one, "other": other}

    def only(self, rows: QuerySet[Any], part: str) -> QuerySet[Any]:
        """Return the rows of one cell."""
        first, second = self.pair
        one, cross, other = part.partition(_CROSS)
        if not cross:
            raise ValueError(part)
        return second.only(first.only(rows, one), other)

    def label_of(self, rows: QuerySet[Any], committee_id: int, part: str) -> tuple[str, str]:
        """Return a cell as it stands in addresses, and its name. At most two queries."""
        first, second = self.pair
        one, cross, other = part.partition(_CROSS)
        if not cross:
            raise ValueError(part)
        one, one_label = first.label_of(rows, committee_id, one)
        other, other_label = second.label_of(rows, committee_id, other)
        return self.joined(one, other), self.both(one_label, other_label)


def crossed_by(one: Breakdown, other: Breakdown) -> Crossed:
    """Return the breakdown of the cells of a table of both; the order does not matter."""
    first, second = sorted((one, other), key=lambda by: by.key)
    return Crossed(
        f"{first.key}{_CROSS}{second.key}",
        gettext_lazy("%(one)s、%(other)s") % {"one": first.name, "other": second.name},
        "",
        why_not=first.why_not or second.why_not,
        first=first,
        second=second,
    )


def keys_of(key: str) -> list[str]:
    """Return the keys of the breakdowns that are named: one, or two of a crossed one."""
    return key.split(_CROSS)


def by_month(field: str) -> Monthly:
    """Divide by the month of a date field."""
    return Monthly("month", gettext_lazy("月份"), field, by_order=True)


def by_year(field: str) -> Yearly:
    """Divide by the year of a date field."""
    return Yearly("year", gettext_lazy("年份"), field, by_order=True)


def by_choice(
    key: str,
    name: _StrPromise | str,
    field: str,
    choices: Mapping[Any, str | _StrPromise],
    **rest: Any,  # noqa: ANN401 (of Breakdown)
) -> Breakdown:
    """Divide by a field with choices."""
    return Breakdown(key, name, field, labels=lambda _committee_id, _values: choices, **rest)


@cache
def named_by(model: type, field: str = "name") -> Callable[[int, Collection[Any]], Mapping[Any, str]]:
    """Return the labels of a foreign key: what a field of the other table says. One query.

    Asked twice for the same, it is the same function: breakdowns that share it are named together.
    """

    def labels(_committee_id: int, values: Collection[Any]) -> Mapping[Any, str]:
        found = model._default_manager.filter(pk__in=list(values))  # type: ignore[attr-defined]  # noqa: SLF001
        return dict(found.values_list("pk", field))

    return labels
