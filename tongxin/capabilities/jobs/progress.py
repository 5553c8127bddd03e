"""The notice board of a job: written over a connection of its own, read while the work is under way."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.db import Error, connection

from tongxin.capabilities.jobs.models import Job
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self
    from uuid import UUID

# Often enough for an eye, seldom enough for the database.
_EVERY_SECONDS = 0.5
# Whoever holds the row for longer is about to end the job.
_PATIENCE_MILLISECONDS = 300


class Board:
    """Says how far a job is, in short transactions beside the long one of the work."""

    def __init__(self, job_id: UUID) -> None:
        self._job_id = job_id
        self._written_at = 0.0
        self._other = connection.copy()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._other.close()

    def start(self) -> None:
        """Say that the work has begun."""
        at = clock.now()
        self._write(
            "state = %s, started_at = %s, moved_at = %s, ended_at = NULL, done = 0, total = 0, doing = '',"
            " message = '', url = ''",
            [Job.State.RUNNING, at, at],
        )
        # The first step is shown at once.
        self._written_at = 0.0

    def move(self, done: int, total: int, doing: str) -> None:
        """Say how far it is; too often is the same as often."""
        if self._written_at and time.monotonic() - self._written_at < _EVERY_SECONDS and done < total:
            return
        self._write(
            "done = %s, total = %s, doing = %s, moved_at = %s",
            [min(done, total), total, doing[:120], clock.now()],
        )

    def _write(self, what: str, values: list[Any]) -> None:
        self._written_at = time.monotonic()
        # The work matters more than what is said about it.
        with suppress(Error):
            self._other.set_autocommit(False)
            try:
                with self._other.cursor() as cursor:
                    cursor.execute(f"SET LOCAL lock_timeout = {_PATIENCE_MILLISECONDS}")
                    cursor.execute(
                        f"UPDATE jobs_job SET {what} WHERE id = %s AND state <> %s",  # noqa: S608 (ours)
                        [*values, self._job_id, Job.State.DONE],
                    )
                self._other.commit()
            finally:
                self._other.rollback()
                self._other.set_autocommit(True)
