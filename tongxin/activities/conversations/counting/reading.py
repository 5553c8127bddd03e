"""Reading all ballots at one instant, and saying afterwards which of them have been counted."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from tongxin.activities.conversations.models import Voice

if TYPE_CHECKING:
    from uuid import UUID

_ROWS_AT_ONCE: Final = 5000
# Only a voice that still says what was read; who voted since then is counted the next time.
_MARK: Final = """
UPDATE conversations_voice v SET is_counted = true
FROM unnest(%s::uuid[], %s::text[]) AS read (id, digest)
WHERE v.id = read.id AND md5(v.ballot) = read.digest
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """All ballots of a conversation.

    Attributes:
        ballots: in an order that is theirs alone: two readings of the same ballots are alike, however the rows lie.
        changed: keys of the voices that the last count has not seen as they are.
        digests: of their ballots.
    """

    ballots: list[str]
    changed: list[UUID] = field(repr=False)
    digests: list[str] = field(repr=False)


def read_ballots(conversation_id: UUID) -> Reading:
    """Read all ballots with an answer in one statement, so at one instant."""
    rows = Voice.objects.filter(conversation_id=conversation_id, ballot__regex=r"[-+0]")
    ballots: list[str] = []
    changed: list[UUID] = []
    digests: list[str] = []
    for key, ballot, is_counted in rows.values_list("pk", "ballot", "is_counted").iterator(_ROWS_AT_ONCE):
        ballots.append(ballot)
        if not is_counted:
            changed.append(key)
            digests.append(_digest(ballot))
    ballots.sort()
    return Reading(ballots, changed, digests)


def mark_counted(reading: Reading) -> None:
    """Say that the map has seen these voices as they were read."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [reading.changed, reading.digests])


def changed_since(conversation_id: UUID, most: int) -> int:
    """Return how many voices changed since the last count; no more than asked for are looked at."""
    rows: Any = Voice.objects.filter(conversation_id=conversation_id, is_counted=False)
    return int(rows.filter(ballot__regex=r"[-+0]").order_by()[:most].count())


def _digest(ballot: str) -> str:
    return hashlib.md5(ballot.encode(), usedforsecurity=False).hexdigest()
