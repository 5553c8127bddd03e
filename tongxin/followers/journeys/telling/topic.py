"""What became of a topic, in public words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.activities.topics.enums import PassedTo, TopicState
from tongxin.followers.journeys.telling.step import DONE, HALT, NOW, PublicStep

if TYPE_CHECKING:
    from datetime import date

    from tongxin.activities.topics.models import Topic

_TAKEN_UP = (TopicState.ACCEPTED, TopicState.DELIBERATING, TopicState.DONE)


def tell(topic: Topic, *, taken_up_on: date | None = None) -> list[PublicStep]:
    """Return how it was decided about the topic. What follows from it are matters of their own.

    Args:
        topic: the topic. ``decided_on`` is the day of the last decision.
        taken_up_on: the day on which it was taken up or passed on; the last decision when not given.
    """
    state = topic.state
    first = taken_up_on or topic.decided_on
    if state == TopicState.PASSED_ON or (state == TopicState.DONE and topic.passed_to):
        detail = topic.outcome if state == TopicState.PASSED_ON else ""
        return [PublicStep(DONE, first, _passed_on(topic), detail)]
    if state in _TAKEN_UP:
        # The title is the contributor's own and may name people; what stands here was written for everybody.
        about = _("议题是「{title}」。").format(title=topic.public_title) if topic.public_title else ""
        return [PublicStep(DONE, first, _("列为议题"), about)]
    if state == TopicState.MERGED:
        words = _("和同一件事合在一起")
        return [PublicStep(DONE, topic.decided_on, words, _("别人也说了这件事，合在一起办。"))]
    if state == TopicState.ANSWERED:
        return [PublicStep(DONE, topic.decided_on, _("直接答复您"), topic.outcome)]
    if state == TopicState.DECLINED:
        return [PublicStep(HALT, topic.decided_on, _("没有列为议题"), _why_not(topic))]
    return [PublicStep(NOW, None, _("等待受理"), _("工作人员看过以后，会在这里告诉您怎么办。"))]


def tell_end(topic: Topic) -> list[PublicStep]:
    """Return the last step, where the topic has come to its end after it was taken up."""
    if topic.state != TopicState.DONE:
        return []
    return [PublicStep(DONE, topic.matter.closed_on, _("办结"), topic.outcome)]


def tell_waiting(topic: Topic) -> list[PublicStep]:
    """Return what is waited for, where nothing that the topic led to says so."""
    words = {
        TopicState.ACCEPTED: _("等着安排协商"),
        TopicState.DELIBERATING: _("正在协商，还没有结果"),
        TopicState.PASSED_ON: _("等办理结果"),
    }.get(TopicState(topic.state))
    return [PublicStep(NOW, None, words)] if words else []


def _passed_on(topic: Topic) -> str:
    if topic.passed_to == PassedTo.UNIT and topic.unit:
        return _("转给{unit}办理").format(unit=topic.unit.name)
    if topic.passed_to == PassedTo.PROPOSAL:
        return _("作为提案线索转给政协委员")
    if topic.passed_to == PassedTo.OPINION:
        return _("作为社情民意信息向上反映")
    return _("转给有关单位办理")


def _why_not(topic: Topic) -> str:
    reason = str(topic.decline_reason) if topic.decline_reason else ""
    if reason in topic.outcome:
        # The office's words begin with the reason.
        reason = ""
    said = [s.strip().rstrip("。") + "。" for s in (reason, topic.outcome) if s.strip()]
    return "".join(said)
