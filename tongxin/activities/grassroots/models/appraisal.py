"""The yearly appraisal of workstations, the subsidy, and the head's report (考核、奖补、述职)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongxin.foundation.organization.models import Node, Owned, OwnedQuerySet


class AppraisalScheme(Owned):
    """How workstations are appraised in one year, and the money that is shared out (考核办法)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("正在制定")
        OPEN = "open", _("自评和核查")
        APPROVED = "approved", _("已审定")

    class Sharing(models.TextChoices):
        BY_SCORE = "by_score", _("按得分分配")
        BY_GRADE = "by_grade", _("按等次分配")

    year = models.PositiveSmallIntegerField(_("年度"))
    name = models.CharField(_("名称"), max_length=80)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    budget_yuan = models.DecimalField(_("奖补资金（元）"), max_digits=12, decimal_places=2, default=0)
    sharing = models.CharField(_("怎样分配"), max_length=8, choices=Sharing, default=Sharing.BY_SCORE)
    # Awards are rounded down to so many yuan and the rest is left; 0 shares out everything to the fen.
    round_to_yuan = models.PositiveSmallIntegerField(_("取整到（元）"), default=0)
    self_score_until = models.DateField(_("自评截止日期"), null=True, blank=True)
    approved_on = models.DateField(null=True, blank=True)
    decision = models.CharField(_("审定（会议、文号）"), max_length=120, blank=True, default="")
    approved_by_name = models.CharField(max_length=60, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    objects = OwnedQuerySet["AppraisalScheme"].as_manager()

    class Meta:
        ordering: ClassVar = ["-year"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["committee", "year"], name="appraisal_once_a_year"),
            models.CheckConstraint(condition=Q(budget_yuan__gte=0), name="budget_not_negative"),
        ]


class AppraisalItem(Owned):
    """One item of a scheme: at most so many points, with or without evidence."""

    scheme = models.ForeignKey(AppraisalScheme, on_delete=models.CASCADE, related_name="items")
    name = models.CharField(_("考核内容"), max_length=120)
    points_most = models.DecimalField(_("满分"), max_digits=5, decimal_places=1)
    needs_evidence = models.BooleanField(_("要写依据"), default=True)
    # A figure of the station that is shown beside it, so that nobody copies numbers.
    figure = models.CharField(max_length=60, blank=True, default="")
    order = models.PositiveSmallIntegerField(default=0)
    objects = OwnedQuerySet["AppraisalItem"].as_manager()

    class Meta:
        ordering: ClassVar = ["order", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scheme", "name"], name="appraisal_item_once"),
            models.CheckConstraint(condition=Q(points_most__gt=0), name="item_has_points"),
        ]


class Grade(Owned):
    """A grade (等次) from so many points on, and how heavily it weighs when money is shared by grade."""

    scheme = models.ForeignKey(AppraisalScheme, on_delete=models.CASCADE, related_name="grades")
    name = models.CharField(_("等次"), max_length=20)
    points_least = models.DecimalField(_("起点分"), max_digits=5, decimal_places=1)
    # At most this many stations; 0 for no limit.
    places_most = models.PositiveSmallIntegerField(_("名额（0为不限）"), default=0)
    weight = models.DecimalField(_("分配权重"), max_digits=5, decimal_places=2, default=1)
    objects = OwnedQuerySet["Grade"].as_manager()

    class Meta:
        ordering: ClassVar = ["-points_least"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scheme", "name"], name="grade_once"),
            models.CheckConstraint(condition=Q(weight__gte=0), name="grade_weight_not_negative"),
        ]


class StationScore(Owned):
    """One workstation in one scheme, from its own scoring to the award."""

    class State(models.TextChoices):
        OPEN = "open", _("待自评")
        SUBMITTED = "submitted", _("已自评")
        CHECKED = "checked", _("已核查")
        APPROVED = "approved", _("已审定")

    scheme = models.ForeignKey(AppraisalScheme, on_delete=models.CASCADE, related_name="scores")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="scores")
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    self_total = models.DecimalField(max_digits=6, decimal_places=1, default=0)
    checked_total = models.DecimalField(max_digits=6, decimal_places=1, default=0)
    grade = models.ForeignKey(Grade, null=True, blank=True, on_delete=models.PROTECT, related_name="scores")
    award_yuan = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    submitted_by_name = models.CharField(max_length=60, blank=True, default="")
    checked_by_name = models.CharField(max_length=60, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    objects = OwnedQuerySet["StationScore"].as_manager()

    class Meta:
        ordering: ClassVar = ["-checked_total", "node__name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scheme", "node"], name="station_scored_once"),
            models.CheckConstraint(condition=Q(award_yuan__gte=0), name="award_not_negative"),
        ]


class ItemScore(Owned):
    """The points of one station for one item: its own, and those after the check."""

    score = models.ForeignKey(StationScore, on_delete=models.CASCADE, related_name="items")
    item = models.ForeignKey(AppraisalItem, on_delete=models.CASCADE, related_name="+")
    self_points = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    evidence = models.CharField(_("依据"), max_length=300, blank=True, default="")
    checked_points = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    remark = models.CharField(_("核查说明"), max_length=200, blank=True, default="")
    objects = OwnedQuerySet["ItemScore"].as_manager()

    class Meta:
        ordering: ClassVar = ["item__order", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["score", "item"], name="item_scored_once")]


class StationReport(Owned):
    """The yearly report of a workstation's head (站长述职)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("正在写")
        SUBMITTED = "submitted", _("已提交")
        REVIEWED = "reviewed", _("已评议")
        ARCHIVED = "archived", _("已归档")

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="reports")
    year = models.PositiveSmallIntegerField(_("年度"))
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    head_name = models.CharField(_("站长"), max_length=60, blank=True, default="")
    text = models.TextField(_("述职报告"), blank=True, default="")
    # What the figures were when it was submitted; shown beside what they are today.
    figures = models.JSONField(default=dict)
    points = models.DecimalField(_("评议得分"), max_digits=5, decimal_places=1, null=True, blank=True)
    review = models.TextField(_("评议意见"), blank=True, default="")
    submitted_on = models.DateField(null=True, blank=True)
    reviewed_on = models.DateField(null=True, blank=True)
    reviewed_by_name = models.CharField(max_length=60, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    objects = OwnedQuerySet["StationReport"].as_manager()

    class Meta:
        ordering: ClassVar = ["-year"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["node", "year"], name="station_report_once_a_year")
        ]
