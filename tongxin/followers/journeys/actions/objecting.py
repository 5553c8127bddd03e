"""The one objection that the contributor of a saying has: it is not solved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.grassroots.actions.problems import object_to_problem
from tongxin.activities.grassroots.models import Problem
from tongxin.activities.topics.actions.objecting import object_to_topic
from tongxin.activities.topics.models import Topic, Voice
from tongxin.followers.journeys.selectors.graph import reach
from tongxin.followers.journeys.selectors.objectable import objectable
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.errors import Refused, ensure

if TYPE_CHECKING:
    from uuid import UUID

LONGEST = 300


def object_by_receipt(*, voice: Voice, text: str) -> None:
    """Say, as who raised it, that it is not solved: once for each saying, and the office looks again.

    The problem that was solved last goes on being worked on; without one the topic waits for a decision again.
    Beside the saying stand its words and the hour, nothing else tells when.

    Args:
        voice: found by its receipt; nothing else opens it.
        text: what is missing, in their words.

    Raises:
        Refused: this saying has objected before, nothing of it counts as solved, it was too long ago, or
            nothing is said.
    """
    with tenancy.scope([voice.committee_id]), transaction.atomic():
        locked = Voice.objects.select_for_update().get(pk=voice.pk)
        ensure(locked.objected_at is None, because=_("您已经说过一次了，我们正在核实。"))
        ensure(bool(text.strip()), because=_("请写哪里没有解决。"))
        topic = Topic.objects.select_related("matter", "merged_into__matter").get(pk=locked.topic_id)
        lead = topic.merged_into or topic
        found = objectable(locked, lead, _problems_after(lead.pk))
        if found is None:
            raise Refused(_("现在不能说没解决：还在办，或者已经过了可以说的时间。您可以重新反映。"))
        if isinstance(found, Problem):
            object_to_problem(problem=found, text=text)
        else:
            object_to_topic(topic=found)
        locked.objection = text.strip()[:LONGEST]
        locked.objected_at = clock.now().replace(minute=0, second=0, microsecond=0)
        locked.save(update_fields=["objection", "objected_at"])


def _problems_after(topic_id: UUID) -> list[Problem]:
    ids = [r.matter_id for r in reach(topic_id, back=False)]
    return list(Problem.objects.filter(pk__in=ids).select_related("matter"))
