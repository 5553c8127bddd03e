"""Entering what a register says people of the public said, thousands at once and without who they were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.topics.models import Voice
from tongxin.activities.topics.receipts import receipt_index, receipt_of
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tongxin.activities.topics.models import Topic
    from tongxin.foundation.core.access import Actor

_AT_ONCE = 1000
# A register knows days: all of a day bear the same hour.
_MORNING = time(9)


@dataclass(frozen=True, slots=True)
class PastVoice:
    """One line of a register: on which day somebody said something, and to which topic it was added."""

    topic: Topic
    on: date
    text: str


@transaction.atomic
def enter_past_voices(*, actor: Actor, lines: Sequence[PastVoice], source: str) -> int:
    """Enter sayings from a register, all or nothing, and return how many.

    They count like what came by the code. Whoever said it has no receipt: the register gave out none. The night
    seals them like any others.

    Raises:
        PermissionDenied: not the office.
        Refused: one says nothing, its day lies ahead, or its topic is another committee's.
    """
    require(actor.has(Role.STAFF), because=_("台账由政协机关补录。"))
    committee_id = actor.committee_id or 0
    today = clock.today()
    for line in lines:
        ensure(bool(line.text.strip()), because=_("请写内容。"))
        ensure(line.on <= today, because=_("提出日期还没有到。"))
        ensure(line.topic.committee_id == committee_id, because=_("没有这个议题。"))
    made = Voice.objects.bulk_create([_voice(line) for line in lines], batch_size=_AT_ONCE)
    record(
        actor=actor,
        action="topics.enter_past_voices",
        target=f"committee:{committee_id}",
        source=source,
        voices=len(made),
    )
    return len(made)


def _voice(line: PastVoice) -> Voice:
    committee_id = line.topic.committee_id
    return Voice(
        committee_id=committee_id,
        topic=line.topic,
        node_id=line.topic.node_id,
        way=Voice.Way.PAPER,
        text=line.text.strip(),
        receipt_index=receipt_index(committee_id, receipt_of(committee_id, uuid4())),
        said_at=datetime.combine(line.on, _MORNING, clock.ZONE),
    )
