"""A proposal, its text and who stands behind it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongxin.activities.proposals.enums import Disclosure, Phase, ProposalKind, ProposalState
from tongxin.activities.proposals.models.tables import RejectReason, ReplyClass, Topic
from tongxin.activities.proposals.querysets import ProposalQuerySet
from tongxin.capabilities.matters.models import Matter
from tongxin.foundation.core import clock
from tongxin.foundation.core.models import Record
from tongxin.foundation.organization.models import (
    Body,
    Committee,
    Member,
    Owned,
    OwnedQuerySet,
    Session,
    Unit,
)


class Proposal(models.Model):
    """One proposal. Its title, state, code and visibility are its matter's."""

    matter = models.OneToOneField(Matter, primary_key=True, on_delete=models.PROTECT, related_name="proposal")
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="proposals")
    kind = models.CharField(
        _("提案类型"), max_length=20, choices=ProposalKind, default=ProposalKind.INDIVIDUAL
    )
    phase = models.CharField(max_length=10, choices=Phase, default=Phase.PLENARY)
    # Given at submission (流水号) and at filing (提案号); both without gaps within a session.
    serial = models.PositiveIntegerField(_("流水号"), null=True)
    number = models.PositiveIntegerField(_("提案号"), null=True)
    lead_member = models.ForeignKey(
        Member,
        null=True,
        on_delete=models.PROTECT,
        related_name="led_proposals",
        verbose_name=_("第一提案人"),
    )
    body = models.ForeignKey(
        Body, null=True, on_delete=models.PROTECT, related_name="proposals", verbose_name=_("提案单位")
    )
    # Who signs for a sector, a group or a special committee (召集人).
    convenor = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("召集人")
    )
    # Staff who typed it for the proposer; never the author.
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    situation = models.TextField(_("情况"), blank=True, default="")
    analysis = models.TextField(_("分析"), blank=True, default="")
    suggestion = models.TextField(_("建议"), blank=True, default="")
    # Counts changes of the text. A signature holds for the text that was signed.
    text_version = models.PositiveIntegerField(default=1)
    cosign_until = models.DateField(_("联名截止日"), null=True)
    topic = models.ForeignKey(
        Topic, null=True, on_delete=models.PROTECT, related_name="proposals", verbose_name=_("类别")
    )
    is_livelihood = models.BooleanField(_("民生"), default=False)
    disclosure = models.CharField(
        _("是否同意公开"), max_length=5, choices=Disclosure, default=Disclosure.FULL
    )
    disclosure_reason = models.CharField(_("不公开的原因"), max_length=120, blank=True, default="")
    is_sensitive = models.BooleanField(_("敏感"), default=False)
    wished_units = models.ManyToManyField(Unit, through="WishedUnit", related_name="+")
    is_key = models.BooleanField(_("重点"), default=False)
    round = models.PositiveSmallIntegerField(default=1)
    # Asked whether it may become an opinion report (转社情民意); empty when nobody asks.
    conversion_asked_on = models.DateField(null=True)
    # The office through which it is handed on to units (归口单位), and since when it has it.
    office = models.ForeignKey(
        Unit, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("归口单位")
    )
    handed_on = models.DateField(null=True)
    # How far the answer solves it: the lead's class, of several separate ones the least solved.
    reply_class = models.ForeignKey(
        ReplyClass, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("办理结果类别")
    )
    is_outstanding = models.BooleanField(_("优秀"), default=False)
    # Somebody went back to see whether what was answered was done (回头看).
    looked_back_on = models.DateField(null=True)
    reject_reason = models.ForeignKey(RejectReason, null=True, on_delete=models.PROTECT, related_name="+")
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    submitted_at = models.DateTimeField(null=True)
    filed_on = models.DateField(null=True)
    assigned_on = models.DateField(null=True)
    replied_on = models.DateField(null=True)
    # The workbook that it came from; empty for what was written here.
    imported_by = models.ForeignKey(
        "proposals.ProposalImport", null=True, on_delete=models.PROTECT, related_name="proposals"
    )
    objects = ProposalQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "serial"], name="serial_once"),
            models.UniqueConstraint(fields=["session", "number"], name="number_once"),
            models.CheckConstraint(
                condition=Q(lead_member__isnull=False, body__isnull=True)
                | Q(lead_member__isnull=True, body__isnull=False),
                name="one_proposer",
            ),
            models.CheckConstraint(
                condition=~Q(disclosure="none") | Q(submitted_at__isnull=True) | ~Q(disclosure_reason=""),
                name="secrecy_has_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["committee", "session", "number"]),
            models.Index(fields=["committee", "-submitted_at"]),
            models.Index(fields=["session", "topic"]),
            # What a committee answered in a span of days: figures ask by it.
            models.Index(fields=["committee", "replied_on"], name="proposals_answered"),
            # The order of the list: the latest number first, what has none at the end.
            models.Index(
                "committee",
                F("filed_on").desc(nulls_last=True),
                F("number").desc(nulls_last=True),
                F("matter").desc(),
                name="filed_last_first",
            ),
        ]

    def __str__(self) -> str:
        return self.matter.title

    @property
    def state(self) -> str:
        """Where it stands: the state of its matter."""
        return self.matter.state

    @property
    def state_label(self) -> str:
        """Where it stands, in words."""
        return str(ProposalState(self.matter.state).label)

    @property
    def proposer_name(self) -> str:
        """The first proposer or the body, in words."""
        return str(self.lead_member or self.body)


class WishedUnit(Record):
    """A unit that the proposer would like to handle it."""

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="+")
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["proposal", "unit"], name="wish_once")]


class Cosignature(Owned):
    """An invitation to co-sign, and what became of it. Only the member's own signature counts."""

    class State(models.TextChoices):
        INVITED = "invited", _("等对方签名")
        SIGNED = "signed", _("已签名")
        DECLINED = "declined", _("没有同意")
        LAPSED = "lapsed", _("文字改过，请重新签名")
        TAKEN_BACK = "taken_back", _("邀请已撤回")

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="cosignatures")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="cosignatures")
    state = models.CharField(max_length=10, choices=State, default=State.INVITED)
    invited_on = models.DateField(default=clock.today)
    answered_on = models.DateField(null=True)
    signed_version = models.PositiveIntegerField(null=True)
    objects = OwnedQuerySet["Cosignature"].as_manager()

    class Meta:
        ordering: ClassVar = ["member__stroke_key", "member__name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "member"], name="cosignature_once"),
            models.CheckConstraint(
                condition=~Q(state="signed") | Q(signed_version__isnull=False), name="signature_of_a_text"
            ),
        ]


class Revision(Owned):
    """The text of a proposal as it was submitted once."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="revisions")
    text_version = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    situation = models.TextField()
    analysis = models.TextField()
    suggestion = models.TextField()
    at = models.DateTimeField(default=clock.now)
    objects = OwnedQuerySet["Revision"].as_manager()

    class Meta:
        ordering: ClassVar = ["text_version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "text_version"], name="revision_once")
        ]


class ReviewOpinion(Owned):
    """What one reviewer advises before the decision: the pre-review (预审) or the second review (复审)."""

    class Stage(models.TextChoices):
        PRE = "pre", _("预审")
        SECOND = "second", _("复审")

    class Advice(models.TextChoices):
        FILE = "file", _("立案")
        RETURN = "return", _("退回修改")
        NOT_FILE = "not_file", _("不予立案")
        MERGE = "merge", _("并案")
        CONVERT = "convert", _("转社情民意")

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="review_opinions")
    stage = models.CharField(max_length=8, choices=Stage)
    # The text that was read; a text that was changed since is read again.
    text_version = models.PositiveIntegerField()
    advice = models.CharField(_("意见"), max_length=10, choices=Advice)
    topic = models.ForeignKey(Topic, null=True, on_delete=models.PROTECT, related_name="+")
    reject_reason = models.ForeignKey(RejectReason, null=True, on_delete=models.PROTECT, related_name="+")
    merge_into = models.ForeignKey(Proposal, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(_("说明"), blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=60)
    at = models.DateTimeField(default=clock.now)
    objects = OwnedQuerySet["ReviewOpinion"].as_manager()

    class Meta:
        ordering: ClassVar = ["at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "stage", "text_version"], name="review_opinion_once")
        ]
