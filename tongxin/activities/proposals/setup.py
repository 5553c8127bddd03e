"""What every committee needs before its first proposal: reasons, classes, topics, limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.activities.proposals.models import ProposalRules, RejectReason, ReplyClass, Topic
from tongxin.foundation.core import tenancy
from tongxin.foundation.organization.models import Committee

if TYPE_CHECKING:
    from collections.abc import Iterable

# Grounds 1 to 10 are the national regulation's; committees add their own, usually to twelve.
REASONS = (
    "涉及党和国家秘密的",
    "国家明令禁止的",
    "中共党员对党内有关组织、人事安排等方面有意见的",
    "民主党派成员反映本组织内部问题的",
    "进入民事、刑事、行政诉讼或者仲裁程序的",
    "属于学术研讨的",
    "为本人或者亲属解决个人问题的",
    "宣传、推介具体作品、产品的",
    "指名举报的",
    "内容空泛、没有具体建议的",
    "不属于本级职权范围的",
    "同一事项正在办理或者已经解决的",
)
# Gansu's classes; B is followed until the promise is kept.
REPLY_CLASSES = (("A", "已解决或采纳", False), ("B", "计划解决或准备采纳", True), ("C", "留作参考", False))
TOPICS = ("农业农村", "工业经济", "城乡建设", "科教文卫体", "社会民生", "生态环保", "政法统战")


def install() -> None:
    """Give each committee that has none its reasons, classes, topics and limits; change nothing else."""
    ids = list(Committee.objects.values_list("pk", flat=True))
    with tenancy.scope(ids):
        missing = _without(RejectReason, ids)
        RejectReason.objects.bulk_create(
            RejectReason(committee_id=c, code=f"{n:02d}", text=text, concerns_secrets=n == 1)
            for c in missing
            for n, text in enumerate(REASONS, 1)
        )
        ReplyClass.objects.bulk_create(
            ReplyClass(committee_id=c, code=code, label=label, is_tracked=tracked)
            for c in _without(ReplyClass, ids)
            for code, label, tracked in REPLY_CLASSES
        )
        Topic.objects.bulk_create(
            Topic(committee_id=c, name=name, order=n)
            for c in _without(Topic, ids)
            for n, name in enumerate(TOPICS, 1)
        )
        ProposalRules.objects.bulk_create(
            ProposalRules(committee_id=c) for c in _without(ProposalRules, ids)
        )


def _without(
    model: type[RejectReason | ReplyClass | Topic | ProposalRules], ids: Iterable[int]
) -> list[int]:
    have = set(model._default_manager.values_list("committee_id", flat=True))  # noqa: SLF001 (any manager)
    return [c for c in ids if c not in have]
