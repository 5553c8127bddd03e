"""What one person of the public said. Nothing here says who, and nothing when to the minute."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongxin.activities.topics.models.topic import Topic
from tongxin.foundation.organization.models import Node, OwnedQuerySet


class Voice(models.Model):
    """One saying (群众的话) of the public, and the receipt by which its contributor finds it again.

    The key is random, not ordered by time; the hour is rounded; the receipt is kept as a keyed hash.
    """

    class Way(models.TextChoices):
        CODE = "code", _("扫码")
        PAPER = "paper", _("纸质")
        WEB = "web", _("网上")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    committee = models.ForeignKey("organization.Committee", on_delete=models.PROTECT, related_name="+")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="voices")
    node = models.ForeignKey(Node, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=6, choices=Way, default=Way.CODE)
    text = models.TextField(_("说的话"))
    # Encrypted; removed some days after the matter is closed. Shown after a click with a reason, and logged.
    contact_encrypted = models.BinaryField(null=True)
    receipt_index = models.CharField(max_length=64, unique=True)
    said_at = models.DateTimeField()
    # The contributor's one objection: it is not solved.
    objected_at = models.DateTimeField(null=True)
    objection = models.CharField(max_length=300, blank=True, default="")
    # The night's seal stands in the audit log: how many sayings, and a digest over them.
    sealed_on = models.DateField(null=True)
    objects = OwnedQuerySet["Voice"].as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["topic"]), models.Index(fields=["committee", "said_at"])]
