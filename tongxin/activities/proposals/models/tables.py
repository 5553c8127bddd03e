"""What a committee sets for its proposals: limits, reasons, topics, classes, the form of the rating."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongxin.activities.proposals.enums import MergedCounting, RatingAxis, Satisfaction
from tongxin.foundation.core import clock
from tongxin.foundation.organization.models import Committee, Owned, OwnedQuerySet


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
    text_min_characters = models.PositiveIntegerField(_("正文最少字数（不足只提醒）"), default=150)
    decline_days = models.PositiveSmallIntegerField(_("申请退回期限（工作日，从交办起）"), default=5)
    conversion_days = models.PositiveSmallIntegerField(_("答复是否转社情民意期限（工作日）"), default=5)
    hand_on_days = models.PositiveSmallIntegerField(_("归口单位转交期限（工作日）"), default=5)
    extension_answer_days = models.PositiveSmallIntegerField(_("答复延期申请期限（工作日）"), default=3)
    # With every extension, counted from the hand-over.
    reply_months_most = models.PositiveSmallIntegerField(_("经批准延长后最长答复期限（月）"), default=6)
    lookback_months = models.PositiveSmallIntegerField(_("办结后多久回头看（月）"), default=12)
    # 1: the reviewers decide; 2: a pre-review first (预审); 3: pre-review and second review (复审).
    review_stages = models.PositiveSmallIntegerField(
        _("审查几道"), default=1, validators=[MaxValueValidator(3)]
    )
    # A collective proposal is handed in with the page that bears its stamp or its convenor's signature.
    needs_stamp = models.BooleanField(_("集体提案要附盖章或签名页"), default=True)
    # Some kinds are taken only until the session's cut-off.
    sector_only_in_session = models.BooleanField(_("界别提案只在大会期间"), default=True)
    group_only_in_session = models.BooleanField(_("小组提案只在大会期间"), default=True)
    merged_counting = models.CharField(
        _("并案提案怎样计入立案数"),
        max_length=8,
        choices=MergedCounting,
        default=MergedCounting.NUMBERED,
    )
    key_share_percent = models.DecimalField(_("重点提案占比（%）"), max_digits=4, decimal_places=1, default=5)
    outstanding_share_percent = models.DecimalField(
        _("优秀提案占比（%）"), max_digits=4, decimal_places=1, default=5
    )
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


class RatingChoice(Owned):
    """One answer that the rating form (征询意见表) offers to one of its questions."""

    axis = models.CharField(_("问题"), max_length=8, choices=RatingAxis)
    label = models.CharField(_("选项"), max_length=30)
    # What the answer means for the proposal; empty where it is only noted (visit, contact).
    grade = models.CharField(_("相当于"), max_length=12, choices=Satisfaction, blank=True, default="")
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)
    is_active = models.BooleanField(_("在用"), default=True)
    objects = OwnedQuerySet["RatingChoice"].as_manager()

    class Meta:
        ordering: ClassVar = ["axis", "order", "label"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["committee", "axis", "label"], name="rating_choice_once"),
            models.CheckConstraint(
                condition=models.Q(axis__in=["visit", "contact"]) | ~models.Q(grade=""),
                name="axis_answer_has_grade",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class ReviewGroup(Owned):
    """Reviewers who examine the proposals of some topics (审查小组)."""

    name = models.CharField(_("名称"), max_length=40)
    topics = models.ManyToManyField(Topic, through="ReviewGroupTopic", related_name="review_groups")
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, through="ReviewGroupPlace", related_name="+")
    is_active = models.BooleanField(_("在用"), default=True)
    objects = OwnedQuerySet["ReviewGroup"].as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["committee", "name"], name="review_group_once")
        ]

    def __str__(self) -> str:
        return self.name


class ReviewGroupTopic(Owned):
    """A topic that falls to a review group. A topic falls to one group."""

    group = models.ForeignKey(ReviewGroup, on_delete=models.CASCADE)
    topic = models.OneToOneField(Topic, on_delete=models.CASCADE, related_name="review_place")


class ReviewGroupPlace(Owned):
    """Somebody's place in a review group."""

    group = models.ForeignKey(ReviewGroup, on_delete=models.CASCADE, related_name="places")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["group", "user"], name="review_place_once")]


class QualityRule(Owned):
    """A document with rules for better proposals (提高提案质量的规范性文件)."""

    title = models.CharField(_("名称"), max_length=120)
    number = models.CharField(_("文号"), max_length=60, blank=True, default="")
    issued_on = models.DateField(_("印发日期"))
    ended_on = models.DateField(_("废止日期"), null=True, blank=True)
    objects = OwnedQuerySet["QualityRule"].as_manager()

    class Meta:
        ordering: ClassVar = ["-issued_on", "title"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["committee", "title"], name="quality_rule_once")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_standing(self) -> bool:
        """Whether it holds today."""
        return self.ended_on is None or self.ended_on > clock.today()
