"""The numbers of each statement, in all and group by group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from tongxin.consensus.packing import parts_of_rows
from tongxin.consensus.results import Statements

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

    from tongxin.consensus.results import Counts, Floats
    from tongxin.consensus.votes import Votes

_META_PRIORITY: Final = 49.0


class Tally(NamedTuple):
    """Disagrees, passes and agrees counted: one row for each group and a last one for those in none."""

    disagrees: Counts
    passes: Counts
    agrees: Counts


def tally_of(votes: Votes, groups: NDArray[np.int64], k: int) -> Tally:
    """Counts the votes of each group on each statement.

    Args:
        votes: The votes.
        groups: The group of each person of `votes.participants`; -1 for none.
        k: How many groups there are.
    """
    width = 3 * len(votes.statements)
    counted = np.zeros((k + 1) * width, np.int64)
    base = np.where(groups < 0, k, groups) * width + 1
    for rows, cells in parts_of_rows(votes.indptr):
        code = votes.columns[cells].astype(np.int64)
        code *= 3
        code += votes.values[cells]
        code += np.repeat(base[rows], np.diff(votes.indptr[rows.start : rows.stop + 1])) if k else 1
        counted += np.bincount(code, minlength=len(counted))
    table = counted.reshape(k + 1, len(votes.statements), 3)
    return Tally(table[:, :, 0], table[:, :, 1], table[:, :, 2])


def statistics_of(
    votes: Votes,
    groups: ArrayLike,
    *,
    moderated_out: Iterable[int] = (),
    meta: Iterable[int] = (),
    extremity: Floats | None = None,
    k: int | None = None,
) -> Statements:
    """The numbers of each statement for given groups.

    Args:
        votes: The votes.
        groups: The group of each person of `votes.participants`, from 0; -1 for none.
        moderated_out: Ids of statements that were moderated out; they are counted and marked.
        meta: Ids of statements about the conversation itself.
        extremity: How far each statement stands from the middle of the map; 0 where not given.
        k: How many groups there are, when the last ones may be empty.
    """
    of = np.asarray(groups, np.int64)
    number = int(of.max(initial=-1)) + 1 if k is None else k
    return statements_of(
        votes.statements,
        tally_of(votes, of, number),
        moderated=np.isin(votes.statements, list(moderated_out)),
        meta=np.isin(votes.statements, list(meta)),
        extremity=np.zeros(len(votes.statements)) if extremity is None else extremity,
    )


def statements_of(
    ids: Counts,
    tally: Tally,
    *,
    moderated: NDArray[np.bool_],
    meta: NDArray[np.bool_],
    extremity: Floats,
) -> Statements:
    """The numbers of each statement from what was counted."""
    disagrees, passes, agrees = tally
    na, nd = agrees[:-1], disagrees[:-1]
    ns = na + nd + passes[:-1]
    rest_a, rest_d, rest_s = na.sum(0) - na, nd.sum(0) - nd, ns.sum(0) - ns
    pa, pd = probability(na, ns), probability(nd, ns)
    return Statements(
        id=ids,
        agrees=agrees.sum(0),
        disagrees=disagrees.sum(0),
        passes=passes.sum(0),
        votes=agrees.sum(0) + disagrees.sum(0) + passes.sum(0),
        moderated=moderated,
        meta=meta,
        na=na,
        nd=nd,
        ns=ns,
        pa=pa,
        pd=pd,
        pat=majority_test(na, ns),
        pdt=majority_test(nd, ns),
        ra=pa / probability(rest_a, rest_s),
        rd=pd / probability(rest_d, rest_s),
        rat=difference_test(na, ns, rest_a, rest_s),
        rdt=difference_test(nd, ns, rest_d, rest_s),
        consensus=pa.prod(0),
        extremity=extremity,
        priority=_priority(tally, meta, extremity),
    )


def probability(said: Counts, votes: Counts) -> Floats:
    """Probability that somebody says so, drawn to a half while few have voted."""
    estimate: Floats = (said + 1.0) / (votes + 2.0)
    return estimate


def majority_test(said: Counts, votes: Counts) -> Floats:
    """How surely more than half say so (z)."""
    n = votes + 1.0
    z: Floats = 2.0 * np.sqrt(n) * ((said + 1.0) / n - 0.5)
    return z


def difference_test(said: Counts, votes: Counts, rest_said: Counts, rest_votes: Counts) -> Floats:
    """How surely more of these say so than of the rest (z of two proportions)."""
    n, m = votes + 1.0, rest_votes + 1.0
    p = (said + rest_said + 2.0) / (n + m)
    spread = np.sqrt(np.maximum(p * (1.0 - p), 0.0) * (1.0 / n + 1.0 / m))
    difference = (said + 1.0) / n - (rest_said + 1.0) / m
    z: Floats = np.where(p >= 1.0, 0.0, difference / np.where(spread > 0.0, spread, 1.0))
    return z


def _priority(tally: Tally, meta: NDArray[np.bool_], extremity: Floats) -> Floats:
    """What showing a statement next is worth; before there are groups everybody counts as one."""
    grouped = slice(None, -1) if len(tally.agrees) > 1 else slice(None)
    agrees, passes = tally.agrees[grouped].sum(0), tally.passes[grouped].sum(0)
    votes = agrees + passes + tally.disagrees[grouped].sum(0)
    importance = (1.0 - probability(passes, votes)) * (extremity + 1.0) * probability(agrees, votes)
    worth: Floats = (importance * (1.0 + 8.0 * np.exp2(-votes / 5.0))) ** 2
    return np.where(meta, _META_PRIORITY, worth)
