"""Words of the topics room that code compares."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """Where a topic comes from: the four channels (四个渠道)."""

    PARTY_GOV = "party_gov", _("党政点")
    MEMBER = "member", _("委员荐")
    MASS = "mass", _("群众提")
    ONLINE = "online", _("网络征")


class TopicState(models.TextChoices):
    """Where a topic stands."""

    COLLECTED = "collected", _("待受理")
    ACCEPTED = "accepted", _("列为议题")
    DELIBERATING = "deliberating", _("正在协商")
    DONE = "done", _("已办结")
    MERGED = "merged", _("并入同类议题")
    ANSWERED = "answered", _("直接答复")
    PASSED_ON = "passed_on", _("转交办理")
    DECLINED = "declined", _("不予受理")


class PassedTo(models.TextChoices):
    """To what a topic was passed on."""

    OPINION = "opinion", _("社情民意信息")
    PROPOSAL = "proposal", _("提案线索")
    UNIT = "unit", _("有关单位")


class ListState(models.TextChoices):
    """Where an annual list of topics stands."""

    DRAFT = "draft", _("正在拟定")
    VOTING = "voting", _("正在投票")
    CLOSED = "closed", _("投票已截止")
    DECIDED = "decided", _("已确定")
