"""How many agree, disagree and pass, in every group, and which of these numbers may be told.

No number is shown that fewer than ten people stand behind, and none from which such a number comes by subtracting
another: what is left between a total and the groups shown beside it covers nobody or at least ten.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

LEAST_PEOPLE: Final = 10
_SIGNS: Final = 3


@dataclass(frozen=True, slots=True)
class Totals:
    """All votes, counted.

    Attributes:
        numbers: of the statements.
        cells: (groups, statements, 3): who agrees, disagrees, passes.
        rest: (statements, 3) of the people in no group.
    """

    numbers: Sequence[int]
    cells: Ints
    rest: Ints


def totals_of(labels: Ints, numbers: Sequence[int], votes: tuple[Ints, Ints, NDArray[np.int8]]) -> Totals:
    """Count the votes by group.

    Args:
        labels: of each person the group, -1 for none.
        numbers: of all statements, ascending.
        votes: who, on which number, what (1, -1, 0).
    """
    people, on, values = votes
    groups = int(labels.max(initial=-1)) + 1
    # The rest stands behind the last group.
    group = np.where(labels[people] < 0, groups, labels[people])
    column = np.searchsorted(np.asarray(numbers, dtype=np.int64), on)
    sign = np.where(values == 1, 0, np.where(values == -1, 1, 2))
    cell = (group * len(numbers) + column) * _SIGNS + sign
    counted = np.bincount(cell, minlength=(groups + 1) * len(numbers) * _SIGNS)
    shaped = counted.reshape(groups + 1, len(numbers), _SIGNS)
    return Totals(numbers, shaped[:groups], shaped[groups])


def told(cells: Ints, rest: Ints) -> dict[str, Any]:
    """Return what is shown of one statement.

    Args:
        cells: (groups, 3).
        rest: (3,).
    """
    votes = cells.sum(axis=1)
    everybody = cells.sum(axis=0) + rest
    if everybody.sum() < LEAST_PEOPLE:
        return {**_few(), "groups": [_few() for _ in cells]}
    hidden = (votes > 0) & (votes < LEAST_PEOPLE)
    left = int(votes[hidden].sum() + rest.sum())
    if len(cells) and 0 < left < LEAST_PEOPLE:
        if not hidden.any():
            return {**_numbers(cells.sum(axis=0)), "groups": [_numbers(one) for one in cells]}
        hidden[:] = True
    groups = [_few() if is_few else _numbers(one) for one, is_few in zip(cells, hidden, strict=True)]
    return {**_numbers(everybody), "groups": groups}


def _numbers(signs: Ints) -> dict[str, Any]:
    agrees, disagrees, passes = map(int, signs)
    return {
        "agrees": agrees,
        "disagrees": disagrees,
        "passes": passes,
        "votes": agrees + disagrees + passes,
        "few": False,
    }


def _few() -> dict[str, Any]:
    return {"agrees": 0, "disagrees": 0, "passes": 0, "votes": 0, "few": True}
