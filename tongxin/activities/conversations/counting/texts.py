"""What a count has to know of the statements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tongxin.activities.conversations.enums import StatementState
from tongxin.activities.conversations.models import Statement

if TYPE_CHECKING:
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Texts:
    """Numbers of the statements that ballots have a place for, ascending.

    Attributes:
        numbers: all.
        out: those that were withdrawn; what was answered to them counts no more.
        meta: those about the conversation itself.
    """

    numbers: tuple[int, ...]
    out: frozenset[int]
    meta: frozenset[int]


def texts_of(conversation_id: UUID) -> Texts:
    """Return the statements that a count is about."""
    rows = [
        (number, state, is_meta)
        for number, state, is_meta in Statement.objects.filter(conversation_id=conversation_id)
        .numbered()
        .values_list("number", "state", "is_meta")
        if number is not None
    ]
    return Texts(
        tuple(number for number, _state, _meta in rows),
        frozenset(number for number, state, _meta in rows if state == StatementState.WITHDRAWN),
        frozenset(number for number, _state, is_meta in rows if is_meta),
    )


def words_of(conversation_id: UUID) -> dict[int, str]:
    """Return what each statement says, by its number."""
    numbered = Statement.objects.filter(conversation_id=conversation_id).numbered()
    return {n: text for n, text in numbered.values_list("number", "text") if n is not None}
