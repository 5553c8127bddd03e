"""Codes that hang on a wall (一码通), and how often each was scanned; never by whom."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongxin.capabilities.codes.permissions import SEE_ALL
from tongxin.capabilities.matters.models import Matter
from tongxin.foundation.core import clock
from tongxin.foundation.organization.enums import NODE_ROLES
from tongxin.foundation.organization.models import Node, Owned, OwnedQuerySet

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor

# No letter or digit that is taken for another when it is read out: 31 signs, 12 of them are 59 bits.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
TOKEN_LENGTH = 12


def new_token() -> str:
    """Return a token that cannot be guessed and says nothing about its place."""
    return "".join(secrets.choice(ALPHABET) for _n in range(TOKEN_LENGTH))


class AccessCodeQuerySet(OwnedQuerySet["AccessCode"]):
    """Codes, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Return the codes that a person may look after or at; who keeps places, those of their places.

        The public and members meet codes on walls (``selectors.find_active``), not here.
        """
        own = super().visible_to(actor)
        if actor.has(*SEE_ALL):
            return own
        kept = Node.objects.under(actor.subjects(*NODE_ROLES)).values("pk")
        events = Q(node__isnull=True, issued_by=actor.user_id) if actor.has(*NODE_ROLES) else Q(pk__in=())
        return own.filter(Q(node__in=kept) | events)

    def active(self) -> Self:
        """Return codes that lead somewhere when they are scanned."""
        return self.filter(status=AccessCode.Status.ACTIVE)

    def current(self) -> Self:
        """Return the codes in force or suspended: at most one for each place or event."""
        return self.exclude(status=AccessCode.Status.REVOKED)


class AccessCode(Owned):
    """One code (赋码): what it hangs at, and whether it still leads there. Revoked ones stay as history."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("在用")
        SUSPENDED = "suspended", _("暂停")
        REVOKED = "revoked", _("作废")

    node = models.ForeignKey(Node, null=True, blank=True, on_delete=models.PROTECT, related_name="codes")
    # An event, such as a deliberation session.
    matter = models.ForeignKey(Matter, null=True, blank=True, on_delete=models.PROTECT, related_name="codes")
    token = models.CharField(max_length=16, unique=True, default=new_token)
    status = models.CharField(_("状态"), max_length=10, choices=Status, default=Status.ACTIVE)
    issued_at = models.DateTimeField(default=clock.now)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    issued_by_name = models.CharField(max_length=60, default="")
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(_("原因"), max_length=120, blank=True, default="")
    ended_by_name = models.CharField(max_length=60, blank=True, default="")
    # When a poster with this code was last made.
    printed_on = models.DateField(null=True)
    objects = AccessCodeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-issued_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(node__isnull=False, matter__isnull=True)
                | Q(node__isnull=True, matter__isnull=False),
                name="code_hangs_at_one",
            ),
            models.UniqueConstraint(
                fields=["node"],
                condition=~Q(status="revoked") & Q(node__isnull=False),
                name="one_code_a_node",
            ),
            models.UniqueConstraint(
                fields=["matter"],
                condition=~Q(status="revoked") & Q(matter__isnull=False),
                name="one_code_an_event",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["committee", "status"])]

    def __str__(self) -> str:
        return self.token


class ScanCount(Owned):
    """How often a code was scanned on one day. Nothing of the phone, the network or the person is kept."""

    code = models.ForeignKey(AccessCode, on_delete=models.PROTECT, related_name="scans")
    on = models.DateField()
    count = models.PositiveIntegerField(default=0)
    objects = OwnedQuerySet["ScanCount"].as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "on"], name="scan_count_once_a_day")]
        indexes: ClassVar = [models.Index(fields=["committee", "on"])]
