"""What the task worker does."""

from __future__ import annotations

from uuid import UUID

from django_tasks import task

from tongxin.capabilities.jobs.runners import run_job
from tongxin.foundation.core import tenancy


@task()
def carry_out(job_id: str, committee_id: int, user_id: str) -> None:
    """Carry out a job in the scope of its committee, as the person who asked."""
    with tenancy.scope([committee_id], user_id=UUID(user_id)):
        run_job(UUID(job_id))
