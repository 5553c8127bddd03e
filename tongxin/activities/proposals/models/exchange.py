"""Workbooks of past sessions that were brought in."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongxin.foundation.core import clock
from tongxin.foundation.organization.models import Owned, OwnedQuerySet


class ProposalImport(Owned):
    """A workbook of proposals that was uploaded: what it says, what it did, and how to take that back."""

    class State(models.TextChoices):
        READING = "reading", _("正在读")
        PREVIEWED = "previewed", _("待确认")
        IMPORTING = "importing", _("正在导入")
        CONFIRMED = "confirmed", _("已导入")
        UNDOING = "undoing", _("正在撤销")
        UNDONE = "undone", _("已撤销")
        FAILED = "failed", _("没有完成")

    filename = models.CharField(_("文件名"), max_length=120)
    state = models.CharField(max_length=10, choices=State, default=State.READING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=60, default="")
    uploaded_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    # The file itself, so that what is confirmed is what was previewed.
    content = models.BinaryField()
    outcome = models.JSONField(default=dict)
    journal = models.JSONField(default=list)
    objects = OwnedQuerySet["ProposalImport"].as_manager()

    class Meta:
        ordering: ClassVar = ["-uploaded_at"]
        indexes: ClassVar = [models.Index(fields=["committee", "-uploaded_at"])]
