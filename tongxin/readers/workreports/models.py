"""Work reports: sections of text whose numbers bear codes, and what the numbers were when it was signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongxin.foundation.core import clock
from tongxin.foundation.core.periods import Period, span_of
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Owned, OwnedQuerySet
from tongxin.readers.statistics.models import NumberCode

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor

LONGEST_SENTENCE = 400


class SentenceTemplate(Owned):
    """A sentence that a report is drafted from, as a committee wrote it; ``templates.py`` has the usual ones.

    ``全年开展协商议事活动{grassroots.sessions}，…``: a figure in braces becomes its number with its code.
    """

    area = models.CharField(_("部分"), max_length=24)
    order = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(_("句子"), max_length=LONGEST_SENTENCE)
    is_active = models.BooleanField(_("在用"), default=True)
    objects = OwnedQuerySet["SentenceTemplate"].as_manager()

    class Meta:
        ordering: ClassVar = ["area", "order"]
        indexes: ClassVar = [models.Index(fields=["committee", "area", "order"])]


class WorkReportQuerySet(OwnedQuerySet["WorkReport"]):
    """Reports, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Return those that this person may read: the office and its leaders all, the auditor signed ones."""
        found = super().visible_to(actor)
        if actor.has(Role.STAFF, Role.LEADER):
            return found
        return found.filter(state="signed") if actor.has(Role.AUDITOR) else found.none()


class WorkReport(Owned):
    """A report of a span: drafted from figures, edited by a person, checked, and signed."""

    class Form(models.TextChoices):
        OFFICIAL = "official", _("工作报告（公文格式）")
        ARTICLE = "article", _("报纸文章（一、二、三）")

    class State(models.TextChoices):
        DRAFT = "draft", _("起草中")
        SIGNED = "signed", _("已签发")

    title = models.CharField(_("标题"), max_length=120)
    form = models.CharField(_("形式"), max_length=10, choices=Form, default=Form.OFFICIAL)
    since = models.DateField(_("从"))
    until = models.DateField(_("到"))
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    # 华政协发〔2022〕1号
    number = models.CharField(_("发文字号"), max_length=40, blank=True, default="")
    opening = models.TextField(_("开头"), blank=True, default="")
    closing = models.TextField(_("结尾"), blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=60)
    made_on = models.DateField(default=clock.today)
    signed_on = models.DateField(null=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_by_name = models.CharField(_("签发人"), max_length=60, blank=True, default="")
    objects = WorkReportQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-until", "-made_on"]

    def __str__(self) -> str:
        return self.title

    @property
    def period(self) -> Period:
        """The span that it is of."""
        return span_of(self.since, self.until)


class Section(Owned):
    """A part of a report. Numbers in its text bear their codes: ``530场次〔T26-0042〕``."""

    report = models.ForeignKey(WorkReport, on_delete=models.CASCADE, related_name="sections")
    order = models.PositiveSmallIntegerField(default=0)
    area = models.CharField(max_length=24, blank=True, default="")
    heading = models.CharField(_("标题"), max_length=80)
    text = models.TextField(_("正文"), blank=True, default="")
    objects = OwnedQuerySet["Section"].as_manager()

    class Meta:
        ordering: ClassVar = ["order"]


class TypedNumber(Owned):
    """A number that a person typed, and where they have it from; without that a report is not signed."""

    report = models.ForeignKey(WorkReport, on_delete=models.CASCADE, related_name="typed")
    # As it stands in the text, with some words around it, so that the same number elsewhere is another.
    text = models.CharField(max_length=80)
    source = models.CharField(_("依据"), max_length=120)
    by_name = models.CharField(max_length=60)
    on = models.DateField(default=clock.today)
    objects = OwnedQuerySet["TypedNumber"].as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["report", "text"], name="typed_once")]


class FrozenNumber(Owned):
    """A number of a signed report, and the rows that were behind it on that day."""

    report = models.ForeignKey(WorkReport, on_delete=models.CASCADE, related_name="frozen")
    code = models.ForeignKey(NumberCode, on_delete=models.PROTECT, related_name="frozen")
    value = models.DecimalField(max_digits=18, decimal_places=2)
    printed = models.CharField(max_length=60)
    # The things that were counted, in no order; of a share, the part.
    # As text, because places are known by their area codes.
    row_ids = ArrayField(models.CharField(max_length=40))
    objects = OwnedQuerySet["FrozenNumber"].as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["report", "code"], name="frozen_once")]
