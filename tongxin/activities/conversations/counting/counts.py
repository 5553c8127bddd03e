"""Making a count: read, analyse, keep what may be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction

from tongxin.activities.conversations.counting.analysing import analysed
from tongxin.activities.conversations.counting.locks import hold_counts
from tongxin.activities.conversations.counting.reading import changed_since, mark_counted, read_ballots
from tongxin.activities.conversations.counting.snapshots import snapshot
from tongxin.activities.conversations.counting.steady import steadied
from tongxin.activities.conversations.counting.texts import texts_of
from tongxin.activities.conversations.models import Conversation, OpinionMap
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from tongxin.activities.conversations.counting.reading import Reading

# A map that changed by fewer would say what these few answered.
LEAST_CHANGED: Final = 10


def count_conversation(conversation_id: UUID) -> bool:
    """Count an open conversation if at least ten voices changed; return whether the map is new.

    The request is taken first and for itself: who votes from then on asks again. Where the worker dies after
    that, the voices are still marked as not counted, and the next vote or the night asks for them.
    """
    with transaction.atomic():
        OpinionMap.objects.filter(pk=conversation_id, is_final=False).update(is_due=False)
    with transaction.atomic():
        hold_counts(conversation_id)
        opinion_map = OpinionMap.objects.filter(pk=conversation_id, is_final=False).first()
        is_open = Conversation.objects.open().filter(pk=conversation_id).exists()
        if opinion_map is None or not is_open:
            return False
        if changed_since(conversation_id, LEAST_CHANGED) < LEAST_CHANGED:
            return False
        _count(opinion_map, is_end=False)
        return True


def count_for_good(opinion_map: OpinionMap) -> int:
    """Count a closed conversation whose voices stand still; return how many voices there are."""
    return len(_count(opinion_map, is_end=True).ballots)


def _count(opinion_map: OpinionMap, *, is_end: bool) -> Reading:
    reading = read_ballots(opinion_map.conversation_id)
    texts = texts_of(opinion_map.conversation_id)
    found = analysed(reading.ballots, texts)
    memory: dict[str, Any] = {}
    if not is_end:
        found, memory = steadied(found, reading.ballots, texts, opinion_map.memory)
    result = snapshot(found, texts, previous=opinion_map.result)
    opinion_map.result, opinion_map.memory = result, memory
    opinion_map.voices, opinion_map.votes = result["voices"], result["votes"]
    opinion_map.counted_at = clock.now().replace(second=0, microsecond=0)
    opinion_map.save(update_fields=["result", "memory", "voices", "votes", "counted_at"])
    mark_counted(reading)
    _keep_priorities(opinion_map.conversation_id, found.priorities)
    return reading


def _keep_priorities(conversation_id: UUID, priorities: Mapping[int, float]) -> None:
    """Write how much is learned by showing each statement next."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE conversations_statement s SET priority = p.priority"
            " FROM unnest(%s::int[], %s::float8[]) AS p (number, priority)"
            " WHERE s.conversation_id = %s AND s.number = p.number",
            [list(priorities), list(priorities.values()), conversation_id],
        )
