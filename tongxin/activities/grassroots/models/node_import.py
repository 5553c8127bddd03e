"""Many nodes or secondments at once, from a table or from the list of places, and the way back."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongxin.foundation.core import clock
from tongxin.foundation.organization.models import Owned, OwnedQuerySet


class NodeImport(Owned):
    """What somebody wants to add in one go: what it says, what it did, and how to take that back."""

    class Source(models.TextChoices):
        PLACES = "places", _("按地名批量建")
        NODES = "nodes", _("网点表")
        SECONDMENTS = "seconded", _("下沉委员表")

    class State(models.TextChoices):
        PREVIEWED = "previewed", _("待确认")
        CONFIRMED = "confirmed", _("已完成")
        UNDONE = "undone", _("已撤销")

    source = models.CharField(max_length=8, choices=Source)
    name = models.CharField(_("文件名"), max_length=120)
    state = models.CharField(max_length=9, choices=State, default=State.PREVIEWED)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=60, default="")
    uploaded_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    # What was read; what changed; how each row was before.
    content = models.JSONField(default=dict)
    outcome = models.JSONField(default=dict)
    journal = models.JSONField(default=list)
    objects = OwnedQuerySet["NodeImport"].as_manager()

    class Meta:
        ordering: ClassVar = ["-uploaded_at"]
        indexes: ClassVar = [models.Index(fields=["committee", "-uploaded_at"])]
