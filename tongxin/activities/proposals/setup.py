"""What every committee needs before its first proposal: limits, reasons, reply classes, topics."""

from __future__ import annotations

from django.db import transaction

from tongxin.activities.proposals.models import (
    ProposalRules,
    RatingChoice,
    RejectReason,
    ReplyClass,
    Topic,
)
from tongxin.foundation.core import tenancy
from tongxin.foundation.organization.models import Committee

# The ten national grounds (requirements.md §2.1), and two that working systems add.
REASONS = (
    ("01", "涉及党和国家秘密"),
    ("02", "国家明令禁止"),
    ("03", "中共党员对党内有关组织、人事安排等方面有意见"),
    ("04", "民主党派成员反映本组织内部问题"),
    ("05", "进入民事、刑事、行政诉讼或仲裁程序"),
    ("06", "属于学术研讨"),
    ("07", "为本人或亲属解决个人问题"),
    ("08", "宣传、推介具体作品、产品"),
    ("09", "指名举报"),
    ("10", "内容空泛、没有具体建议"),
    ("11", "一事多案或与已立案提案重复"),
    ("12", "不属于本级党委、政府及有关单位职责范围"),
)
_ABOUT_SECRETS = "01"
# As Gansu grades replies; B is a promise that is followed.
REPLY_CLASSES = (
    ("A", "已解决或采纳", False),
    ("B", "计划解决或准备采纳", True),
    ("C", "留作参考", False),
)
TOPICS = (
    "农业农村",
    "工业经济",
    "财贸金融",
    "城乡建设",
    "交通能源",
    "科技教育",
    "文化体育旅游",
    "医药卫生",
    "社会民生",
    "生态环保",
    "政法统战",
    "其他",
)
# The form on which proposers answer (征询意见表): question, answer, what it amounts to. A committee words it
# as it likes (理解, 同意, 保留 …); two axes and their three grades stay.
RATING_CHOICES = (
    ("attitude", "满意", "satisfied"),
    ("attitude", "基本满意", "basically"),
    ("attitude", "不满意", "dissatisfied"),
    ("result", "满意", "satisfied"),
    ("result", "基本满意", "basically"),
    ("result", "不满意", "dissatisfied"),
    ("visit", "已走访", ""),
    ("visit", "委员提出不需走访", ""),
    ("visit", "未走访", ""),
    ("contact", "当面走访", ""),
    ("contact", "电话", ""),
    ("contact", "其他方式", ""),
    ("contact", "未联系", ""),
)


@transaction.atomic
def install() -> None:
    """Give every committee that has none its default limits, reasons, reply classes and topics.

    A committee that keeps a table of its own, however short, is left alone.
    """
    ids = list(Committee.objects.values_list("pk", flat=True))
    with tenancy.scope(ids):
        _limits(ids)
        _reasons(ids)
        _classes(ids)
        _topics(ids)
        _rating_choices(ids)


def _without(
    model: type[ProposalRules | RatingChoice | RejectReason | ReplyClass | Topic], ids: list[int]
) -> list[int]:
    have = set(model._default_manager.order_by().values_list("committee_id", flat=True).distinct())  # noqa: SLF001
    return [pk for pk in ids if pk not in have]


def _limits(ids: list[int]) -> None:
    ProposalRules.objects.bulk_create(ProposalRules(committee_id=pk) for pk in _without(ProposalRules, ids))


def _reasons(ids: list[int]) -> None:
    RejectReason.objects.bulk_create(
        RejectReason(committee_id=pk, code=code, text=text, concerns_secrets=code == _ABOUT_SECRETS)
        for pk in _without(RejectReason, ids)
        for code, text in REASONS
    )


def _classes(ids: list[int]) -> None:
    ReplyClass.objects.bulk_create(
        ReplyClass(committee_id=pk, code=code, label=label, is_tracked=tracked)
        for pk in _without(ReplyClass, ids)
        for code, label, tracked in REPLY_CLASSES
    )


def _topics(ids: list[int]) -> None:
    Topic.objects.bulk_create(
        Topic(committee_id=pk, name=name, order=order)
        for pk in _without(Topic, ids)
        for order, name in enumerate(TOPICS, 1)
    )


def _rating_choices(ids: list[int]) -> None:
    RatingChoice.objects.bulk_create(
        RatingChoice(committee_id=pk, axis=axis, label=label, grade=grade, order=order)
        for pk in _without(RatingChoice, ids)
        for order, (axis, label, grade) in enumerate(RATING_CHOICES, 1)
    )
