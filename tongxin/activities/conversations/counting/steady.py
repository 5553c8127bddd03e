"""The number of groups that people see changes only after four counts in a row have asked for the same new one.

The engine does this for people with lasting numbers. Voices have none, so between two counts only the number of
groups is remembered, and how often another one was the best.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tongxin.activities.conversations.counting.analysing import analysed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tongxin.activities.conversations.counting.analysing import Found
    from tongxin.activities.conversations.counting.texts import Texts
    from tongxin.consensus import Result


def steadied(
    found: Found, ballots: Sequence[str], texts: Texts, memory: Mapping[str, Any]
) -> tuple[Found, dict[str, Any]]:
    """Return the analysis with the number of groups that is shown, and what the next count has to remember.

    Args:
        found: the analysis as if there had been none before.
        ballots: of which it was made.
        texts: the statements.
        memory: what the last count left.
    """
    if found.result.too_little is not None:
        return found, {}
    if memory:
        found = analysed(ballots, texts, previous=_before(found.result, memory))
    best, times = found.result.asked
    return found, {"k": found.result.k, "asked": best, "times": times}


def _before(result: Result, memory: Mapping[str, Any]) -> Result:
    """Return the present analysis as if it were the last one: the same plane, nobody in it, groups as remembered."""
    nobody = np.zeros(0, dtype=np.int64)
    return replace(
        result,
        participants=nobody,
        group=nobody,
        xy=np.zeros((0, 2)),
        k=memory["k"],
        asked=(memory["asked"], memory["times"]),
    )
