"""The opinion map: what a count made of all voices. It knows groups, never persons."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tongxin.activities.conversations.models.conversation import Conversation
from tongxin.foundation.organization.models import OwnedQuerySet


class OpinionMap(models.Model):
    """The last count of a conversation (意见图谱); final and unchanged once the conversation has ended."""

    conversation = models.OneToOneField(
        Conversation, primary_key=True, on_delete=models.PROTECT, related_name="map"
    )
    committee = models.ForeignKey("organization.Committee", on_delete=models.PROTECT, related_name="+")
    # See ``counting.snapshots``: groups of at least ten, points of several people, counts of each statement.
    result = models.JSONField(default=dict)
    voices = models.PositiveIntegerField(default=0)
    votes = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField(null=True)
    # A count has been asked for and has not begun.
    is_due = models.BooleanField(default=False)
    is_final = models.BooleanField(default=False)
    # What the next count needs of the last: which group is which, how often another number of groups won.
    memory = models.JSONField(default=dict)
    objects = OwnedQuerySet["OpinionMap"].as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["committee"])]
