"""Numbers so small that they could single out a person are not told, nor what they could be worked out from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    # What stands for a row and a column.
    Cell = tuple[str, str]
    Number = int | Decimal


def hidden_parts(counts: Mapping[str, Number], below: int) -> set[str]:
    """Return the parts that are not told: those under the limit, and more where they could be worked out.

    What is left out together follows from the whole: one part alone would, and so would two of one person each. So
    there are at least two, and they add up to the limit at least.
    """
    if not below:
        return set()
    present = sorted((n, key) for key, n in counts.items() if n)
    hidden = {key for n, key in present if n < below}
    together = sum((n for n, key in present if key in hidden), start=0)
    for n, key in present:
        if not hidden or (len(hidden) > 1 and together >= below):
            break
        if key not in hidden:
            hidden.add(key)
            together += n
    return hidden


def hidden_cells(
    counts: Mapping[Cell, Number], rows: Mapping[str, bool], columns: Mapping[str, bool], below: int
) -> set[Cell]:
    """Return the cells of a table that are not told.

    In no row and no column is exactly one number left out, its total among them: it could be worked out from the
    others. Where nothing else is left, an empty cell is left out with it.

    Args:
        counts: the cells; one that is missing is 0.
        rows, columns: of each, whether its total is not told.
        below: the limit; 0: everything is told.
    """
    if not below:
        return set()
    hidden = {cell for cell, n in counts.items() if 0 < n < below}
    lines = [
        *(([(row, column) for column in columns], untold) for row, untold in rows.items()),
        *(([(row, column) for row in rows], untold) for column, untold in columns.items()),
    ]
    found = -1
    # What is left out for the sake of a row may stand alone in its column; until nothing more does.
    while found != len(hidden):
        found = len(hidden)
        for line, total_is_untold in lines:
            if sum(cell in hidden for cell in line) + total_is_untold == 1:
                hidden.update(_least(counts, (cell for cell in line if cell not in hidden)))
    return hidden


def _least(counts: Mapping[Cell, Number], cells: Iterable[Cell]) -> list[Cell]:
    """Return the cell that is the smallest loss: the least number, an empty one only if there is no other."""
    return sorted(cells, key=lambda cell: (not counts.get(cell), counts.get(cell, 0), cell))[:1]
