"""An append-only log, one chain per committee, each entry bound to the one before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor


class Head(models.Model):
    """How long a chain is and where it ends. Locked while an entry is added."""

    chain = models.CharField(max_length=40, primary_key=True)
    entries = models.BigIntegerField(default=0)
    last_hash = models.CharField(max_length=64, default="")
    # Keyed hash over the two above: nobody without the key can shorten a chain and its head alike.
    seal = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return f"{self.chain} {self.entries}"


class EntryQuerySet(models.QuerySet["Entry"]):
    """Entries, filtered."""

    def visible_to(self, actor: Actor) -> EntryQuerySet:
        """Return the chain of the committee that the actor works in."""
        if actor.committee_id is None:
            return self.none()
        return self.filter(chain=f"committee:{actor.committee_id}", committee_id=actor.committee_id)


class Entry(models.Model):
    """One act of one person. Never changed, never deleted."""

    id = models.BigAutoField(primary_key=True)
    chain = models.CharField(max_length=40)
    seq = models.BigIntegerField()
    committee_id = models.IntegerField(null=True)
    at = models.DateTimeField()
    user_id = models.UUIDField(null=True)
    user_name = models.CharField(max_length=60, default="")
    action = models.CharField(max_length=80)
    # What it was done to: "proposals.proposal:0192…", and a title that people can read.
    target = models.CharField(max_length=120, default="")
    detail = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["chain", "seq"], name="audit_entry_once")]
        indexes: ClassVar = [models.Index(fields=["committee_id", "-at"]), models.Index(fields=["target"])]

    def __str__(self) -> str:
        return f"{self.chain} {self.seq} {self.action}"
