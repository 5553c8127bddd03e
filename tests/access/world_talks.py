"""Online conversations on both sides of the world: one of each state and circle, with statements and voices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests import factories, talks
from tongxin.activities.conversations.counting.counts import count_conversation
from tongxin.activities.conversations.counting.finishing import finish_conversation
from tongxin.activities.conversations.enums import Circle, ConversationState
from tongxin.activities.conversations.models import Conversation, Statement
from tongxin.capabilities.matters.actions import take_number
from tongxin.capabilities.matters.models import Matter
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from tests.access.world import Side

# Whoever is on the list of the conversation on a list.
LISTED = "cosigner_1"
# Numbers of the second committee are as high as none of the first, so that one of them is nowhere in the other.
_NUMBERS_BEFORE = {factories.HUATING: 20, factories.JINCHANG: 60}
_KINDS = {
    "draft": {"state": ConversationState.DRAFT},
    "listing": {"state": ConversationState.DRAFT, "circle": Circle.LIST, "invited": (LISTED,)},
    "open": {},
    "members": {"circle": Circle.MEMBERS},
    "list": {"circle": Circle.LIST, "invited": (LISTED,)},
    "closed": {"state": ConversationState.CLOSED},
    "cancelled": {"state": ConversationState.CANCELLED},
}


def fill_talks(side: Side) -> None:
    """Make one of everything; the caller is at work in the committee."""
    house = side.house
    before = _NUMBERS_BEFORE[house.committee.code]
    for number, (key, more) in enumerate(_KINDS.items(), start=before + 1):
        made = talks.make_conversation(house, title=f"对话{key}", **more)
        side.ids[f"talk.{key}"] = made.pk
        if Matter.objects.filter(pk=made.pk).exclude(code=None).update(code=f"2026-{number}"):
            side.ids[f"talk.{key}.number"] = f"2026-{number}"
    take_number(
        committee_id=house.committee.pk,
        series=f"conversation:{clock.today().year}",
        count=before + len(_KINDS),
    )
    _say(side)
    side.ids["talk.invitation"] = (
        Conversation.objects.get(pk=side.ids["talk.listing"]).invitations.values_list("pk", flat=True).get()
    )


def mark_talks(mark: str) -> None:
    """Write the mark into every word of the side that is at work."""
    for talk in Conversation.objects.select_related("matter"):
        talk.matter.title += mark
        talk.matter.save()
        talk.question, talk.background = f"{talk.question}{mark}", f"{talk.background}{mark}"
        talk.save()
    # What was counted for good keeps its words.
    for statement in Statement.objects.exclude(conversation__map__is_final=True):
        statement.text, statement.outcome = f"{statement.text}{mark}", f"{statement.outcome}{mark}"
        statement.save()


def _say(side: Side) -> None:
    rows = {key: Conversation.objects.get(pk=side.ids[f"talk.{key}"]) for key in ("draft", "open", "closed")}
    talks.voices(rows["open"], 24)
    talks.voices(rows["closed"], 24)
    side.ids["statement.pending"] = talks.said(rows["open"]).pk
    for key, talk in rows.items():
        side.ids[f"statement.{key}"] = talk.statements.get(number=1).pk
    count_conversation(rows["open"].pk)
    finish_conversation(rows["closed"].pk)
