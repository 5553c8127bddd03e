"""Puts millions of votes into order, and a few into millions, without waste."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Ids = NDArray[np.int64] | NDArray[np.int32]

Kind = TypeVar("Kind", bound=np.generic)

STEP: Final = 1 << 19
"""Votes handled at a time, so that temporaries stay small beside the votes themselves."""
_VALUE_BITS: Final = 2
_WORD: Final = 63
_TABLE: Final = 1 << 22
"""Ids that lie within so wide a range are looked up in a table instead of searched for."""


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
    if len(ids) > STEP:
        low, high = int(ids.min()), int(ids.max())
        if high - low < _TABLE:
            met = np.zeros(high - low + 1, np.bool_)
            for start in range(0, len(ids), STEP):
                met[ids[start : start + STEP].astype(np.int64) - low] = True
            return np.flatnonzero(met) + low
    return np.unique(ids).astype(np.int64)


def ordered_cells(people: Ids, texts: Ids, values: NDArray[np.int8], named: NDArray[np.int64]) -> Cells:
    """The votes ordered by person and statement; of several on one pair the last in the given order.

    All that matters of a vote is put into one word, person above statement above order above value, and the
    words are sorted: that is many times faster than ordering by two keys, and stable.
    """
    if not len(people):
        none = np.zeros(0, np.int64)
        return Cells(none, none, none.astype(np.int32), none.astype(np.int8))
    least, width = int(people.min()), (int(people.max()) - int(people.min())).bit_length()
    column_bits, order_bits = len(named).bit_length(), len(people).bit_length()
    if width + column_bits + order_bits + _VALUE_BITS > _WORD:
        ids, places = np.unique(people, return_inverse=True)
        if len(ids).bit_length() + column_bits + order_bits + _VALUE_BITS > _WORD:
            raise ValueError("more votes than can be counted together")
        cells = ordered_cells(places, texts, values, named)
        return cells._replace(people=ids[cells.people].astype(np.int64))
    words = _words(people, _columns(texts, named), values, least, (column_bits, order_bits))
    words.sort()
    words, said = _last_of_each(words, order_bits)
    columns = _masked(words, (1 << column_bits) - 1, np.int32)
    words >>= column_bits
    starts = np.append(0, np.flatnonzero(words[1:] != words[:-1]) + 1)
    return Cells(words[starts] + least, np.diff(np.append(starts, len(words))), columns, said)


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


def _columns(texts: Ids, named: NDArray[np.int64]) -> Callable[[slice], NDArray[np.int64]]:
    """How ids of statements become their positions: a function over a part of them."""
    low, high = int(named[0]), int(named[-1])
    if high - low >= _TABLE:
        return lambda part: np.searchsorted(named, texts[part])
    table = np.zeros(high - low + 1, np.int64)
    table[named - low] = np.arange(len(named))
    return lambda part: table[texts[part].astype(np.int64) - low]


def _words(
    people: Ids,
    columns: Callable[[slice], NDArray[np.int64]],
    values: NDArray[np.int8],
    least: int,
    bits: tuple[int, int],
) -> NDArray[np.int64]:
    column_bits, order_bits = bits
    words = np.empty(len(people), np.int64)
    for start in range(0, len(people), STEP):
        part = slice(start, min(start + STEP, len(people)))
        word = people[part].astype(np.int64)
        word -= least
        word <<= column_bits
        word |= columns(part)
        word <<= order_bits
        word |= np.arange(part.start, part.stop)
        word <<= _VALUE_BITS
        word += values[part]
        word += 1
        words[part] = word
    return words


def _last_of_each(words: NDArray[np.int64], order_bits: int) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """Pairs of person and statement, each once, and the last thing said of them."""
    said = _masked(words, (1 << _VALUE_BITS) - 1, np.int8)
    said -= 1
    words >>= order_bits + _VALUE_BITS
    last = np.append(words[1:] != words[:-1], True)
    return (words, said) if last.all() else (words[last], said[last])


def _masked(words: NDArray[np.int64], mask: int, kind: type[Kind]) -> NDArray[Kind]:
    low = np.empty(len(words), kind)
    for start in range(0, len(words), STEP):
        low[start : start + STEP] = words[start : start + STEP] & mask
    return low


def parts_of_rows(indptr: NDArray[np.int64]) -> Iterator[tuple[slice, slice]]:
    """Cuts the people into parts of about a million votes: (people, their votes).

    The cuts depend on the votes alone, never on the machine, so that sums by parts are the same everywhere.
    """
    total, rows = int(indptr[-1]), len(indptr) - 1
    cuts = np.searchsorted(indptr, np.arange(STEP, total, STEP))
    edges = np.unique(np.concatenate(([0], cuts, [rows]))).tolist()
    for first, last in pairwise(edges):
        yield slice(first, last), slice(int(indptr[first]), int(indptr[last]))
