"""What a committee sets for its topics: limits, categories, reasons."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongxin.foundation.organization.models import Committee, Owned, OwnedQuerySet


class TopicRules(models.Model):
    """The limits that a committee has set for topics and for what the public says."""

    committee = models.OneToOneField(Committee, primary_key=True, on_delete=models.PROTECT, related_name="+")
    intake_days = models.PositiveSmallIntegerField(_("受理期限（工作日）"), default=10)
    text_max_characters = models.PositiveIntegerField(_("群众意见最多字数"), default=500)
    # How many new groups of sayings one place takes in within ten minutes before the rest waits apart.
    flood_most = models.PositiveSmallIntegerField(
        _("一处十分钟内最多新增几类意见（超出的另放待甄别）"), default=20
    )
    contact_days = models.PositiveSmallIntegerField(_("办结后联系方式保留天数"), default=30)
    # The sentence on the wall and on the form.
    notice = models.CharField(_("提示"), max_length=200, blank=True, default="")

    class Meta:
        db_table = "topics_rules"


class TopicCategory(Owned):
    """What a topic is about (征地拆迁、乡村治理、低保调整 …)."""

    name = models.CharField(_("名称"), max_length=40)
    order = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(_("在用"), default=True)
    objects = OwnedQuerySet["TopicCategory"].as_manager()

    class Meta:
        ordering: ClassVar = ["order", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["committee", "name"], name="topic_category_once")
        ]

    def __str__(self) -> str:
        return self.name


class DeclineReason(Owned):
    """A reason for which a topic is not taken up, in the words that its contributor reads."""

    text = models.CharField(_("理由"), max_length=120)
    is_active = models.BooleanField(_("在用"), default=True)
    objects = OwnedQuerySet["DeclineReason"].as_manager()

    class Meta:
        ordering: ClassVar = ["text"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["committee", "text"], name="decline_reason_once")
        ]

    def __str__(self) -> str:
        return self.text
