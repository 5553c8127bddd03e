"""The worker's side: who does which kind of job, and how one is carried out."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import connection, transaction
from django.db.models import F
from django.urls import reverse

from tongxin.capabilities.jobs.models import Job, lock_key
from tongxin.capabilities.jobs.progress import Board
from tongxin.capabilities.notices.actions import tell
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused, ensure
from tongxin.foundation.core.record_language import in_record_language
from tongxin.foundation.organization.access import actor_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tongxin.foundation.core.access import Actor

logger = logging.getLogger(__name__)

# Recorded, so plain Chinese.
CRASHED = "没有完成，什么都没有改。请重新开始；如果再次出现，请告诉管理员。"
_NO_POST = "您在本会已经没有岗位，这件事没有办理。"
_NO_LEAVE = "您的岗位不办理这件事。"


@dataclass(frozen=True, slots=True)
class Running:
    """What a runner works with."""

    actor: Actor
    job: Job
    board: Board

    @property
    def params(self) -> dict[str, Any]:
        """What the job was started with."""
        found: dict[str, Any] = self.job.params
        return found

    def progress(self, done: int, total: int, doing: str = "") -> None:
        """Say how far it is. Cheap: most calls write nothing."""
        self.board.move(done, total, doing)

    def keep_file(self, path: Path, filename: str) -> None:
        """Keep a file as the result; the person downloads it from the job's page."""
        with path.open("rb") as content:
            where = f"jobs/{self.job.committee_id}/{self.job.pk}{PurePath(filename).suffix}"
            self.job.file.save(where, File(content), save=False)
        self.job.filename = filename[-120:]


if TYPE_CHECKING:
    Runner = Callable[[Running], tuple[str, str]]

_RUNNERS: dict[str, Runner] = {}


def register_runner(kind: str, runner: Runner) -> None:
    """Let a room do a kind of job."""
    _RUNNERS[kind] = runner


def is_known(kind: str) -> bool:
    """Say whether somebody does this kind of job."""
    return kind in _RUNNERS


def run_job(job_id: UUID) -> None:
    """Carry out a job, unless it is done or somebody is at it. The scope of its committee is open."""
    with in_record_language(), Board(job_id) as board:
        try:
            with transaction.atomic():
                _carry_out(job_id, board)
        except Refused as refusal:
            _fail(job_id, refusal.message)
        except PermissionDenied as refusal:
            _fail(job_id, str(refusal) or _NO_LEAVE)
        except Exception:
            logger.exception("job %s failed", job_id)
            _fail(job_id, CRASHED)


def _carry_out(job_id: UUID, board: Board) -> None:
    if not _take(job_id):
        return
    job = Job.objects.select_related("user", "committee").get(pk=job_id)
    if job.state == Job.State.DONE:
        return
    board.start()
    actor = actor_for(job.user, job.committee_id)
    ensure(job.user.is_active and actor.committee_id == job.committee_id, because=_NO_POST)
    message, url = _RUNNERS[job.kind](Running(actor, job, board))
    _end(job, Job.State.DONE, message, url)


def _take(job_id: UUID) -> bool:
    """Take the job's lock until the transaction ends; False when another worker has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock_key(job_id)])
        return bool(cursor.fetchone()[0])


def _fail(job_id: UUID, message: str) -> None:
    with transaction.atomic():
        job = Job.objects.select_for_update(of=("self",)).get(pk=job_id)
        if job.state != Job.State.DONE:
            _end(job, Job.State.FAILED, message, "")


def _end(job: Job, state: Job.State, message: str, url: str) -> None:
    at = clock.now()
    job.state, job.message, job.url = state, message[:400], url[:200]
    job.started_at = job.started_at or at
    job.moved_at = job.ended_at = at
    names = ["state", "message", "url", "started_at", "moved_at", "ended_at", "file", "filename"]
    if state == Job.State.DONE:
        # The board may have said less, a moment ago.
        Job.objects.filter(pk=job.pk, total__gt=0).update(done=F("total"))
    job.save(update_fields=names)
    tell(
        user_ids=[job.user_id],
        committee_id=job.committee_id,
        text=f"「{job.title}」{'已完成' if state == Job.State.DONE else '没有完成'}：{message}",
        url=reverse("jobs:show", args=[job.pk]),
    )
