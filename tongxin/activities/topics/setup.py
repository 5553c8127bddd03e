"""What every committee needs before its first topic: limits, categories, reasons."""

from __future__ import annotations

from django.db import transaction

from tongxin.activities.topics.models import DeclineReason, TopicCategory, TopicRules
from tongxin.foundation.core import tenancy
from tongxin.foundation.organization.models import Committee

# The first three are those of 天水市; the rest are what councils of villages and communities talk about.
CATEGORIES = (
    "征地拆迁",
    "乡村治理",
    "低保调整",
    "道路照明",
    "供水排水",
    "环境卫生",
    "产业发展",
    "养老托幼",
    "物业管理",
    "邻里纠纷",
    "其他",
)
# What a contributor reads when a topic is not taken up.
REASONS = (
    "不属于协商议事的范围，请向有关部门反映",
    "正在诉讼、仲裁或者信访办理中",
    "内容不具体，看不出是什么事、在什么地方",
    "涉及他人隐私或者没有根据的指责",
    "广告或者与本地无关",
)


@transaction.atomic
def install() -> None:
    """Give each new committee its defaults; what staff edited stays as it is."""
    ids = list(Committee.objects.values_list("pk", flat=True))
    with tenancy.scope(ids):
        have = set(TopicRules.objects.values_list("committee_id", flat=True))
        new = [pk for pk in ids if pk not in have]
        TopicRules.objects.bulk_create(TopicRules(committee_id=pk) for pk in new)
        TopicCategory.objects.bulk_create(
            TopicCategory(committee_id=pk, name=name, order=n)
            for pk in new
            for n, name in enumerate(CATEGORIES)
        )
        DeclineReason.objects.bulk_create(
            DeclineReason(committee_id=pk, text=text) for pk in new for text in REASONS
        )
