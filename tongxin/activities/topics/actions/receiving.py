"""Taking in what the public says, without anything that leads back to who said it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, transaction

from tongxin.activities.topics.actions.moving import start_intake
from tongxin.activities.topics.contacts import encrypt_contact
from tongxin.activities.topics.enums import Channel, TopicState
from tongxin.activities.topics.models import Topic, TopicRules, Voice
from tongxin.activities.topics.receipts import receipt_index, receipt_of
from tongxin.capabilities.files.actions import store_untimed_file
from tongxin.capabilities.matters.actions import open_untimed_matter
from tongxin.foundation.accounts import flood
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.fingerprints import fingerprint, nearest

if TYPE_CHECKING:
    from uuid import UUID

    from tongxin.capabilities.files.content import Inspected
    from tongxin.foundation.organization.models import Node

_TITLE_CHARACTERS = 40
# Among so many undecided groups of one place a saying looks for its like; a place has a handful.
_GROUPS_COMPARED = 300
PHOTO_NAME = "照片"


class Crowded(Exception):  # noqa: N818 (it is an answer, not a fault)
    """So much comes in here now that the form asks a question first. Nothing was kept, nothing is lost."""


class SaidOtherwise(Exception):  # noqa: N818 (likewise)
    """This form was sent before, with other words: those have a receipt, these need a new form."""

    def __init__(self, receipt: str) -> None:
        super().__init__("the form was sent before")
        self.receipt = receipt


@dataclass(frozen=True, slots=True)
class Saying:
    """What somebody said, as cleaned by the form.

    Attributes:
        nonce: made by the form or by the phone; the same one again is the same saying.
        text: in their own words.
        contact: a phone number or a name in a messenger, if they gave one.
        photo: cleaned of all but its pixels.
    """

    nonce: UUID
    text: str
    contact: str = ""
    photo: Inspected | None = None


@transaction.atomic
def receive_saying(
    *,
    committee_id: int,
    saying: Saying,
    node: Node | None = None,
    way: str = Voice.Way.CODE,
    network: str | None = None,
    answered: bool = False,
) -> str:
    """Keep what somebody of the public said, and return the receipt for it.

    The same saying again, at the same moment or a week later, changes nothing and gets the same receipt. One
    that is like an undecided saying of the same place becomes one more voice of it. Neither timeline nor audit
    log has an entry of this moment; the night seals the day.

    Args:
        committee_id: whose.
        saying: what.
        node: where; None when it was said on the committee's own page.
        way: how it came.
        network: counted against a flood and kept nowhere; None when it is no stranger's (paper entered by staff).
        answered: the plain question was answered.

    Raises:
        Crowded: the question has to be asked first.
        SaidOtherwise: the nonce was used for other words.
    """
    receipt = receipt_of(committee_id, saying.nonce)
    index = receipt_index(committee_id, receipt)
    with tenancy.scope([committee_id]):
        _wait_for(f"receipt {index}")
        if known := Voice.objects.filter(committee_id=committee_id, receipt_index=index).first():
            if known.text != saying.text:
                raise SaidOtherwise(receipt)
            return receipt
        _wait_for(f"sayings {_place(committee_id, node)}")
        mark = fingerprint(saying.text)
        topic = _like(committee_id, node, mark)
        held = network is not None and _is_crowded(committee_id, node, network, topic, saying)
        if held and not answered:
            raise Crowded
        topic = topic or _open_topic(committee_id, node, way, saying.text, mark, held=held)
        voice = Voice.objects.create(
            committee_id=committee_id,
            topic=topic,
            node=node,
            way=way,
            text=saying.text,
            contact_encrypted=encrypt_contact(saying.contact),
            receipt_index=index,
            said_at=clock.now().replace(minute=0, second=0, microsecond=0),
        )
        if saying.photo:
            store_untimed_file(matter=topic.matter, photo=saying.photo, subject_id=voice.pk, name=PHOTO_NAME)
    return receipt


def _place(committee_id: int, node: Node | None) -> str:
    return str(node.pk) if node else f"committee {committee_id}"


def _wait_for(what: str) -> None:
    """Let only one request at a time go on with this, until its transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])


def _like(committee_id: int, node: Node | None, mark: str) -> Topic | None:
    """Return the undecided group of this place that says the same, locked so that nobody decides it meanwhile."""
    undecided = Topic.objects.filter(
        committee_id=committee_id, node=node, matter__state=TopicState.COLLECTED
    ).exclude(fingerprint="")
    groups = undecided.order_by("is_held", "-matter__made_at").values_list("pk", "fingerprint")
    found = nearest(mark, groups[:_GROUPS_COMPARED])
    if found is None:
        return None
    locked: Topic | None = (
        undecided.filter(pk=found).select_for_update(of=("self", "matter")).select_related("matter").first()
    )
    return locked


def _is_crowded(
    committee_id: int, node: Node | None, network: str, topic: Topic | None, saying: Saying
) -> bool:
    """Count what costs something, and say whether it is too much."""
    if topic is not None and saying.photo is None:
        return False
    from_there = flood.count_costly(network)
    here = flood.count_new(_place(committee_id, node)) if topic is None else 0
    most = TopicRules.objects.values_list("flood_most", flat=True).get(committee_id=committee_id)
    return here > most or from_there > flood.NETWORK_MOST


def _open_topic(committee_id: int, node: Node | None, way: str, text: str, mark: str, *, held: bool) -> Topic:
    matter = open_untimed_matter(
        kind=Topic.KIND,
        title=_title(text),
        state=TopicState.COLLECTED,
        committee_id=committee_id,
        place=node.place if node else None,
    )
    topic = Topic.objects.create(
        matter=matter,
        committee_id=committee_id,
        channel=Channel.ONLINE if way == Voice.Way.WEB else Channel.MASS,
        node=node,
        text=text,
        fingerprint=mark,
        is_held=held,
    )
    start_intake(topic, reason="收到群众意见", untimed=True)
    return topic


def _title(text: str) -> str:
    """Return the first sentence, shortened."""
    first = text.splitlines()[0].split("。")[0].strip() or text
    return first if len(first) <= _TITLE_CHARACTERS else f"{first[: _TITLE_CHARACTERS - 1]}…"
