"""What this room adds to the page of a matter: what comes next, the way to its chain, what else can be made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tongxin.followers.journeys.conversions import offered

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor


def of_matter(actor: Actor, row: Any) -> tuple[str, dict[str, Any]] | None:  # noqa: ANN401 (any kind of matter)
    """Return the buttons for this actor; nothing for the public, whose way is the receipt."""
    if actor.user_id is None:
        return None
    offers = [offer for offer in offered(actor, row) if not offer.is_next]
    return "journeys/matter_part.html", {"row": row, "offers": offers}


def of_next_step(actor: Actor, row: Any) -> tuple[str, dict[str, Any]] | None:  # noqa: ANN401 (any kind of matter)
    """Return the buttons of what is to be done next; they stand on top of the page."""
    offers = [offer for offer in offered(actor, row) if offer.is_next] if actor.user_id else []
    return ("journeys/next_part.html", {"row": row, "offers": offers}) if offers else None
