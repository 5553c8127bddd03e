"""Who voted what: the votes of one conversation, packed by person."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from tongxin.consensus.packing import Cells, insert, ordered_cells, positions, unique_ids

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

AGREE: Final = 1
DISAGREE: Final = -1
PASS: Final = 0


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """The votes of one conversation; never changed, so that whoever holds them can rely on them.

    A pass is a stored 0; a statement that a person has not answered is not stored. Two `Votes` made of the same
    votes are equal byte by byte, in whatever order the votes came.

    Attributes:
        participants: Ids of the people, ascending; also people without a vote, when they were given.
        statements: Ids of the statements, ascending; also statements without a vote, when they were given.
        indptr: Where each person's votes begin and end in `columns` and `values`.
        columns: Positions in `statements`, ascending within a person.
        values: 1 agree, -1 disagree, 0 pass.
    """

    participants: NDArray[np.int64]
    statements: NDArray[np.int64]
    indptr: NDArray[np.int64]
    columns: NDArray[np.int32]
    values: NDArray[np.int8]

    @classmethod
    def from_arrays(
        cls,
        participants: ArrayLike,
        statements: ArrayLike,
        values: ArrayLike,
        *,
        all_statements: ArrayLike | None = None,
        all_participants: ArrayLike | None = None,
    ) -> Self:
        """Packs votes given in the order of time: of two votes of one person on one statement the last counts.

        Raises:
            ValueError: A vote is none of -1, 0 and 1, an id is not a whole number, or the arrays differ in length.
        """
        people, texts, said = _ids(participants), _ids(statements), _said(values)
        if not people.shape == texts.shape == said.shape:
            raise ValueError("participants, statements and values must have the same length")
        named = unique_ids(texts)
        if all_statements is not None:
            named = np.union1d(named, _ids(all_statements))
        cells = ordered_cells(people, texts, said, named)
        everybody, indptr = _rows(cells, all_participants)
        return cls(everybody, named, indptr, cells.columns, cells.values)

    @classmethod
    def from_iterable(
        cls,
        votes: Iterable[tuple[int, int, int]],
        *,
        all_statements: ArrayLike | None = None,
        all_participants: ArrayLike | None = None,
    ) -> Self:
        """Packs (participant, statement, value) given in the order of time.

        Raises:
            ValueError: as `from_arrays`.
        """
        given = list(votes)
        # Column by column: to make one table of millions of triples takes twice as long.
        people, texts, said = (
            np.fromiter(map(itemgetter(column), given), np.int64, len(given)) for column in range(3)
        )
        return cls.from_arrays(
            people,
            texts,
            said,
            all_statements=all_statements,
            all_participants=all_participants,
        )

    def with_votes(
        self,
        participants: ArrayLike,
        statements: ArrayLike,
        values: ArrayLike,
        *,
        all_statements: ArrayLike | None = None,
        all_participants: ArrayLike | None = None,
    ) -> Self:
        """These votes and later ones; what a person had said of a statement before is replaced.

        Raises:
            ValueError: as `from_arrays`.
        """
        batch = Votes.from_arrays(
            participants,
            statements,
            values,
            all_statements=all_statements,
            all_participants=all_participants,
        )
        ground = self._widened(batch.participants, batch.statements)
        rows = np.searchsorted(ground.participants, batch.participants[batch.owners()])
        texts = np.searchsorted(ground.statements, batch.statements).astype(np.int32)[batch.columns]
        places, there = positions(ground.indptr, ground.columns, rows, texts)
        said = ground.values.copy()
        said[places[there]] = batch.values[there]
        fresh = ~there
        sizes = np.bincount(rows[fresh] + 1, minlength=len(ground.indptr))
        return type(self)(
            ground.participants,
            ground.statements,
            ground.indptr + np.cumsum(sizes),
            insert(ground.columns, places[fresh], texts[fresh]),
            insert(said, places[fresh], batch.values[fresh]),
        )

    def owners(self) -> NDArray[np.int64]:
        """For each vote the position of its person in `participants`."""
        return np.repeat(np.arange(len(self.participants)), self.counts())

    def counts(self) -> NDArray[np.int64]:
        """For each person how many statements they have voted on, passes included."""
        return np.diff(self.indptr)

    def __len__(self) -> int:
        return len(self.values)

    def _widened(self, people: NDArray[np.int64], texts: NDArray[np.int64]) -> Self:
        """The same votes with room for more people and statements."""
        participants, indptr, columns = self.participants, self.indptr, self.columns
        statements = np.union1d(self.statements, texts)
        if len(statements) != len(self.statements):
            columns = np.searchsorted(statements, self.statements).astype(np.int32)[columns]
        new = np.setdiff1d(people, participants, assume_unique=True)
        if len(new):
            before = np.searchsorted(participants, new)
            indptr = np.insert(indptr, before, indptr[before])
            participants = np.insert(participants, before, new)
        return type(self)(participants, statements, indptr, columns, self.values)


def _ids(given: ArrayLike) -> NDArray[np.int64] | NDArray[np.int32]:
    """Ids as they came where that is possible: a copy of millions is not made."""
    ids = np.asarray(given)
    if not ids.size:
        return np.zeros(0, np.int64)
    if ids.ndim != 1 or ids.dtype.kind not in "iu":
        raise ValueError("ids must be a list of whole numbers")
    return ids if ids.dtype in {np.dtype(np.int32), np.dtype(np.int64)} else ids.astype(np.int64)


def _said(given: ArrayLike) -> NDArray[np.int8]:
    said = np.asarray(given)
    if not said.size:
        return np.zeros(0, np.int8)
    if said.ndim != 1 or said.dtype.kind not in "iuf":
        raise ValueError("votes must be a list of -1, 0 and 1")
    if (
        not (said.dtype.kind in "iu" and said.min() >= DISAGREE and said.max() <= AGREE)
        and not np.isin(said, (DISAGREE, PASS, AGREE)).all()
    ):
        raise ValueError("a vote is -1, 0 or 1")
    return said.astype(np.int8, copy=False)


def _rows(cells: Cells, all_participants: ArrayLike | None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    everybody = cells.people
    if all_participants is not None:
        everybody = np.union1d(everybody, _ids(all_participants))
    indptr = np.zeros(len(everybody) + 1, np.int64)
    indptr[np.searchsorted(everybody, cells.people) + 1] = cells.sizes
    return everybody, np.cumsum(indptr)
