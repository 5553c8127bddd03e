"""What every row shares, and the keys that make a form count once."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from uuid_utils.compat import uuid7

if TYPE_CHECKING:
    from uuid import UUID


def new_id() -> UUID:
    """Return a new random identifier whose order is the order of creation (UUID version 7)."""
    return uuid7()


class Record(models.Model):
    """A row with an identifier that cannot be guessed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True


class OnceKey(models.Model):
    """A form that has been answered. Its second arrival gets the first answer again."""

    key = models.UUIDField(primary_key=True)
    user_id = models.UUIDField(null=True)
    location = models.CharField(max_length=300, default="")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["at"])]
