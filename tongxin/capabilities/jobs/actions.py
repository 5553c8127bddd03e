"""Asking for long work."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.capabilities.jobs.models import Job
from tongxin.capabilities.jobs.permissions import can_start_again
from tongxin.capabilities.jobs.runners import is_known
from tongxin.capabilities.jobs.selectors import is_stopped
from tongxin.capabilities.jobs.tasks import carry_out
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure, require

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor

_NOT_HERE = gettext_lazy("请先登录，并选择一个机构。")


@transaction.atomic
def start_job(*, actor: Actor, kind: str, title: str, params: dict[str, Any]) -> Job:
    """Ask for a job; a worker begins it as soon as this transaction has committed.

    The caller has checked that the actor may; the runner acts with the actor's leave and checks it again.

    Args:
        actor: a person, in a committee.
        kind: the kind under which a room registered its runner.
        title: what the person asked for, as it is recorded.
        params: plain JSON for the runner.
    """
    if not is_known(kind):
        raise LookupError(kind)
    if actor.user_id is None or actor.committee_id is None:
        raise PermissionDenied(str(_NOT_HERE))
    _drop_outdated_files()
    job: Job = Job.objects.create(
        committee_id=actor.committee_id,
        user_id=actor.user_id,
        user_name=actor.name[:60],
        kind=kind,
        title=title[:120],
        params=params,
    )
    record(actor=actor, action="jobs.start_job", target=f"jobs.job:{job.pk}", kind=kind, title=job.title)
    _enqueue(job)
    return job


@transaction.atomic
def start_again(*, actor: Actor, job: Job) -> Job:
    """Ask once more for a job that failed or lost its worker. What is done is never done again.

    Raises:
        PermissionDenied: somebody else asked for it.
        Refused: it is done, or under way.
    """
    locked: Job = Job.objects.select_for_update().get(pk=job.pk)
    require(can_start_again(actor, locked), because=_("只有当初办理的人可以重新开始。"))
    ensure(
        locked.state == Job.State.FAILED or is_stopped(locked),
        because=_("已经完成，或者正在进行，不用重新开始。"),
    )
    locked.state, locked.asked_at, locked.ended_at = Job.State.WAITING, clock.now(), None
    locked.message = ""
    locked.save(update_fields=["state", "asked_at", "ended_at", "message"])
    record(actor=actor, action="jobs.start_again", target=f"jobs.job:{locked.pk}", kind=locked.kind)
    _enqueue(locked)
    return locked


def _enqueue(job: Job) -> None:
    # After the commit: the worker must find the row.
    transaction.on_commit(partial(carry_out.enqueue, str(job.pk), job.committee_id, str(job.user_id)))


def _drop_outdated_files() -> None:
    for old in Job.objects.with_outdated_files()[:20]:
        transaction.on_commit(partial(old.file.storage.delete, str(old.file.name)))
        Job.objects.filter(pk=old.pk).update(file="", filename="")
