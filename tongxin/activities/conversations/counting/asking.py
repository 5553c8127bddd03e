"""Asking for a count. Thousands of votes in a minute ask thousands of times and get a few counts.

When a count was asked for says when somebody voted; the queue therefore only knows a beat of ten seconds, and
forgets what is done (see ``forget_finished``).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from tongxin.activities.conversations.counting.tasks import count, finish
from tongxin.activities.conversations.models.opinion_map import OpinionMap
from tongxin.foundation.core import tenancy

if TYPE_CHECKING:
    from uuid import UUID

    from django_tasks.base import Task

_BEAT_SECONDS = 10
_TASKS = (count, finish)


def ask_for_count(conversation_id: UUID, committee_id: int) -> bool:
    """Let the map be counted within seconds; return whether this call was the one that asked.

    To be called when the votes have committed, or in their transaction: the request commits with them.
    """
    with tenancy.scope([committee_id]), transaction.atomic(savepoint=False):
        waiting = OpinionMap.objects.filter(pk=conversation_id, is_due=False, is_final=False)
        if not waiting.update(is_due=True):
            return False
        _enqueue(count, conversation_id, committee_id, _next_beat())
    return True


def ask_for_final_count(conversation_id: UUID, committee_id: int) -> None:
    """Let a conversation that has just been closed be counted for the last time, as soon as that has committed."""
    _enqueue(finish, conversation_id, committee_id, None)


def forget_finished() -> int:
    """Forget counts that are done; return how many."""
    done = (TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED)
    paths = [task.module_path for task in _TASKS]
    return DBTaskResult.objects.filter(task_path__in=paths, status__in=done).delete()[0]


def _enqueue(task: Task[..., None], conversation_id: UUID, committee_id: int, at: datetime | None) -> None:
    asked = task.using(run_after=at) if at else task
    result = asked.enqueue(str(conversation_id), committee_id)
    if at:
        DBTaskResult.objects.filter(pk=result.id).update(enqueued_at=at)


def _next_beat() -> datetime:
    # The worker compares with the machine's clock, whatever ours says in a demonstration.
    now = datetime.now(UTC)
    beat = now.replace(microsecond=0, second=now.second - now.second % _BEAT_SECONDS)
    return beat + timedelta(seconds=_BEAT_SECONDS)
