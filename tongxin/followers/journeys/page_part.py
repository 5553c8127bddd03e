"""What this room adds to the page of each matter: the way to its chain, and what can be made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tongxin.followers.journeys.conversions import offered

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor


def of_matter(actor: Actor, row: Any) -> tuple[str, dict[str, Any]] | None:  # noqa: ANN401 (any kind of matter)
    """Return the buttons for this actor; nothing for the public, whose way is the receipt."""
    if actor.user_id is None:
        return None
    return "journeys/matter_part.html", {"row": row, "offers": offered(actor, row)}
