"""Long work, and how far it is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongxin.foundation.core import clock
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Owned, OwnedQuerySet

if TYPE_CHECKING:
    from uuid import UUID

    from tongxin.foundation.core.access import Actor

# Results are copies of what the system has; nobody needs them for long.
KEPT_FOR = timedelta(days=7)


class JobQuerySet(OwnedQuerySet["Job"]):
    """Jobs, filtered."""

    def visible_to(self, actor: Actor) -> JobQuerySet:
        """Return the person's own jobs here; staff also see those of others.

        Administrators do not: what comes of a job may hold proposals, which they do not read.
        """
        if actor.user_id is None or actor.committee_id is None:
            return self.none()
        mine = self.filter(committee_id=actor.committee_id)
        return mine if actor.has(Role.STAFF) else mine.filter(user_id=actor.user_id)

    def with_outdated_files(self) -> JobQuerySet:
        """Return jobs whose result has been kept long enough."""
        return self.exclude(file="").filter(ended_at__lt=clock.now() - KEPT_FOR)


class Job(Owned):
    """One piece of work that a person asked for."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待开始")
        RUNNING = "running", _("正在进行")
        DONE = "done", _("已完成")
        FAILED = "failed", _("没有完成")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    user_name = models.CharField(max_length=60, default="")
    # Which runner does it: "proposals.import".
    kind = models.CharField(max_length=60)
    title = models.CharField(_("名称"), max_length=120)
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    doing = models.CharField(max_length=120, default="")
    message = models.CharField(max_length=400, default="")
    url = models.CharField(max_length=200, default="")
    asked_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True)
    # The last sign of life.
    moved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # What came of it, when that is a file.
    file = models.FileField(max_length=200, blank=True, default="")
    filename = models.CharField(max_length=120, default="")
    objects = JobQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-asked_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(total=0) | Q(done__lte=F("total")), name="job_within_total"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["committee", "-asked_at"]),
            models.Index(fields=["ended_at"], condition=~Q(file=""), name="job_with_file"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state in {self.State.DONE, self.State.FAILED}


def lock_key(job_id: UUID) -> int:
    """Return the advisory lock that stands for a job: its random half, as PostgreSQL's bigint."""
    return int.from_bytes(job_id.bytes[8:], "big", signed=True)
