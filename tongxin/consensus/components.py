"""The plane on which opinions differ most: principal components without ever filling the table.

A missing vote counts as the statement's mean. After the means are taken off, such a cell is exactly 0, so that the
principal components are the singular vectors of the sparse matrix of what was voted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from scipy.linalg import eig_banded
from scipy.sparse import csr_array

from tongxin.consensus.packing import STEP
from tongxin.consensus.results import Axes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tongxin.consensus.results import Counts, Floats
    from tongxin.consensus.votes import Votes

_BLOCK: Final = 2
"""Directions sought at once: two, so that two on which opinions differ equally are both found."""
_LEADING: Final = 3
"""So many values are asked for: the third says how well the second direction is set apart."""
_ANGLE: Final = 1e-6
_ANGLE_AGAIN: Final = 1e-5
_RESIDUAL: Final = 1e-11
_NOTHING: Final = 1e-9
_DIGITS: Final = 11
_SEED: Final = 6


class Centred(NamedTuple):
    """Votes less the mean of their statement; what was moderated out is 0.

    Attributes:
        matrix: One row a person, one column a statement; what was not voted on is not stored.
        mean: Mean vote on each statement.
        squares: Sum of squares of each statement; 0 where everybody says the same.
    """

    matrix: csr_array
    mean: Floats
    squares: Floats


def centred(
    votes: Votes, moderated: NDArray[np.bool_], agrees: Counts, disagrees: Counts, votes_on: Counts
) -> Centred:
    """The sparse matrix of votes less means.

    Args:
        votes: The votes.
        moderated: Statements whose votes count as 0.
        agrees, disagrees, votes_on: How many agreed, disagreed and voted on each statement.
    """
    mean = np.where(moderated, 0.0, (agrees - disagrees) / np.maximum(votes_on, 1))
    steps = np.where(moderated, 0.0, np.array([[-1.0], [0.0], [1.0]]) - mean).T.ravel()
    data = np.empty(len(votes))
    for start in range(0, len(data), STEP):
        part = slice(start, start + STEP)
        data[part] = steps[votes.columns[part] * 3 + votes.values[part] + 1]
    shape = (len(votes.participants), len(votes.statements))
    index = votes.indptr.astype(np.int32) if len(votes) < np.iinfo(np.int32).max else votes.indptr
    squares = agrees + disagrees - mean * mean * votes_on
    return Centred(
        csr_array((data, votes.columns, index), shape=shape, copy=False),
        mean,
        np.where(moderated, 0.0, squares),
    )


def axes_of(centre: Centred, statements: Counts, previous: Axes | None = None) -> Axes:
    """The two directions along which opinions differ most; exact, whatever the start.

    Args:
        centre: Votes less means.
        statements: Ids of the statements.
        previous: An earlier plane of the same conversation, to start from and to keep left and right.
    """
    matrix = centre.matrix
    exact = _ANGLE if previous is None else _ANGLE_AGAIN
    block, values = _krylov(matrix, _start(centre.squares > 0.0, statements, previous), exact)
    components = np.zeros((2, matrix.shape[1]))
    found = min(2, int((values > _NOTHING * max(values[0], 1e-300)).sum())) if len(values) else 0
    components[:found] = np.round(block[:, :found].T, _DIGITS)
    components *= _signs(components, statements, previous)[:, None]
    variance = (*(values[i] if i < found else 0.0 for i in range(2)), float(centre.squares.sum()))
    return Axes(
        statements, centre.mean, components, block, (float(variance[0]), float(variance[1]), variance[2])
    )


def _start(divided: NDArray[np.bool_], statements: Counts, previous: Axes | None) -> Floats:
    """Where the search starts: at the former plane, else at directions that only depend on the number of statements."""
    width = len(divided)
    start = np.random.default_rng(_SEED).standard_normal((width, _BLOCK))
    if previous is not None and previous.block.shape[1]:
        here = np.isin(statements, previous.statements)
        there = np.searchsorted(previous.statements, statements[here])
        known = previous.block.shape[1]
        start[:, :known] *= 1e-3 / np.sqrt(max(width, 1))
        start[here, :known] += previous.block[there]
    return np.where(divided[:, None], start, 0.0)


def _krylov(matrix: csr_array, start: Floats, exact: float) -> tuple[Floats, Floats]:
    """The leading right singular vectors and squared singular values: block Lanczos, kept orthogonal throughout."""
    across = matrix.T
    basis, small = np.zeros((matrix.shape[1], 0)), np.zeros((0, 0))
    values, turn = np.zeros(0), np.zeros((0, 0))
    block = _orthonormal(start, _lengths(start), basis)
    while block.shape[1]:
        known = basis.shape[1]
        basis = np.concatenate((basis, block), axis=1)
        # Column by column: over a few columns at once the library is slower.
        image = np.stack([across @ (matrix @ column) for column in block.T], axis=1)
        along = np.einsum("ij,ik->jk", basis, image)
        rest = image - np.einsum("ij,jk->ik", basis, along)
        small = _grown(small, along)
        values, turn = _leading(small)
        # What the small matrix leaves out lies in the rest of the last block alone.
        if _settled(values, _lengths(np.einsum("ij,jk->ik", rest, turn[known:, :2])), exact):
            break
        block = _orthonormal(rest, _lengths(image), basis)
    return np.einsum("ij,jk->ik", basis, turn[:, :_BLOCK]), values


def _lengths(columns: Floats) -> Floats:
    lengths: Floats = np.sqrt(np.square(columns).sum(0))
    return lengths


def _grown(small: Floats, along: Floats) -> Floats:
    """The symmetric matrix with the columns that a new block brings."""
    known, size = len(small), len(along)
    grown = np.zeros((size, size))
    grown[:known, :known] = small
    grown[:, known:] = along
    grown[known:, :known] = along[:known].T
    grown[known:, known:] = (along[known:] + along[known:].T) / 2.0
    return grown


def _leading(small: Floats) -> tuple[Floats, Floats]:
    """The largest eigenvalues of the small matrix and their vectors.

    Far from the diagonal it is 0 but for rounding. A solver for bands is used: it is quicker, and its sums do
    not depend on the number of processors.
    """
    size = len(small)
    bands = np.zeros((min(2 * _BLOCK, size), size))
    for below in range(len(bands)):
        bands[below, : size - below] = np.diagonal(small, -below)
    values, turn = eig_banded(
        bands, lower=True, select="i", select_range=(max(size - _LEADING, 0), size - 1), check_finite=False
    )
    return values[::-1], np.ascontiguousarray(turn[:, ::-1])


def _settled(values: Floats, residuals: Floats, exact: float) -> bool:
    """Whether the two leading directions are found as well as numbers of this size can say."""
    third = values[2] if len(values) > 2 else 0.0  # noqa: PLR2004
    apart = values[0] - values[1] if len(values) > 1 else values[0]
    gaps = np.array([apart, min(apart, values[1] - third) if len(values) > 1 else apart])[: len(residuals)]
    return bool((residuals <= np.maximum(exact * gaps, _RESIDUAL * values[0])).all())


def _orthonormal(rest: Floats, lengths: Floats, basis: Floats) -> Floats:
    """The directions of the columns that the basis does not hold yet, orthogonal and of length 1.

    Args:
        rest: The columns, less what the basis holds of them.
        lengths: How long each was before; where next to nothing is left there is no new direction.
        basis: Orthogonal columns of length 1.
    """
    found = np.zeros((len(rest), 0))
    for column, length in zip(rest.T, lengths, strict=True):
        if length == 0.0 or basis.shape[1] + found.shape[1] == len(rest):
            continue
        fresh = column / length
        for known in ((found,), (basis, found)):
            for each in known:
                fresh = fresh - np.einsum("ij,j->i", each, np.einsum("ij,i->j", each, fresh))
            left = np.sqrt(np.square(fresh).sum())
            if left < _NOTHING:
                break
            fresh = fresh / left
        else:
            found = np.concatenate((found, fresh[:, None]), axis=1)
    return found


def _signs(components: Floats, statements: Counts, previous: Axes | None) -> Floats:
    """Which way is right and up: as before, else so that the heaviest statement points there."""
    heaviest = (
        np.abs(np.round(components, _DIGITS - 3)).argmax(1) if components.size else np.zeros(2, np.int64)
    )
    signs = np.sign(components[[0, 1], heaviest]) if components.size else np.ones(2)
    if previous is not None:
        here = np.isin(statements, previous.statements)
        there = np.searchsorted(previous.statements, statements[here])
        along = (components[:, here] * previous.components[:, there]).sum(1)
        signs = np.where(np.abs(along) > _NOTHING, np.sign(along), signs)
    return np.where(signs == 0.0, 1.0, signs)


def project(centre: Centred, axes: Axes, voted: Counts) -> Floats:
    """Where each person stands; who has voted on little is moved outward as if they had voted on all.

    Args:
        centre: Votes less means.
        axes: The plane.
        voted: How many statements count as voted on, for each person.
    """
    reach = np.sqrt(centre.matrix.shape[1] / np.maximum(voted, 1))
    places: Floats = (centre.matrix @ np.ascontiguousarray(axes.components.T)) * reach[:, None]
    return places


def extremity_of(axes: Axes, moderated: NDArray[np.bool_]) -> Floats:
    """How far from the middle somebody would stand who agrees with this statement and has said nothing else."""
    lengths = np.sqrt(np.square(axes.components).sum(0) * len(axes.mean))
    far: Floats = np.where(moderated, 0.0, np.abs(1.0 - axes.mean) * lengths)
    return far
