"""Rewriting what is kept of an open or ended conversation, so that its order says nothing.

PostgreSQL keeps rows in the order in which they came, and with each the number of the transaction that wrote it.
Beside the session of somebody who was signed in at that time this could say whose voice it is. After these
statements all rows of a conversation come from one transaction, in an order that nobody knows.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import connection

from tongxin.activities.conversations.models import Statement

if TYPE_CHECKING:
    from uuid import UUID

_VOICES = """
WITH gone AS (
    DELETE FROM conversations_voice WHERE conversation_id = %s
    RETURNING committee_id, conversation_id, key_index, ballot, heard, is_counted
)
INSERT INTO conversations_voice (id, committee_id, conversation_id, key_index, ballot, heard, is_counted)
SELECT gen_random_uuid(), committee_id, conversation_id, {kept}, ballot, {heard}, {counted}
FROM gone ORDER BY random()
"""
_MIX = _VOICES.format(kept="key_index", heard="heard", counted="is_counted")
_BURN = _VOICES.format(kept="NULL", heard="'{}'::jsonb", counted="true")

_TOUCH = "UPDATE conversations_statement SET author_index = author_index WHERE id = %s"
_FORGET = "UPDATE conversations_statement SET author_index = '' WHERE id = %s"


def mix_voices(conversation_id: UUID) -> int:
    """Write all voices anew in a random order; each is found as before. Return how many."""
    return _rewrite(_MIX, conversation_id)


def burn_voices(conversation_id: UUID) -> int:
    """Write all voices anew in a random order, without that by which they were found. Return how many."""
    return _rewrite(_BURN, conversation_id)


def mix_statements(conversation_id: UUID, *, is_end: bool = False) -> None:
    """Write all statements anew in a random order.

    Args:
        is_end: also forget by what their authors found them.
    """
    keys = list(Statement.objects.filter(conversation_id=conversation_id).values_list("pk", flat=True))
    secrets.SystemRandom().shuffle(keys)
    with connection.cursor() as cursor:
        cursor.executemany(_FORGET if is_end else _TOUCH, [[key] for key in keys])


def _rewrite(statement: str, conversation_id: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, [conversation_id])
        return int(cursor.rowcount)
