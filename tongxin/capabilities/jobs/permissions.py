"""Who may do what with long work."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tongxin.capabilities.jobs.models import Job
    from tongxin.foundation.core.access import Actor


def can_start_again(actor: Actor, job: Job) -> bool:
    """Only the person who asked for it: it is done under their name."""
    return actor.user_id == job.user_id and actor.committee_id == job.committee_id
