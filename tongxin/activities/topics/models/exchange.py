"""Tables of topics that were uploaded."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongxin.foundation.core import clock
from tongxin.foundation.organization.models import Owned, OwnedQuerySet


class TopicImport(Owned):
    """A workbook of topics that was uploaded: what it says, what it did, and how to take that back."""

    class State(models.TextChoices):
        PREVIEWED = "previewed", _("待确认")
        CONFIRMED = "confirmed", _("已导入")
        UNDONE = "undone", _("已撤销")

    filename = models.CharField(_("文件名"), max_length=120)
    state = models.CharField(max_length=10, choices=State, default=State.PREVIEWED)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=60, default="")
    uploaded_at = models.DateTimeField(default=clock.now)
    # The file itself, so that what is confirmed is what was previewed.
    content = models.BinaryField()
    added = models.PositiveIntegerField(default=0)
    # The topics that it made, and the version of each matter as it left it.
    journal = models.JSONField(default=list)
    objects = OwnedQuerySet["TopicImport"].as_manager()

    class Meta:
        ordering: ClassVar = ["-uploaded_at"]
        indexes: ClassVar = [models.Index(fields=["committee", "-uploaded_at"])]
