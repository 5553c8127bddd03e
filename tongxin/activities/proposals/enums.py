"""Words of the proposals room that code compares."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ProposalState(models.TextChoices):
    """Where a proposal stands; ``lifecycle`` says how it gets from one to the next."""

    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("已提交")
    UNDER_REVIEW = "under_review", _("审查中")
    RETURNED = "returned", pgettext_lazy("state", "退回修改")
    WITHDRAWN = "withdrawn", _("已撤案")
    NOT_FILED = "not_filed", pgettext_lazy("state", "不予立案")
    MERGED = "merged", _("已并案")
    CONVERTED = "converted", pgettext_lazy("state", "转社情民意")
    FILED = "filed", _("已立案")
    ASSIGNED = "assigned", _("已交办")
    HANDLING = "handling", _("办理中")
    REPLIED = "replied", _("待委员反馈")
    DISSATISFIED = "dissatisfied", _("委员不满意")
    TRACKING = "tracking", _("跟踪办理")
    CLOSED = "closed", _("已办结")


# Proposals that others can be merged into: examined or handled, and not answered yet.
CAN_LEAD = (
    ProposalState.UNDER_REVIEW,
    ProposalState.FILED,
    ProposalState.ASSIGNED,
    ProposalState.HANDLING,
)


class AssignmentState(models.TextChoices):
    """Where one unit's part stands."""

    ASSIGNED = "assigned", _("待签收")
    DECLINE_REQUESTED = "decline_requested", pgettext_lazy("state", "申请退回")
    DECLINED = "declined", _("已退回")
    HANDLING = "handling", _("办理中")
    COUNTERSIGNING = "countersigning", _("会签中")
    APPROVING = "approving", _("待签发")
    REPLY_REVIEW = "reply_review", _("答复待审核")
    REPLIED = "replied", _("已答复")
    OPINION_GIVEN = "opinion_given", _("已交意见")


class ProposalKind(models.TextChoices):
    """Who proposes."""

    INDIVIDUAL = "individual", _("个人提案")
    JOINT = "joint", _("联名提案")
    PARTY = "party", _("党派提案")
    ORGANIZATION = "organization", _("团体提案")
    SECTOR = "sector", _("界别提案")
    GROUP = "group", _("小组提案")
    SPECIAL_COMMITTEE = "special_committee", _("专委会提案")


class Phase(models.TextChoices):
    """When it was submitted."""

    PLENARY = "plenary", _("大会提案")
    ORDINARY = "ordinary", _("平时提案")


class Disclosure(models.TextChoices):
    """What the proposer agrees to make public."""

    FULL = "full", _("同意全文公开")
    TITLE = "title", _("只公开案由")
    NONE = "none", _("不公开")


class HandlingRole(models.TextChoices):
    """A unit's part in the handling."""

    SOLE = "sole", _("单办")
    LEAD = "lead", _("主办")
    CO = "co", _("会办")
    SEPARATE = "separate", _("分办")


# Units that answer the proposer; a co-handler only gives its opinion to the lead.
ANSWERING_ROLES = frozenset({HandlingRole.SOLE, HandlingRole.LEAD, HandlingRole.SEPARATE})


class ContactMethod(models.TextChoices):
    """How the unit talked with the proposer before replying."""

    VISIT = "visit", _("当面走访")
    PHONE = "phone", _("电话")
    OTHER = "other", _("其他方式")
    NONE = "none", _("没有联系")


class Satisfaction(models.TextChoices):
    """One axis of a proposer's rating."""

    SATISFIED = "satisfied", _("满意")
    BASICALLY = "basically", _("基本满意")
    DISSATISFIED = "dissatisfied", _("不满意")


class MergedCounting(models.TextChoices):
    """Whether proposals that were merged into others count as filed."""

    NUMBERED = "numbered", _("自己有提案号的计入")
    ALL = "all", _("全部计入")
    APART = "apart", _("全部另列")


class RatingAxis(models.TextChoices):
    """A question of the rating form."""

    ATTITUDE = "attitude", _("对办理工作")
    RESULT = "result", _("对办理结果")
    VISIT = "visit", _("走访情况")
    CONTACT = "contact", _("听取意见方式")
