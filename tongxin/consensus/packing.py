"""Puts millions of votes into order, and a few into millions, without waste."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import numpy as np
from scipy.sparse import coo_array

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Ids = NDArray[np.int64] | NDArray[np.int32]

Kind = TypeVar("Kind", bound=np.generic)

STEP: Final = 1 << 19
"""Votes handled at a time, so that temporaries stay small beside the votes themselves."""
_TABLE: Final = 1 << 22
_ROOM: Final = 16


class Cells(NamedTuple):
    """Votes in the order of person and statement, each pair once.

    Attributes:
        people: Ids of those who voted, ascending.
        sizes: How many votes each of them gave.
        columns: Of each vote the position of its statement.
        values: Of each vote what was said.
    """

    people: NDArray[np.int64]
    sizes: NDArray[np.int64]
    columns: NDArray[np.int32]
    values: NDArray[np.int8]


def unique_ids(ids: Ids) -> NDArray[np.int64]:
    """The different ids, ascending."""
    if not len(ids):
        return np.zeros(0, np.int64)
    low, high = int(ids.min()), int(ids.max())
    if not _is_dense(low, high, len(ids)):
        return np.unique(ids).astype(np.int64)
    met = np.zeros(high - low + 1, np.bool_)
    for part in _parts(len(ids)):
        met[ids[part].astype(np.int64) - low] = True
    return np.flatnonzero(met) + low


def ordered_cells(people: Ids, texts: Ids, values: NDArray[np.int8], named: NDArray[np.int64]) -> Cells:
    """The votes ordered by person and statement; of several on one pair the last in the given order.

    Laid out by statement, then by person: both turns count and keep what stands alike in the order it came, which
    is linear in the votes, while sorting them is not.
    """
    if not len(people):
        none = np.zeros(0, np.int64)
        return Cells(none, none, none.astype(np.int32), none.astype(np.int8))
    everybody = unique_ids(people)
    table = coo_array(
        (values, (_places(texts, named), _places(people, everybody))), shape=(len(named), len(everybody))
    )
    # Else votes of one person on one statement would be added up.
    table.has_canonical_format = True
    ordered = table.tocsr().tocsc()
    columns, said, starts = ordered.indices, ordered.data, ordered.indptr[:-1].astype(np.int64)
    last = np.empty(len(columns), np.bool_)
    np.not_equal(columns[1:], columns[:-1], out=last[:-1])
    last[ordered.indptr[1:] - 1] = True
    if last.all():
        sizes = np.diff(ordered.indptr).astype(np.int64)
    else:
        columns, said, sizes = columns[last], said[last], np.add.reduceat(last, starts, dtype=np.int64)
    return Cells(everybody, sizes, columns.astype(np.int32, copy=False), said)


def positions(
    indptr: NDArray[np.int64],
    columns: NDArray[np.int32],
    rows: NDArray[np.int64],
    wanted: NDArray[np.int32],
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Where each wanted column stands in its row, or would have to be put; and whether it stands there."""
    low, high = indptr[rows], indptr[rows + 1]
    end = high.copy()
    while (low < high).any():
        middle = (low + high) >> 1
        open_still = low < high
        below = open_still & (columns[np.minimum(middle, len(columns) - 1)] < wanted)
        low, high = np.where(below, middle + 1, low), np.where(open_still & ~below, middle, high)
    if not len(columns):
        return low, np.zeros(len(rows), np.bool_)
    return low, (low < end) & (columns[np.minimum(low, len(columns) - 1)] == wanted)


def insert(array: NDArray[Kind], places: NDArray[np.int64], items: NDArray[Kind]) -> NDArray[Kind]:
    """A copy of the array with each item put before its place; places ascend.

    Runs between places are copied whole, which for few items is much quicker than `np.insert`.
    """
    grown = np.empty(len(array) + len(items), array.dtype)
    before = 0
    for number, place in enumerate(places.tolist()):
        grown[before + number : place + number] = array[before:place]
        before = place
    grown[before + len(items) :] = array[before:]
    grown[places + np.arange(len(items))] = items
    return grown


def _places(ids: Ids, named: NDArray[np.int64]) -> NDArray[np.int32]:
    """Where each id stands among all of them."""
    low, high = int(named[0]), int(named[-1])
    places = np.empty(len(ids), np.int32)
    if not _is_dense(low, high, len(ids)):
        for part in _parts(len(ids)):
            places[part] = np.searchsorted(named, ids[part])
        return places
    table = np.zeros(high - low + 1, np.int32)
    table[named - low] = np.arange(len(named), dtype=np.int32)
    for part in _parts(len(ids)):
        places[part] = table[ids[part].astype(np.int64) - low]
    return places


def _is_dense(low: int, high: int, number: int) -> bool:
    """Whether ids lie so near each other that they are looked up in a table instead of searched for."""
    return high - low < min(_ROOM * number, _TABLE)


def _parts(number: int) -> Iterator[slice]:
    return (slice(start, start + STEP) for start in range(0, number, STEP))


def parts_of_rows(indptr: NDArray[np.int64]) -> Iterator[tuple[slice, slice]]:
    """Cuts the people into parts of about a million votes: (people, their votes).

    The cuts depend on the votes alone, never on the machine, so that sums by parts are the same everywhere.
    """
    total, rows = int(indptr[-1]), len(indptr) - 1
    cuts = np.searchsorted(indptr, np.arange(STEP, total, STEP))
    edges = np.unique(np.concatenate(([0], cuts, [rows]))).tolist()
    for first, last in pairwise(edges):
        yield slice(first, last), slice(int(indptr[first]), int(indptr[last]))
