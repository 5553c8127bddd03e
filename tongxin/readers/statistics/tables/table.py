"""A free table: rows, columns, totals, and the page behind every number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.foundation.core.breakdowns import crossed_by
from tongxin.foundation.core.wording import printed
from tongxin.readers.statistics.charts.marks import untold
from tongxin.readers.statistics.counting import Counted, crossed, opened_url, values_of
from tongxin.readers.statistics.gathering import Division, parts_of_many

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.foundation.core.breakdowns import Breakdown, Crossed
    from tongxin.foundation.core.figures import Figure, Period
    from tongxin.readers.statistics.counting import Part

MOST_ROWS = 50
MOST_COLUMNS = 24
# Stands where parts do not add up to a total, and where there is nothing of which a share could be taken.
DASH = "—"


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of the table.

    Attributes:
        text: as it is printed; of a share the percentage.
        note: of a share, what it is made of: 94/97.
        value: the number itself, for Excel; nothing where it is not told.
        by, part: what it is of; both empty for the whole.
        url: the page behind it; empty where there are no rows, or they are not told.
    """

    text: str
    note: str = ""
    value: Counted | None = None
    by: str = ""
    part: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its name; its last cell is its total."""

    label: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """Everything that is shown.

    Attributes:
        heads: of the columns; one only where there is no second breakdown.
        total: the last row, of which the last cell is the whole.
        has_row_totals: the last column holds totals.
        notes: what a reader has to know, in sentences.
        parts: the rows with their totals, for the chart.
    """

    figure: Figure
    period: Period
    rows_by: Breakdown
    columns_by: Breakdown | None
    heads: Sequence[str]
    rows: Sequence[Row]
    total: Row
    has_row_totals: bool
    notes: Sequence[str]
    parts: Sequence[Part]

    @property
    def title(self) -> str:
        """What it is a table of."""
        if self.columns_by is None:
            return _("%(name)s，按%(rows)s") % {"name": self.figure.name, "rows": self.rows_by.name}
        return _("%(name)s，按%(rows)s和%(columns)s") % {
            "name": self.figure.name,
            "rows": self.rows_by.name,
            "columns": self.columns_by.name,
        }

    @property
    def cells(self) -> list[tuple[str, str, Cell]]:
        """Every number with the names of its row and column."""
        heads = [*self.heads, _("合计")] if self.has_row_totals else self.heads
        return [
            (row.label, head, cell)
            for row in (*self.rows, self.total)
            for head, cell in zip(heads, row.cells, strict=True)
        ]


def make_table(
    figure: Figure, committee_id: int, period: Period, rows_by: Breakdown, columns_by: Breakdown | None
) -> Table:
    """Return a table. At most five queries; of a share six."""
    made = _Maker(figure, period)
    whole = values_of([figure], committee_id, period)[figure.id]
    asked = [Division(figure, period, by) for by in (rows_by, columns_by) if by is not None]
    sides = parts_of_many(asked, committee_id)
    rows, row_note = _limited(sides[0], rows_by, MOST_ROWS, _("行"))
    notes = [*made.notes(sides), row_note]
    if columns_by is None:
        lines = [Row(one.label, [made.cell(one.counted, rows_by.key, one.key)]) for one in rows]
        total = [made.total(whole, (rows_by,), notes)]
        return made.table((rows_by, None), [str(figure.name)], lines, total, parts=rows, notes=notes)
    columns, column_note = _limited(sides[1], columns_by, MOST_COLUMNS, _("列"))
    notes.append(column_note)
    crossing = crossed(figure, committee_id, period, rows_by, columns_by, sides=(sides[0], sides[1]))
    both = crossed_by(rows_by, columns_by)
    lines = [
        Row(
            row.label,
            [
                *(
                    made.cell(
                        crossing.cells.get((row.key, column.key), made.nothing),
                        both.key,
                        _part(both, rows_by, row, column),
                    )
                    for column in columns
                ),
                made.total(row.counted, (columns_by,), notes, rows_by.key, row.key),
            ],
        )
        for row in rows
    ]
    total = [
        *(made.total(one.counted, (rows_by,), notes, columns_by.key, one.key) for one in columns),
        made.total(whole, (rows_by, columns_by), notes),
    ]
    return made.table(
        (rows_by, columns_by), [one.label for one in columns], lines, total, parts=rows, notes=notes
    )


def _part(both: Crossed, rows_by: Breakdown, row: Part, column: Part) -> str:
    lies_first = both.pair[0].key == rows_by.key
    return both.joined(row.key, column.key) if lies_first else both.joined(column.key, row.key)


def _limited(parts: Sequence[Part], by: Breakdown, most: int, word: str) -> tuple[Sequence[Part], str]:
    """Return as many as a table holds, and the sentence that says so: the largest, or the latest in time."""
    if len(parts) <= most:
        return parts, ""
    shown = parts[-most:] if by.by_order else parts[:most]
    said = _("%(by)s共%(all)d项，这里列出%(most)d%(word)s；合计是全部的。")
    return shown, said % {"by": by.name, "all": len(parts), "most": most, "word": word}


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the cells of one figure in one span."""

    figure: Figure
    period: Period

    @property
    def nothing(self) -> Counted:
        """What a cell without rows is."""
        return Counted(0, 0, 0) if self.figure.is_share else Counted(0)

    def notes(self, sides: Sequence[Sequence[Part]]) -> list[str]:
        """Return what holds for the whole table."""
        if self.figure.suppressed_below and any(part.is_suppressed for side in sides for part in side):
            return [
                _("少于%(n)d的和能由它推算出来的不列，以免认出个人。") % {"n": self.figure.suppressed_below}
            ]
        return []

    def cell(self, counted: Counted | None, by: str = "", part: str = "") -> Cell:
        """Return one number."""
        if counted is None:
            return Cell(untold(), by=by, part=part)
        if counted.whole == 0:
            return Cell(DASH, value=counted, by=by, part=part)
        url = opened_url(self.figure.id, self.period, by, part if by else None) if counted.number else ""
        unit = "%" if self.figure.is_share else ""
        note = "" if counted.whole is None else f"{counted.part}/{counted.whole}"
        return Cell(printed(counted.value, unit), note, counted, by, part, url)

    def total(
        self,
        counted: Counted | None,
        along: Sequence[Breakdown],
        notes: list[str],
        by: str = "",
        part: str = "",
    ) -> Cell:
        """Return a total; a dash, and why, where the parts do not add up to it."""
        if why := next((str(one.why_not) for one in along if one.why_not), ""):
            notes.append(_("没有合计：%(why)s") % {"why": why})
            return Cell(DASH)
        return self.cell(counted, by, part)

    def table(
        self,
        by: tuple[Breakdown, Breakdown | None],
        heads: Sequence[str],
        lines: Sequence[Row],
        total: Sequence[Cell],
        *,
        parts: Sequence[Part],
        notes: Sequence[str],
    ) -> Table:
        """Return the whole; what has to be said is said once."""
        return Table(
            figure=self.figure,
            period=self.period,
            rows_by=by[0],
            columns_by=by[1],
            heads=heads,
            rows=lines,
            total=Row(_("合计"), total),
            has_row_totals=by[1] is not None,
            notes=list(dict.fromkeys(note for note in notes if note)),
            parts=parts,
        )
