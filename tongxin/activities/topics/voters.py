"""Who votes in a council: asked of the room that keeps the seats, which this one does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tongxin.foundation.core.access import Actor

_ask: Callable[[Actor], frozenset[UUID]] | None = None


def register_council_voters(ask: Callable[[Actor], frozenset[UUID]]) -> None:
    """Say in which councils a member has a seat today.

    Args:
        ask: returns the nodes of the councils in which this actor sits; one query.
    """
    global _ask  # noqa: PLW0603 (one answer per process, set at start-up)
    _ask = ask


def councils_of(actor: Actor) -> frozenset[UUID]:
    """Return the councils in which the actor has a seat and so a vote; nobody has one while no room says so."""
    return _ask(actor) if _ask is not None and actor.member_id is not None else frozenset()


def votes_in_council(actor: Actor, node_id: UUID) -> bool:
    """Say whether the actor has a seat in this council."""
    return node_id in councils_of(actor)
