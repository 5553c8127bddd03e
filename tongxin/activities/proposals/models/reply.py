"""What units answer, and what the proposers say of it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongxin.activities.proposals.enums import ContactMethod, Satisfaction
from tongxin.activities.proposals.models.handling import Assignment
from tongxin.activities.proposals.models.tables import RatingChoice, ReplyClass
from tongxin.foundation.core import clock
from tongxin.foundation.organization.models import Body, Member, Owned, OwnedQuerySet, Unit


class Reply(Owned):
    """A unit's answer to the proposer, in one round (答复)."""

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="reply")
    version = models.PositiveIntegerField(default=1)
    document_number = models.CharField(_("文号"), max_length=60, blank=True, default="")
    text = models.TextField(_("答复正文"), blank=True, default="")
    reply_class = models.ForeignKey(
        ReplyClass, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("办理结果类别")
    )
    signer = models.CharField(_("签发人"), max_length=40, blank=True, default="")
    contact_name = models.CharField(_("联系人"), max_length=40, blank=True, default="")
    contact_phone = models.CharField(_("联系电话"), max_length=30, blank=True, default="")
    contact_method = models.CharField(
        _("怎样听取委员意见"), max_length=6, choices=ContactMethod, blank=True, default=""
    )
    contact_note = models.TextField(_("沟通情况"), blank=True, default="")
    contact_on = models.DateField(_("沟通日期"), null=True, blank=True)
    # Date on the letter (成文日期) and who gets copies of it (抄送).
    issued_on = models.DateField(_("成文日期"), null=True, blank=True)
    copies = models.CharField(_("抄送"), max_length=200, blank=True, default="")
    # What the public reads, where that differs from the letter; empty: the letter's own text.
    public_text = models.TextField(_("公开文本"), blank=True, default="")
    # The unit's own leave to publish the reply.
    may_be_public = models.BooleanField(_("答复可以公开"), default=True)
    sent_on = models.DateField(null=True)
    objects = OwnedQuerySet["Reply"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(sent_on__isnull=True)
                | (Q(reply_class__isnull=False) & ~Q(text="") & ~Q(document_number="")),
                name="sent_reply_is_complete",
            )
        ]


class ReplyVersion(Owned):
    """A draft of a reply as it was sent to be countersigned or signed."""

    reply = models.ForeignKey(Reply, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    document_number = models.CharField(max_length=60)
    text = models.TextField()
    reply_class = models.ForeignKey(ReplyClass, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    objects = OwnedQuerySet["ReplyVersion"].as_manager()

    class Meta:
        ordering: ClassVar = ["version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reply", "version"], name="reply_version_once")
        ]


class Countersignature(Owned):
    """A co-handling unit's word on the lead's draft (会签)."""

    reply = models.ForeignKey(Reply, on_delete=models.PROTECT, related_name="countersignatures")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    reply_version = models.PositiveIntegerField()
    agrees = models.BooleanField()
    note = models.TextField(blank=True, default="")
    on = models.DateField(default=clock.today)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    objects = OwnedQuerySet["Countersignature"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reply", "unit", "reply_version"], name="countersigned_once")
        ]


class Rating(Owned):
    """What the proposer says of a reply (征询意见表). Entered by the proposer, or by staff from paper."""

    reply = models.OneToOneField(Reply, on_delete=models.PROTECT, related_name="rating")
    attitude = models.CharField(_("对办理工作"), max_length=12, choices=Satisfaction)
    result = models.CharField(_("对办理结果"), max_length=12, choices=Satisfaction)
    # The words that were ticked on the committee's own form; the two above say what they amount to.
    attitude_choice = models.ForeignKey(RatingChoice, null=True, on_delete=models.PROTECT, related_name="+")
    result_choice = models.ForeignKey(RatingChoice, null=True, on_delete=models.PROTECT, related_name="+")
    visit_choice = models.ForeignKey(RatingChoice, null=True, on_delete=models.PROTECT, related_name="+")
    contact_choice = models.ForeignKey(RatingChoice, null=True, on_delete=models.PROTECT, related_name="+")
    comment = models.TextField(_("意见"), blank=True, default="")
    on = models.DateField(default=clock.today)
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    objects = OwnedQuerySet["Rating"].as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["committee", "on"], name="proposals_rated")]

    @property
    def attitude_words(self) -> str:
        """What was said of the handling, in the committee's words."""
        return str(self.attitude_choice or Satisfaction(self.attitude).label)

    @property
    def result_words(self) -> str:
        """What was said of the result, in the committee's words."""
        return str(self.result_choice or Satisfaction(self.result).label)
