"""A conversation that goes on: votes come in, the picture follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.consensus.analysis import analyse
from tongxin.consensus.votes import Votes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike

    from tongxin.consensus.results import Result


class Conversation:
    """Keeps the votes of a conversation and what was last said of them.

    Attributes:
        votes: All votes so far.
        result: What is said of them.
    """

    def __init__(
        self,
        votes: Votes | None = None,
        *,
        moderated_out: Iterable[int] = (),
        meta: Iterable[int] = (),
        previous: Result | None = None,
    ) -> None:
        self.votes = Votes.from_iterable(()) if votes is None else votes
        self._moderated_out = frozenset(moderated_out)
        self._meta = frozenset(meta)
        self.result = self._analysed(previous)

    def update(self, participants: ArrayLike, statements: ArrayLike, values: ArrayLike) -> Result:
        """Takes votes in, in the order of time, and says what follows.

        Raises:
            ValueError: A vote is none of -1, 0 and 1; nothing was taken in.
        """
        self.votes = self.votes.with_votes(participants, statements, values)
        self.result = self._analysed(self.result)
        return self.result

    def moderate(self, moderated_out: Iterable[int], *, meta: Iterable[int] | None = None) -> Result:
        """Says which statements are out from now on (all of them), and what follows."""
        self._moderated_out = frozenset(moderated_out)
        if meta is not None:
            self._meta = frozenset(meta)
        self.result = self._analysed(self.result)
        return self.result

    def _analysed(self, previous: Result | None) -> Result:
        return analyse(self.votes, moderated_out=self._moderated_out, meta=self._meta, previous=previous)
