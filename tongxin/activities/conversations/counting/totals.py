"""How many agree, disagree and pass, in every group, and which of these numbers may be told.

No number is shown that fewer than ten people stand behind, and none from which such a number comes by subtracting
another: what is left between a total and the groups shown beside it covers nobody or at least ten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

LEAST_PEOPLE: Final = 10


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
