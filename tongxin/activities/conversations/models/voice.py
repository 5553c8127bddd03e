"""One voice: what one participant answered. Nothing here says who, and nothing when."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q

from tongxin.activities.conversations.models.conversation import Conversation
from tongxin.foundation.organization.models import OwnedQuerySet


class Voice(models.Model):
    """The answers of one participant (一份表态), member or not: voices of both look alike.

    A voice is found by a keyed hash; the key lies outside the database. At night the rows are written anew in a
    random order, and when the conversation ends the hash is burnt, so that then nobody can lead a voice back.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    committee = models.ForeignKey("organization.Committee", on_delete=models.PROTECT, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="voices")
    key_index = models.CharField(max_length=64, null=True)
    # One sign for each statement by its number: + agree, - disagree, 0 pass, . not answered. See ``ballots``.
    ballot = models.TextField(default="")
    # The last batch heard from each device that speaks with this voice, so that an older one arriving late changes
    # nothing. Keys are the device's own random marks for this conversation; burnt with the hash when it ends.
    heard = models.JSONField(default=dict)
    # Whether the last count has seen it as it is.
    is_counted = models.BooleanField(default=False)
    objects = OwnedQuerySet["Voice"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "key_index"], name="one_voice_each"),
            models.CheckConstraint(condition=Q(ballot__regex=r"^[-+0.]*$"), name="ballot_of_four_signs"),
        ]
