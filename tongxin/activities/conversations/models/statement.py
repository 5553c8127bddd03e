"""A statement: one short sentence that people agree with, disagree with, or leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongxin.activities.conversations.enums import StatementState
from tongxin.activities.conversations.models.conversation import Conversation
from tongxin.capabilities.matters.models import Matter
from tongxin.foundation.organization.models import Owned, OwnedQuerySet

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TEXT_MOST = 140
# What ballots have a place for.
_COUNTED = (StatementState.PUBLISHED, StatementState.WITHDRAWN)


class StatementQuerySet(OwnedQuerySet["Statement"]):
    """Statements, filtered."""

    def published(self) -> Self:
        """Return statements that people vote on."""
        return self.filter(state=StatementState.PUBLISHED)

    def waiting(self) -> Self:
        """Return statements that nobody has decided about yet."""
        return self.filter(state=StatementState.PENDING)

    def numbered(self) -> Self:
        """Return statements that ballots have a place for, in that order."""
        return self.filter(state__in=_COUNTED).order_by("number")


class Statement(models.Model):
    """One statement (看法). Who of the participants wrote it is nowhere; the office's own bear a name.

    The key is random and the hour rounded; the number is given when it is published, so that neither tells when it
    was written.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    committee = models.ForeignKey("organization.Committee", on_delete=models.PROTECT, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="statements")
    # Its place in every ballot, from 1. Given once, when it is published, never again to another.
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    text = models.CharField(_("看法"), max_length=TEXT_MOST)
    state = models.CharField(max_length=10, choices=StatementState, default=StatementState.PENDING)
    # A seed: written by staff or a member under their name before or while people vote.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    by_name = models.CharField(max_length=60, blank=True, default="")
    # By which its author finds it again: a keyed hash that leads to no voice. Burnt when the conversation ends.
    author_index = models.CharField(max_length=64, blank=True, default="")
    said_at = models.DateTimeField()
    # What the author reads: why it is not published, or which one says the same.
    outcome = models.CharField(_("给提出人的说明"), max_length=200, blank=True, default="")
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    # About the conversation itself rather than its subject; shown, but said little of.
    is_meta = models.BooleanField(_("关于这次讨论本身"), default=False)
    # Came in a flood; waits apart from the queue.
    is_held = models.BooleanField(default=False)
    # Pairs of characters, by which similar ones are found.
    fingerprint = models.TextField(blank=True, default="")
    # How much is learned by showing it next; from the last count.
    priority = models.FloatField(default=0)
    objects = StatementQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["conversation", "state"]),
            models.Index(
                fields=["author_index"], condition=~Q(author_index=""), name="statement_author_index"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "number"], name="statement_number_once"),
            models.CheckConstraint(
                condition=~Q(state__in=("published", "withdrawn")) | Q(number__isnull=False),
                name="statement_published_has_number",
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=models.F("id")), name="statement_not_into_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_seed(self) -> bool:
        """Whether it bears a name."""
        return bool(self.by_name)

    @property
    def origin(self) -> StrOrPromise:
        """Where it comes from, in words."""
        return _("发起方") if self.is_seed else _("参加的人")


class StatementUse(Owned):
    """A statement that people agreed on went into the work: which matter it led to, and how they stood then."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="uses")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="+")
    # As it stood on the day, recorded in words: 「342人表态，赞成91%，各群体都赞成」.
    standing = models.CharField(max_length=200)
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=60, default="")
    objects = OwnedQuerySet["StatementUse"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["statement", "matter"], name="statement_used_once")
        ]
