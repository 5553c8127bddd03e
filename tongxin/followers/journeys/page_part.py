"""What this room adds to the page of a matter: what comes next, the way to its chain, what else can be made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tongxin.activities.topics.enums import Channel
from tongxin.capabilities.matters.models import Kind
from tongxin.followers.journeys.conversions import offered
from tongxin.followers.journeys.selectors.statements import sources_of, uses_of
from tongxin.followers.journeys.telling.conversation import told_of

if TYPE_CHECKING:
    from tongxin.activities.conversations.models import Conversation
    from tongxin.foundation.core.access import Actor


def of_matter(actor: Actor, row: Any) -> tuple[str, dict[str, Any]] | None:  # noqa: ANN401 (any kind of matter)
    """Return the buttons for this actor; nothing for the public, whose way is the receipt."""
    if actor.user_id is None:
        return None
    offers = [offer for offer in offered(actor, row) if not offer.is_next]
    sources = sources_of(actor, row.pk) if _may_come_from_talk(row) else []
    return "journeys/matter_part.html", {"row": row, "offers": offers, "sources": sources}


def of_next_step(actor: Actor, row: Any) -> tuple[str, dict[str, Any]] | None:  # noqa: ANN401 (any kind of matter)
    """Return the buttons of what is to be done next; they stand on top of the page."""
    offers = [offer for offer in offered(actor, row) if offer.is_next] if actor.user_id else []
    return ("journeys/next_part.html", {"row": row, "offers": offers}) if offers else None


def of_uses(actor: Actor, conversation: Conversation) -> tuple[str, dict[str, Any]] | None:
    """Return where the statements of a conversation went; the public reads it in public words."""
    if actor.user_id is None:
        told = told_of(conversation)
        return ("journeys/told_uses.html", {"steps": told}) if told else None
    uses = uses_of(actor, conversation.pk)
    return ("journeys/uses.html", {"uses": uses}) if uses else None


def _may_come_from_talk(row: Any) -> bool:  # noqa: ANN401 (any kind of matter)
    """Whether a statement may have led here; a suggestion of a session says in its own words where it is from."""
    if row.matter.kind == Kind.TOPIC:
        return bool(row.channel == Channel.ONLINE)
    return bool(row.matter.kind == Kind.PROPOSAL)
