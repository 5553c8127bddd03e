"""Keeping what somebody answers, each answer once, without a trace of who and when."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tongxin.activities.conversations.ballots import answered, marked
from tongxin.activities.conversations.counting.asking import ask_for_count
from tongxin.activities.conversations.enums import ConversationState
from tongxin.activities.conversations.keys import voice_index
from tongxin.activities.conversations.models import Voice
from tongxin.activities.conversations.selectors.drawing import published_statements
from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tongxin.activities.conversations.models import Conversation
    from tongxin.activities.conversations.selectors.drawing import Votable

# One member may have a phone, a tablet and the machine at work; who was heard least is forgotten first.
_DEVICES_MOST: Final = 8
# Read after the lock of ``undisturbed`` is held: who has closed the conversation and then takes that lock alone
# knows that no answer comes after.
_OPEN: Final = "EXISTS (SELECT FROM matters_matter WHERE id = %s AND state = 'open')"
_CHANGE: Final = (
    "UPDATE conversations_voice SET ballot = %s, heard = %s::jsonb, is_counted = is_counted AND NOT %s"  # noqa: S608
    f" WHERE id = %s AND {_OPEN}"
)
_BEGIN: Final = (
    "INSERT INTO conversations_voice (id, committee_id, conversation_id, key_index, ballot, heard, is_counted)"
    f" SELECT %s, %s, %s, %s, %s, %s::jsonb, false WHERE {_OPEN}"
    " ON CONFLICT (conversation_id, key_index) DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Batch:
    """Where a batch of answers comes from.

    Attributes:
        device: the random mark of the device in this conversation; empty for a plain form, which is always the newest.
        counter: grows with each press on that device.
    """

    device: str = ""
    counter: int = 0


@dataclass(frozen=True, slots=True)
class CastResult:
    """What became of a batch.

    Attributes:
        ballot: the voice as it stands now.
        ignored: numbers that nobody votes on (any more).
        statements: all that may be voted on, from which the next is drawn.
    """

    ballot: str
    ignored: tuple[int, ...] = ()
    statements: tuple[Votable, ...] = field(default=(), repr=False)

    @property
    def answered(self) -> int:
        """To how many statements there is an answer."""
        return answered(self.ballot)


PLAIN: Final = Batch()


class Ended(Refused):
    """Nobody votes here any more; these answers were not kept."""

    def __init__(self) -> None:
        super().__init__(_("这个对话已经结束，不再表态了。"))


def cast_answers(
    *, conversation: Conversation, secret: str, answers: Mapping[int, int], batch: Batch = PLAIN
) -> CastResult:
    """Keep what one voice answers, by number of the statement; the same again changes nothing.

    A batch names everything that its device has not seen acknowledged, so one with a lower counter that arrives
    late has nothing left to say.

    Raises:
        Ended: the conversation is not open.
    """
    # No savepoint of its own inside a request: this is done thousands of times in a minute.
    with transaction.atomic(savepoint=False):
        statements = published_statements(conversation.pk, lock=True)
        known = {statement.number for statement in statements}
        kept = {number: answer for number, answer in answers.items() if number in known}
        ballot = _write(conversation, voice_index(conversation.pk, secret), kept, batch)
    if ballot is None:
        raise Ended
    return CastResult(ballot, tuple(sorted(answers.keys() - known)), statements)


def _write(conversation: Conversation, index: str, answers: Mapping[int, int], batch: Batch) -> str | None:
    """Bring the voice to these answers and return its ballot; None when the conversation has ended."""
    # Twice: the same device may make its voice between the look and the writing.
    for _attempt in range(2):
        voices = Voice.objects.select_for_update().filter(conversation=conversation, key_index=index)
        if voice := voices.only("ballot", "heard").first():
            return _change(conversation, voice, answers, batch)
        if conversation.state == ConversationState.OPEN and not answers:
            return ""
        if ballot := _begin(conversation, index, answers, batch):
            return ballot
    return None


def _begin(conversation: Conversation, index: str, answers: Mapping[int, int], batch: Batch) -> str:
    """Make the voice; return its ballot, or nothing when it is there already or the conversation has ended."""
    ballot = marked("", answers)
    key, owner = conversation.pk, conversation.committee_id
    row = [uuid4(), owner, key, index, ballot, json.dumps(_heard({}, batch)), key]
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, row)
        if not cursor.rowcount:
            return ""
    ask_for_count(key, owner)
    return ballot


def _change(conversation: Conversation, voice: Voice, answers: Mapping[int, int], batch: Batch) -> str | None:
    if batch.device and batch.counter <= voice.heard.get(batch.device, 0):
        return voice.ballot
    ballot = marked(voice.ballot, answers)
    heard = _heard(voice.heard, batch)
    if (ballot, heard) == (voice.ballot, voice.heard) and conversation.state == ConversationState.OPEN:
        return ballot
    has_changed = ballot != voice.ballot
    with connection.cursor() as cursor:
        cursor.execute(_CHANGE, [ballot, json.dumps(heard), has_changed, voice.pk, conversation.pk])
        if not cursor.rowcount:
            return None
    if has_changed:
        ask_for_count(conversation.pk, conversation.committee_id)
    return ballot


def _heard(before: Mapping[str, int], batch: Batch) -> dict[str, int]:
    if not batch.device:
        return dict(before)
    others = sorted((d for d in before if d != batch.device), key=lambda d: before[d], reverse=True)
    return {**{d: before[d] for d in others[: _DEVICES_MOST - 1]}, batch.device: batch.counter}
