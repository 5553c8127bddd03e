"""Tables of a report: the same on the page, in Word and in Excel. Each count knows the address of its rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tongxin.activities.proposals.reports.shares import percent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Cell:
    """A count with the address of its rows, or a share of something.

    Attributes:
        url: empty where nothing was counted: there are no rows to open.
        share: percent; shown as a bar, too.
    """

    count: int | None = None
    url: str = ""
    share: Decimal | None = None

    @property
    def text(self) -> str:
        """What stands in it."""
        if self.count is not None:
            return str(self.count)
        return "—" if self.share is None else f"{self.share}%"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table."""

    label: str
    cells: Sequence[Cell]
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table of counts.

    Attributes:
        key: its anchor on the page.
        note: how it was counted, where that is not plain.
        head: the headings, that of the rows' names first.
        on_paper: which columns a page of paper has room for, by their place; empty: all.
        more: where the rest of it is, when the page shows only the beginning, and how many lines it has.
    """

    key: str
    title: str
    head: Sequence[str]
    lines: Sequence[Line]
    note: str = ""
    on_paper: Sequence[int] = ()
    more: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Tile:
    """One of the main figures."""

    label: str
    count: int
    url: str
    unit: str
    note: str = ""
    note_count: str | None = None
    note_url: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing in a chart."""

    label: str
    count: int
    url: str
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart that stands above its table.

    Attributes:
        kind: ``bars`` or ``ring``.
        title: a sentence with what it shows.
        table: the same figures in rows.
        is_marked: the title speaks of the largest one.
    """

    kind: str
    title: str
    note: str
    marks: Sequence[Mark]
    table: Table
    is_marked: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """One of the three reports, ready to be shown."""

    title: str
    tiles: Sequence[Tile]
    tables: Sequence[Table]
    charts: Sequence[Chart] = field(default_factory=tuple)

    @property
    def all_tables(self) -> list[Table]:
        """The tables of the charts and the others."""
        return [*(c.table for c in self.charts), *self.tables]


def counted(count: int, url: str) -> Cell:
    """Return the cell of a count; nothing counted has no rows to open."""
    return Cell(count=count, url=url if count else "")


def share(part: int, whole: int) -> Cell:
    """Return the cell of a share."""
    return Cell(share=percent(part, whole))
