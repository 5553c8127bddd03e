"""Words of the grass-roots room that code compares."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SessionState(models.TextChoices):
    """Where a deliberation session stands."""

    PLANNED = "planned", _("筹备中")
    ANNOUNCED = "announced", _("已公告")
    HELD = "held", _("正在记录")
    RECORDED = "recorded", _("已归档")
    CANCELLED = "cancelled", _("已取消")


class ProblemState(models.TextChoices):
    """Where a problem that was agreed to be solved stands."""

    OPEN = "open", _("待办")
    UNDER_WAY = "under_way", _("正在办")
    REPORTED = "reported", _("报已解决")
    SOLVED = "solved", _("已解决")
    NOT_POSSIBLE = "not_possible", _("暂时办不了")


class Side(models.TextChoices):
    """On which side somebody sits at the table (各方圆桌)."""

    HOST = "host", _("主持")
    MEMBER = "member", _("政协委员")
    PARTY = "party", _("利益相关方")
    MASSES = "masses", _("群众代表")
    UNIT = "unit", _("部门单位")
    EXPERT = "expert", _("专业人士")


class Presence(models.TextChoices):
    """Whether somebody who was invited came."""

    INVITED = "invited", _("已邀请")
    COMING = "coming", _("能参加")
    LEAVE = "leave", _("请假")
    PRESENT = "present", _("到会")
    ABSENT = "absent", _("未到")


class HowPresent(models.TextChoices):
    """How it became known that somebody was there."""

    SCAN = "scan", _("扫码签到")
    DESK = "desk", _("签到台登记")
    LEDGER = "ledger", _("台账补录")
