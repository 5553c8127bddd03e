"""Writing topics down that came by word of mouth, by letter, on paper, or from a member."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.topics.actions.moving import start_intake, tell_waiting, who_decides
from tongxin.activities.topics.actions.receiving import SaidOtherwise, Saying, receive_saying
from tongxin.activities.topics.enums import Channel, TopicState
from tongxin.activities.topics.models import Topic, Voice
from tongxin.activities.topics.paper import new_form_number, nonce_of, read_form_number, receipt_on_slip
from tongxin.activities.topics.permissions import can_enter_for, can_recommend
from tongxin.activities.topics.receipts import receipt_index
from tongxin.capabilities.matters.actions import move_matter, open_matter, take_part
from tongxin.capabilities.matters.models import Participation, TimelineEntry
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused, ensure, require
from tongxin.foundation.core.fingerprints import fingerprint
from tongxin.foundation.organization.models import Member

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from tongxin.activities.topics.models import TopicCategory
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Node

_PARTIES = TimelineEntry.Audience.PARTIES
MOST_FORMS = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """A topic as somebody wrote it down.

    Attributes:
        raised_by: the office that names it, where a Party or government body does.
        member: who recommends it, where a member does.
        on: the day on which it was raised.
    """

    channel: str
    title: str
    text: str
    node: Node | None = None
    category: TopicCategory | None = None
    raised_by: str = ""
    member: Member | None = None
    on: date | None = None
    urgent: bool = False


@transaction.atomic
def enter_topic(*, actor: Actor, entry: Entry) -> Topic:
    """Write down a topic from one of the four channels; it waits for a decision like any other.

    Raises:
        PermissionDenied: actor enters nothing for this place.
        Refused: it says nothing, or the day lies ahead.
    """
    require(can_enter_for(actor, entry.node), because=_("您只能录入自己网点的议题。"))
    topic = open_topic(actor=actor, entry=entry)
    who = who_decides(actor, topic)
    move_matter(
        actor=actor,
        matter=topic.matter,
        verb="enter",
        text=f"录入（{Channel(entry.channel).label}）",
        who=who,
        audience=_PARTIES,
    )
    start_intake(topic)
    tell_waiting(actor=actor, topic=topic)
    return topic


@transaction.atomic
def recommend_topic(*, actor: Actor, title: str, text: str, node: Node | None = None) -> Topic:
    """Recommend a topic as a member; it counts as a part taken by them.

    Raises:
        PermissionDenied: actor is no member here, or the place is another committee's.
        Refused: it says nothing.
    """
    require(can_recommend(actor), because=_("推荐议题的是本会委员。"))
    require(node is None or node.committee_id == actor.committee_id, because=_("这个网点不在本会。"))
    member = Member.objects.get(pk=cast("UUID", actor.member_id))
    entry = Entry(channel=Channel.MEMBER, title=title, text=text, node=node, member=member)
    topic = open_topic(actor=actor, entry=entry)
    move_matter(
        actor=actor,
        matter=topic.matter,
        verb="recommend",
        text="推荐议题",
        who=member.name,
        audience=_PARTIES,
    )
    start_intake(topic, reason="委员推荐")
    tell_waiting(actor=actor, topic=topic)
    return topic


def open_topic(*, actor: Actor, entry: Entry, state: str = TopicState.COLLECTED) -> Topic:
    """Begin the matter and the topic; the caller has asked leave, and tells the timeline.

    Raises:
        Refused: it says nothing, or the day lies ahead.
    """
    ensure(bool(entry.title.strip() and entry.text.strip()), because=_("请写标题和内容。"))
    on = entry.on or clock.today()
    ensure(on <= clock.today(), because=_("提出日期还没有到。"))
    ensure(
        entry.category is None or entry.category.committee_id == actor.committee_id,
        because=_("没有这个类别。"),
    )
    matter = open_matter(
        actor=actor,
        kind=Topic.KIND,
        title=entry.title.strip(),
        state=state,
        committee_id=actor.committee_id or 0,
        place=entry.node.place if entry.node else None,
        opened_on=on,
    )
    topic = Topic.objects.create(
        matter=matter,
        committee_id=matter.committee_id,
        channel=entry.channel,
        node=entry.node,
        category=entry.category,
        text=entry.text.strip(),
        member=entry.member,
        raised_by=entry.raised_by.strip(),
        is_urgent=entry.urgent,
        fingerprint=fingerprint(entry.text),
    )
    if entry.member is not None:
        take_part(matter=matter, role=Participation.Role.RAISER, on=on, member=entry.member)
    return topic


@transaction.atomic
def print_forms(*, actor: Actor, node: Node | None, count: int) -> list[str]:
    """Return the numbers of forms that are about to be printed; nothing of them is stored.

    Raises:
        PermissionDenied: actor enters nothing for this place.
        Refused: more at once than a printer should be given.
    """
    require(can_enter_for(actor, node), because=_("您只能打印自己网点的意见表。"))
    ensure(0 < count <= MOST_FORMS, because=_("一次打印1到%(most)s张。") % {"most": MOST_FORMS})
    record(
        actor=actor,
        action="topics.print_forms",
        target=f"organization.node:{node.pk}" if node else "",
        count=count,
    )
    return [new_form_number(actor.committee_id or 0) for _n in range(count)]


@transaction.atomic
def enter_paper_form(*, actor: Actor, node: Node | None, number: str, text: str, contact: str = "") -> bool:
    """Type a paper form; its contributor finds it again by the receipt on the slip.

    Like everything the public says it carries no exact time and no name. The log keeps that a form was entered
    for a place, not which.

    Returns:
        Whether it is new; the same form typed again changes nothing.

    Raises:
        PermissionDenied: actor enters nothing for this place.
        Refused: no form has this number, or it was entered with other words.
    """
    require(can_enter_for(actor, node), because=_("您只能录入自己网点的意见表。"))
    committee_id = actor.committee_id or 0
    read = read_form_number(committee_id, number)
    ensure(bool(read), because=_("表号不对，请对照意见表左上角再看一遍。"))
    ensure(bool(text.strip()), because=_("请写内容。"))
    index = receipt_index(committee_id, receipt_on_slip(committee_id, read))
    is_known = Voice.objects.filter(committee_id=committee_id, receipt_index=index).exists()
    saying = Saying(nonce=nonce_of(read), text=text.strip(), contact=contact.strip())
    try:
        receive_saying(committee_id=committee_id, saying=saying, node=node, way=Voice.Way.PAPER)
    except SaidOtherwise as twice:
        raise Refused(_("这个表号的意见已经录过了，内容和这次不一样。请核对表号。")) from twice
    if is_known:
        return False
    record(
        actor=actor,
        action="topics.enter_paper_form",
        target=f"organization.node:{node.pk}" if node else "",
    )
    return True
