"""Proposals (提案), their handling by units, replies and ratings."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongxin.activities.proposals.enums import (
    AssignmentState,
    ContactMethod,
    Disclosure,
    HandlingRole,
    Phase,
    ProposalKind,
    Satisfaction,
)
from tongxin.activities.proposals.querysets import AssignmentQuerySet, ProposalQuerySet
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


class ProposalRules(models.Model):
    """The limits that a committee has set for its proposals. Working days unless the name says months."""

    committee = models.OneToOneField(Committee, primary_key=True, on_delete=models.PROTECT, related_name="+")
    text_max_characters = models.PositiveIntegerField(_("正文最多字数"), default=2500)
    cosign_days = models.PositiveSmallIntegerField(_("联名期限（工作日）"), default=5)
    revise_days = models.PositiveSmallIntegerField(_("退回修改期限（工作日）"), default=10)
    review_days = models.PositiveSmallIntegerField(_("审查期限（工作日）"), default=10)
    assign_days = models.PositiveSmallIntegerField(_("交办期限（工作日）"), default=10)
    sign_for_days = models.PositiveSmallIntegerField(_("签收或申请退回期限（工作日）"), default=5)
    decline_answer_days = models.PositiveSmallIntegerField(_("答复退回申请期限（工作日）"), default=3)
    reply_months = models.PositiveSmallIntegerField(_("答复期限（月）"), default=3)
    co_opinion_months = models.PositiveSmallIntegerField(_("会办意见期限（月）"), default=1)
    countersign_days = models.PositiveSmallIntegerField(_("会签期限（工作日）"), default=5)
    approve_days = models.PositiveSmallIntegerField(_("签发期限（工作日）"), default=3)
    reply_review_days = models.PositiveSmallIntegerField(_("答复审核期限（工作日）"), default=5)
    rating_days = models.PositiveSmallIntegerField(_("委员反馈期限（工作日）"), default=15)
    rehandle_decision_days = models.PositiveSmallIntegerField(_("决定重新办理期限（工作日）"), default=5)
    rehandle_months = models.PositiveSmallIntegerField(_("重新办理期限（月）"), default=3)
    # The document that these limits come from; printed under every explained date.
    basis = models.CharField(_("依据"), max_length=120, default="", blank=True)

    class Meta:
        db_table = "proposals_rules"


class RejectReason(Owned):
    """A reason for which a proposal is not filed (不予立案)."""

    code = models.CharField(_("编号"), max_length=8)
    text = models.CharField(_("理由"), max_length=120)
    # State secrets: the text must not stay in the system, the form warns before it is saved.
    concerns_secrets = models.BooleanField(_("涉密"), default=False)
    is_active = models.BooleanField(_("在用"), default=True)
    objects = OwnedQuerySet["RejectReason"].as_manager()

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["committee", "code"], name="reason_once")]

    def __str__(self) -> str:
        return self.text


class Topic(Owned):
    """What a proposal is about (类别), as the committee groups them."""

    name = models.CharField(_("名称"), max_length=40)
    order = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(_("在用"), default=True)
    objects = OwnedQuerySet["Topic"].as_manager()

    class Meta:
        ordering: ClassVar = ["order", "name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["committee", "name"], name="topic_once")]

    def __str__(self) -> str:
        return self.name


class ReplyClass(Owned):
    """How far a reply solves what was proposed (解决程度)."""

    code = models.CharField(_("类"), max_length=2)
    label = models.CharField(_("含义"), max_length=60)
    # A promise that is followed until it is kept (跟踪办理).
    is_tracked = models.BooleanField(_("继续跟踪"), default=False)
    is_active = models.BooleanField(_("在用"), default=True)
    objects = OwnedQuerySet["ReplyClass"].as_manager()

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["committee", "code"], name="reply_class_once")
        ]

    def __str__(self) -> str:
        return f"{self.code}　{self.label}"


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
    reject_reason = models.ForeignKey(RejectReason, null=True, on_delete=models.PROTECT, related_name="+")
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    submitted_at = models.DateTimeField(null=True)
    filed_on = models.DateField(null=True)
    assigned_on = models.DateField(null=True)
    replied_on = models.DateField(null=True)
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


class Assignment(Owned):
    """One unit's part in handling a proposal, in one round (交办)."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=10, choices=HandlingRole)
    round = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=20, choices=AssignmentState, default=AssignmentState.ASSIGNED)
    assigned_on = models.DateField(default=clock.today)
    signed_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    # Why the unit asks to be released, and what it was told.
    decline_reason = models.TextField(blank=True, default="")
    # A co-handler's written opinion to the lead.
    opinion = models.TextField(blank=True, default="")
    opinion_on = models.DateField(null=True)
    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["round", "assigned_on", "role", "unit__name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["proposal", "unit", "round"],
                condition=~Q(state="declined"),
                name="one_part_per_unit",
            ),
            models.UniqueConstraint(
                fields=["proposal", "round"],
                condition=Q(role__in=["sole", "lead"]) & ~Q(state="declined"),
                name="one_lead",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "state"])]


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
    comment = models.TextField(_("意见"), blank=True, default="")
    on = models.DateField(default=clock.today)
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    objects = OwnedQuerySet["Rating"].as_manager()
