"""What the public reads first of online conversations: those that go on, and the last that ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tongxin.activities.conversations.enums import ConversationState
from tongxin.activities.conversations.models import Conversation
from tongxin.foundation.core.access import NOBODY

if TYPE_CHECKING:
    from tongxin.foundation.organization.models import Committee

# The whole list has a page of its own.
_ENDED_MOST = 3


@dataclass(frozen=True, slots=True)
class Talks:
    """Conversations for everybody."""

    open: tuple[Conversation, ...]
    ended: tuple[Conversation, ...]


def public_talks(committee: Committee) -> Talks | None:
    """Return the conversations that everybody may open, those that end first on top; None where there are none.

    Two queries, within the public's scope.
    """
    found = Conversation.objects.visible_to(NOBODY).filter(committee=committee, matter__code__isnull=False)
    rows = found.select_related("matter")
    going_on = rows.filter(matter__state=ConversationState.OPEN).order_by("closes_on", "pk")
    ended = rows.filter(matter__state=ConversationState.CLOSED).order_by("-matter__closed_on", "-pk")
    talks = Talks(tuple(going_on), tuple(ended[:_ENDED_MOST]))
    return talks if talks.open or talks.ended else None
