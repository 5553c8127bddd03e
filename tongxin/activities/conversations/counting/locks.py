"""What may not happen at the same time in one conversation.

Advisory locks that end with the transaction; they lie in memory, so that a thousand people at once write nothing
for them, and nobody is overtaken for ever. Votes go on while a count reads; they wait only for the moments in which
all voices are rewritten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Func, TextField, Value

if TYPE_CHECKING:
    from uuid import UUID


def hold_counts(conversation_id: UUID) -> None:
    """Wait for a count of this conversation that is under way, and let none begin until this transaction ends."""
    _hold(f"counts {conversation_id}")


def hold_votes(conversation_id: UUID) -> None:
    """Wait until votes that are under way are kept, and let none in until this transaction ends."""
    _hold(_votes(conversation_id))


def undisturbed(conversation_id: UUID) -> Func:
    """Return what a query selects so that nobody rewrites the voices until its transaction ends.

    A vote takes this lock before it looks for its voice; votes hold it together.
    """
    return Func(
        Value(_votes(conversation_id)),
        template="(SELECT pg_advisory_xact_lock_shared(hashtextextended(%(expressions)s, 0))::text)",
        output_field=TextField(),
    )


def hold_statements(conversation_id: UUID) -> None:
    """Wait until statements that are being put forward are kept, and let none in until this transaction ends."""
    _hold(_statements(conversation_id))


def join_statements(conversation_id: UUID) -> None:
    """Put something forward beside others; whoever ends the conversation waits, or has ended it before."""
    with connection.cursor() as cursor:
        name = _statements(conversation_id)
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [name])


def _statements(conversation_id: UUID) -> str:
    return f"statements of {conversation_id}"


def _votes(conversation_id: UUID) -> str:
    return f"votes {conversation_id}"


def _hold(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
