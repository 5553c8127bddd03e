"""Who tells the people concerned that a date moved.

This room knows matters but not who works on them, nor their pages. Each kind of matter brings a teller.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tongxin.capabilities.deadlines.selectors import Change
    from tongxin.foundation.core.access import Actor

_tellers: dict[str, Callable[[Actor, Sequence[Change], str], None]] = {}


def register_teller(kind: str, teller: Callable[[Actor, Sequence[Change], str], None]) -> None:
    """Let a room notify its people when dates of its matters move.

    Args:
        kind: the kind of matter.
        teller: gets the actor, the changes of this kind and the reason in words; runs in the transaction.
    """
    _tellers[kind] = teller


def tell_moved(*, actor: Actor, changes: Sequence[Change], why: str) -> None:
    """Pass changes on to the tellers of their kinds, one call for each kind."""
    by_kind: dict[str, list[Change]] = {}
    for change in changes:
        by_kind.setdefault(change.deadline.matter.kind, []).append(change)
    for kind, moved in by_kind.items():
        if teller := _tellers.get(kind):
            teller(actor, moved, why)
