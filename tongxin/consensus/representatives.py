"""What each group stands for, and what all agree on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tongxin.consensus.results import ConsensusItem, ConsensusLists, Representative
from tongxin.consensus.statistics import majority_test, probability

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tongxin.consensus.results import Counts, Floats, Statements

SIGNIFICANT: Final = 1.2816
"""z of a one-sided test at 90 %."""
LONGEST: Final = 5
_HALF: Final = 0.5


def representatives_of(statements: Statements) -> dict[int, tuple[Representative, ...]]:
    """For each group at most five statements that it stands for, agreement before disagreement.

    Where none is significant, the one that comes nearest is named, and marked so.
    """
    return {group: _of_group(statements, group) for group in range(len(statements.na))}


def consensus_of(statements: Statements) -> ConsensusLists:
    """What a majority of all who voted agrees with, and what it disagrees with; five each."""
    return ConsensusLists(
        agree=_majority(statements, statements.agrees),
        disagree=_majority(statements, statements.disagrees),
    )


def _of_group(statements: Statements, group: int) -> tuple[Representative, ...]:
    table = _directed(statements, group)
    significant = ~statements.moderated & (
        _both(statements.rat[group], statements.pat[group])
        | _both(statements.rdt[group], statements.pdt[group])
    )
    chosen = np.flatnonzero(significant)
    if not len(chosen):
        return _best_effort(statements, group, table)
    worth = table[1:].prod(0)
    chosen = chosen[np.argsort(-worth[chosen], kind="stable")][:LONGEST]
    agreed = table[0][chosen] > 0
    return tuple(
        _representative(statements, table, int(place), best_effort=False)
        for place in (*chosen[agreed], *chosen[~agreed])
    )


def _directed(statements: Statements, group: int) -> Floats:
    """Direction, repness, its test, probability and its test of each statement, as the group leans."""
    agree = statements.rat[group] > statements.rdt[group]
    pairs = (("ra", "rd"), ("rat", "rdt"), ("pa", "pd"), ("pat", "pdt"))
    columns = [
        np.where(agree, getattr(statements, a)[group], getattr(statements, d)[group]) for a, d in pairs
    ]
    return np.stack([np.where(agree, 1.0, -1.0), *columns])


def _both(first: Floats, second: Floats) -> NDArray[np.bool_]:
    return (first > SIGNIFICANT) & (second > SIGNIFICANT)


def _best_effort(statements: Statements, group: int, table: Floats) -> tuple[Representative, ...]:
    """The statement that comes nearest: the best of those agreed with, else the best of all.

    Tests below 0 speak against a statement; two of them must not multiply to something good.
    """
    voted = ~statements.moderated & (statements.na[group] + statements.nd[group] > 0)
    worth = table[1] * np.maximum(table[2], 0.0) * table[3] * np.maximum(table[4], 0.0)
    for candidates in (voted & (table[0] > 0) & (table[3] > _HALF), voted):
        places = np.flatnonzero(candidates)
        if len(places):
            best = places[np.lexsort((-table[2][places], -worth[places]))[0]]
            return (_representative(statements, table, int(best), best_effort=True),)
    return ()


def _representative(
    statements: Statements, table: Floats, place: int, *, best_effort: bool
) -> Representative:
    direction, repness, repness_test, p_success, p_test = table[:, place].tolist()
    return Representative(
        statement=int(statements.id[place]),
        direction=int(direction),
        repness=repness,
        repness_test=repness_test,
        p_success=p_success,
        p_test=p_test,
        best_effort=best_effort,
    )


def _majority(statements: Statements, said: Counts) -> tuple[ConsensusItem, ...]:
    p, z = probability(said, statements.votes), majority_test(said, statements.votes)
    places = np.flatnonzero(~statements.moderated & (p > _HALF) & (z > SIGNIFICANT))
    best = places[np.argsort(-(p * z)[places], kind="stable")][:LONGEST]
    return tuple(ConsensusItem(int(statements.id[i]), float(p[i]), float(z[i])) for i in best)
