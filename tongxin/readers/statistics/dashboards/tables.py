"""The table of a dashboard: its figures side by side along one breakdown, each number open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.foundation.core.wording import printed
from tongxin.readers.statistics.charts.drawing import nothing_of_nothing, untold_note
from tongxin.readers.statistics.charts.marks import untold
from tongxin.readers.statistics.counting import opened_url
from tongxin.readers.statistics.gathering import Division

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tongxin.foundation.core.figures import Figure, Period
    from tongxin.readers.statistics.counting import Counted, Part
    from tongxin.readers.statistics.dashboards.gathered import Gathered


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of the table; without an address where there are no rows, or they are not told."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One part, with a cell for each figure."""

    label: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """Figures along a breakdown.

    Attributes:
        head: what the rows are: 乡镇.
        notes: why columns do not add up, or why a number is not told.
    """

    head: str
    heads: Sequence[str]
    rows: Sequence[Row]
    total: Row
    notes: Sequence[str]


def divisions_of_table(figures: Sequence[Figure], by: str, period: Period) -> Iterator[Division]:
    """Say what has to be counted for the table."""
    for figure in figures:
        if (breakdown := figure.breakdown(by)) is not None:
            yield Division(figure, period, breakdown)


def table(figures: Sequence[Figure], by: str, period: Period, gathered: Gathered) -> Table | None:
    """Return the table; nothing where no figure has rows."""
    divisions = list(divisions_of_table(figures, by, period))
    columns = [{p.key: p for p in gathered.parts(d.figure, d.period, d.by)} for d in divisions]
    labels = {key: part.label for column in columns for key, part in column.items()}
    if not labels:
        return None
    # By what stands for a part: places in the order of their codes; what has no place comes last.
    ordered = sorted(labels, key=lambda key: (not key, key))
    rows = [
        Row(
            labels[key],
            [_cell(d, column.get(key)) for d, column in zip(divisions, columns, strict=True)],
        )
        for key in ordered
    ]
    whole = [_total(d, gathered.number(d.figure, period)) for d in divisions]
    return Table(
        head=str(divisions[0].by.name),
        heads=[_head(d.figure) for d in divisions],
        rows=rows,
        total=Row(_("合计"), whole),
        notes=_notes(divisions, columns),
    )


def _head(figure: Figure) -> str:
    return _("{name}（{unit}）").format(name=figure.name, unit=figure.unit)


def _cell(division: Division, part: Part | None) -> Cell:
    if part is None:
        # A share of nothing is not 0.
        return Cell("—" if division.figure.is_share else "0")
    if part.counted is None:
        return Cell(untold())
    url = opened_url(division.figure.id, division.period, division.by.key, part.key)
    if words := nothing_of_nothing(part.counted):
        return Cell(words)
    return Cell(printed(part.counted.value), url if part.counted.value else "")


def _total(division: Division, counted: Counted) -> Cell:
    url = opened_url(division.figure.id, division.period) if counted.value else ""
    return Cell(nothing_of_nothing(counted) or printed(counted.value), url)


def _notes(divisions: Sequence[Division], columns: Sequence[dict[str, Part]]) -> list[str]:
    """Return each remark once, with the figures that it is about unless it is about all."""
    about: dict[str, list[str]] = {}
    for division, column in zip(divisions, columns, strict=True):
        name = str(division.figure.name)
        if division.by.why_not:
            about.setdefault(str(division.by.why_not), []).append(name)
        if any(part.is_suppressed for part in column.values()):
            about.setdefault(untold_note(division.figure), []).append(name)
    return [
        note
        if len(names) == len(divisions)
        else _("{names}：{note}").format(names=_("、").join(names), note=note)
        for note, names in about.items()
    ]
