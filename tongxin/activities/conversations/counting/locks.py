"""What may not happen at the same time in one conversation.

Advisory locks that end with the transaction. Votes go on while a count reads; they wait only for the moments in
which all voices are rewritten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from uuid import UUID

# The first half of a lock's key says what it is for; the second which conversation.
_COUNT, _REWRITE = 0x7401, 0x7402


def hold_counts(conversation_id: UUID) -> None:
    """Let no other count of this conversation run until the transaction ends."""
    _hold("pg_advisory_xact_lock", _COUNT, conversation_id)


def hold_votes(conversation_id: UUID) -> None:
    """Let nobody vote in this conversation until the transaction ends; wait for who is about to."""
    _hold("pg_advisory_xact_lock", _REWRITE, conversation_id)


def vote_undisturbed(conversation_id: UUID) -> None:
    """Let nobody rewrite the voices until this vote is in; a vote takes this lock before it looks for its voice."""
    _hold("pg_advisory_xact_lock_shared", _REWRITE, conversation_id)


def _hold(function: str, what: int, conversation_id: UUID) -> None:
    which = int.from_bytes(conversation_id.bytes[-4:], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [what, which])
