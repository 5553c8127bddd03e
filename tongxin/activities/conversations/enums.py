"""Words of the conversations room that code compares."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ConversationState(models.TextChoices):
    """Where a conversation stands."""

    DRAFT = "draft", _("正在准备")
    OPEN = "open", _("正在进行")
    CLOSED = "closed", _("已结束")
    CANCELLED = "cancelled", _("已停止")


class Circle(models.TextChoices):
    """Who may take part."""

    PUBLIC = "public", _("所有人，扫码参加，不用登录")
    MEMBERS = "members", _("本会委员")
    LIST = "list", _("名单上的委员")


class StatementState(models.TextChoices):
    """Where a statement stands."""

    PENDING = "pending", _("待审核")
    PUBLISHED = "published", _("已公布")
    REJECTED = "rejected", _("未公布")
    MERGED = "merged", _("并入相近看法")
    # It was published, and votes on it count no more.
    WITHDRAWN = "withdrawn", _("已撤下")


class Answer(models.IntegerChoices):
    """What somebody says of a statement."""

    AGREE = 1, _("赞成")
    DISAGREE = -1, _("不赞成")
    PASS = 0, _("不好说")
