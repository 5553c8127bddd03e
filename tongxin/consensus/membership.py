"""Who is clustered, and which group keeps which number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import linear_sum_assignment

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tongxin.consensus.results import Counts, Result
    from tongxin.consensus.votes import Votes

ENOUGH_VOTES: Final = 7
_ENOUGH_PEOPLE: Final = 15


def clustered_people(votes: Votes, previous: Result | None) -> NDArray[np.bool_]:
    """Who is clustered: has voted on seven statements, or ever was; while these are few, those who voted most."""
    voted = votes.counts()
    inside = voted >= max(1, min(ENOUGH_VOTES, len(votes.statements)))
    if previous is not None:
        inside |= np.isin(votes.participants, previous.participants, assume_unique=True)
    missing = _ENOUGH_PEOPLE - int(inside.sum())
    if missing > 0:
        outside = np.flatnonzero(~inside & (voted > 0))
        inside[outside[np.argsort(-voted[outside], kind="stable")][:missing]] = True
    return inside


def numbered(groups: Counts, people: Counts, k: int, previous: Result | None) -> Counts:
    """Gives the groups their numbers: those that they had; at first the largest is 0.

    Args:
        groups: The group of each person, as it was found.
        people: Their ids, ascending.
        k: How many groups there are.
        previous: The former result.
    """
    sizes = np.bincount(groups, minlength=k)
    first = np.array([np.argmax(groups == group) for group in range(k)])
    order = np.lexsort((first, -sizes))
    number = np.full(k, -1)
    if previous is not None and previous.k:
        _, here, there = np.intersect1d(
            people, previous.participants, assume_unique=True, return_indices=True
        )
        shared = np.bincount(groups[here] * previous.k + previous.group[there], minlength=k * previous.k)
        table = shared.reshape(k, previous.k)
        for mine, theirs in zip(*linear_sum_assignment(-table), strict=True):
            if theirs < k and table[mine, theirs]:
                number[mine] = theirs
    free = iter(sorted(set(range(k)) - set(number.tolist())))
    for group in order:
        if number[group] < 0:
            number[group] = next(free)
    return number
