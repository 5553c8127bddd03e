"""What the page of a job shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection

from tongxin.capabilities.jobs.models import Job, lock_key
from tongxin.capabilities.jobs.permissions import can_start_again
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor

# Between losing the lock and saying why, a worker needs a moment.
_A_MOMENT = timedelta(seconds=5)
# Workers look for work every second.
_SOON = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Shown:
    """One job as its page shows it."""

    job: Job
    is_moving: bool
    is_stopped: bool
    # Nobody has begun it, though it was asked for a while ago.
    is_overdue: bool
    percent: int
    may_start_again: bool


def shown_job(actor: Actor, job: Job) -> Shown:
    """Return how a job stands now."""
    stopped = is_stopped(job)
    overdue = job.state == Job.State.WAITING and clock.now() - job.asked_at > _SOON
    return Shown(
        job=job,
        is_moving=not job.has_ended and not stopped,
        is_stopped=stopped,
        is_overdue=overdue,
        percent=job.done * 100 // job.total if job.total else 0,
        may_start_again=(stopped or job.state == Job.State.FAILED) and can_start_again(actor, job),
    )


def is_stopped(job: Job) -> bool:
    """Say whether a job was begun, has not ended, and nobody is at it any more."""
    if job.state == Job.State.WAITING:
        return clock.now() - job.asked_at > _SOON and not _has_worker(job)
    if job.state != Job.State.RUNNING or _has_worker(job):
        return False
    # It may have ended between the two looks.
    again = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).first()
    return again is not None and clock.now() - (again.moved_at or again.asked_at) > _A_MOMENT


def _has_worker(job: Job) -> bool:
    """Whoever works on a job holds its lock; PostgreSQL takes it away when they die."""
    key = lock_key(job.pk) & 0xFFFF_FFFF_FFFF_FFFF
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND classid = %s::bigint::oid AND objid = %s::bigint::oid)",
            [key >> 32, key & 0xFFFF_FFFF],
        )
        return bool(cursor.fetchone()[0])
