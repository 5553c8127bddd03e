"""What a person is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from tongxin.capabilities.matters.models import Matter
from tongxin.foundation.core import clock
from tongxin.foundation.organization.models import Owned, OwnedQuerySet

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor


class NoticeQuerySet(OwnedQuerySet["Notice"]):
    """Notices, filtered."""

    def visible_to(self, actor: Actor) -> NoticeQuerySet:
        """Return the person's own notices in the committee they work in; nobody reads another's."""
        if actor.user_id is None or actor.committee_id is None:
            return self.none()
        return self.filter(user_id=actor.user_id, committee_id=actor.committee_id)

    def unread(self) -> NoticeQuerySet:
        """Return notices that were not opened yet."""
        return self.filter(read_at__isnull=True)


class Notice(Owned):
    """One message to one person, in the application."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices")
    matter = models.ForeignKey(Matter, null=True, on_delete=models.PROTECT, related_name="notices")
    text = models.CharField(max_length=240)
    url = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True)
    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-at"]
        indexes: ClassVar = [
            models.Index(fields=["user", "-at"]),
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="unread_by_user"),
        ]
