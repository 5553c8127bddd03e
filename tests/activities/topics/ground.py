"""Topics to test with, each made by the real actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tongxin.activities.topics.actions import deciding, entering
from tongxin.activities.topics.actions.entering import Entry
from tongxin.activities.topics.actions.receiving import Saying, receive_saying
from tongxin.activities.topics.models import Topic, Voice
from tongxin.activities.topics.receipts import receipt_index

if TYPE_CHECKING:
    from tests.village import Village
    from tongxin.foundation.organization.models import Node

LAMP = "村口到学校的六盏路灯坏了两个月，孩子放学看不见路。"


def said(village: Village, text: str = LAMP, *, node: Node | None = None, contact: str = "") -> Voice:
    """What somebody of the public said at the village's room."""
    committee_id = village.house.committee.pk
    with village.house.at_work():
        receipt = receive_saying(
            committee_id=committee_id,
            saying=Saying(nonce=uuid4(), text=text, contact=contact),
            node=node or village.room,
        )
        return Voice.objects.select_related("topic__matter").get(
            receipt_index=receipt_index(committee_id, receipt)
        )


def entered(village: Village, title: str = "拓宽村口道路", *, by: str = "staff", **more: Any) -> Topic:
    """A topic that somebody wrote down."""
    rest = {"channel": "party_gov", "raised_by": "县政府办", "text": f"{title}，请议一议。", **more}
    with village.house.at_work():
        return entering.enter_topic(actor=village.house.actor(by), entry=Entry(title=title, **rest))


def accepted(village: Village, title: str = "拓宽村口道路", **more: Any) -> Topic:
    """A topic on the list of topics."""
    made = entered(village, title, **more)
    with village.house.at_work():
        return deciding.accept_topic(actor=village.house.actor("staff"), topic=made)


def now(village: Village, topic: Topic) -> Topic:
    """The topic as it is now."""
    with village.house.at_work():
        return Topic.objects.select_related("matter", "node", "merged_into").get(pk=topic.pk)
