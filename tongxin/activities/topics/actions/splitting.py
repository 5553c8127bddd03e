"""Taking a voice out of a topic that it was grouped with by mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.topics.actions.moving import advance_topic, lock_topic, start_intake
from tongxin.activities.topics.enums import TopicState
from tongxin.activities.topics.lifecycle import TOPIC
from tongxin.activities.topics.models import Topic, Voice
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.actions import open_untimed_matter
from tongxin.capabilities.matters.models import Matter, TimelineEntry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure
from tongxin.foundation.core.fingerprints import fingerprint

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor

_LONGEST_TITLE = 120


@transaction.atomic
def split_voice(*, actor: Actor, voice: Voice, title: str) -> Topic:
    """Make a topic of its own out of one voice of a topic, with its photos; its receipt leads there from now on.

    Args:
        title: what the new topic is called.

    Raises:
        PermissionDenied: actor does not decide about the topic.
        Refused: it is the topic's only voice, or the topic was decided already.
    """
    locked = lock_topic(voice.topic)
    TOPIC.check("split", actor, locked)
    own = Voice.objects.select_for_update().get(pk=voice.pk)
    ensure(own.topic_id == locked.pk, because=_("这条意见已经分出去了。"))
    ensure(locked.voices.count() > 1, because=_("这个议题只有这一条意见，不用分。"))
    ensure(bool(title.strip()), because=_("请写标题。"))
    made = _topic_from(own, locked, title.strip()[:_LONGEST_TITLE])
    own.topic = made
    own.save(update_fields=["topic"])
    StoredFile.objects.filter(matter_id=locked.pk, subject_id=own.pk).update(matter_id=made.pk)
    advance_topic(
        "split",
        actor=actor,
        topic=locked,
        text="分出一条意见，另作一个议题",
        audience=TimelineEntry.Audience.OFFICE,
        new=str(made.pk),
    )
    start_intake(made, reason="分出来另作议题")
    return made


def _topic_from(voice: Voice, old: Topic, title: str) -> Topic:
    day = voice.said_at.astimezone(clock.ZONE).date()
    matter: Matter = open_untimed_matter(
        kind=Topic.KIND,
        title=title,
        state=TopicState.COLLECTED,
        committee_id=old.committee_id,
        place=old.matter.place,
    )
    matter.opened_on = day
    matter.save(update_fields=["opened_on"])
    return Topic.objects.create(
        matter=matter,
        committee_id=old.committee_id,
        channel=old.channel,
        node=voice.node,
        text=voice.text,
        fingerprint=fingerprint(voice.text),
    )
