"""Hearing from the public that what was answered is not solved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.topics.actions.moving import lock_topic, start_intake
from tongxin.activities.topics.enums import TopicState
from tongxin.capabilities.matters.models import Visibility
from tongxin.foundation.core.errors import ensure

if TYPE_CHECKING:
    from tongxin.activities.topics.models import Topic

OBJECTABLE = (TopicState.ANSWERED, TopicState.DONE)


@transaction.atomic
def object_to_topic(*, topic: Topic) -> Topic:
    """Let a topic that was answered or ended wait for a decision again, because a contributor says so.

    What they wrote stands with their saying. Nothing tells of this moment: neither timeline nor audit log nor a
    notice; the queue shows the topic, and why. The caller has found the receipt and opened the scope.

    Raises:
        Refused: it is not answered, or is under way again.
    """
    locked = lock_topic(topic)
    ensure(locked.state in OBJECTABLE, because=_("这件事现在还在办，不用再说没解决。"))
    locked.passed_to, locked.unit = "", None
    locked.decided_on = None
    locked.save(update_fields=["passed_to", "unit", "decided_on"])
    matter = locked.matter
    matter.state, matter.closed_on = TopicState.COLLECTED, None
    matter.visibility = Visibility.INTERNAL
    matter.version += 1
    matter.save(update_fields=["state", "closed_on", "visibility", "version"])
    start_intake(locked, reason="提出人说没有解决", untimed=True)
    return locked
