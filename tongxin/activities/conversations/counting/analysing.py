"""What the engine finds in the ballots, with only those groups that may be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tongxin.activities.conversations.ballots import votes_of
from tongxin.activities.conversations.counting.groups import NOBODY, grown_groups
from tongxin.consensus import analyse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tongxin.activities.conversations.counting.texts import Texts
    from tongxin.consensus import Result, Votes


@dataclass(frozen=True, slots=True)
class Found:
    """An analysis, and how its groups are shown.

    Attributes:
        people: how many voices there are.
        leads: for each group of the engine which one it is shown as; -1 for none.
        labels: for each voice the shown group; -1 for none.
    """

    people: int
    votes: Votes
    result: Result
    leads: Sequence[int]
    labels: NDArray[np.int64]

    @property
    def priorities(self) -> dict[int, float]:
        """How much is learned by showing each statement next, by its number."""
        table = self.result.statements
        return dict(zip(table.id.tolist(), table.priority.tolist(), strict=True))


def analysed(ballots: Sequence[str], texts: Texts, previous: Result | None = None) -> Found:
    """Return what the engine finds.

    Args:
        ballots: sorted, so that the result does not depend on how the rows lie.
        texts: the statements.
        previous: what the engine has to know of the last analysis, see ``steady``.
    """
    votes = votes_of(ballots, texts.numbers)
    result = analyse(votes, moderated_out=texts.out, meta=texts.meta, previous=previous)
    groups = sorted(result.groups, key=lambda group: group.id)
    centres = np.array([(group.x, group.y) for group in groups], dtype=np.float64).reshape(-1, 2)
    counted = ~result.statements.moderated
    votes_of_groups = result.statements.ns[: len(groups), counted]
    leads = grown_groups([group.size for group in groups], centres, votes_of_groups)
    labels = np.full(len(ballots), NOBODY, dtype=np.int64)
    if leads:
        labels[result.participants] = np.asarray(leads, dtype=np.int64)[result.group]
    return Found(len(ballots), votes, result, leads, labels)
