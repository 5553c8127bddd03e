"""From a topic that was passed on to a unit to a problem in the ledger, with that unit and a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.grassroots.actions.problems import add_problem
from tongxin.activities.topics.actions.moving import lock_topic
from tongxin.capabilities.matters.actions import link_matters, move_matter
from tongxin.capabilities.matters.models import Kind, MatterLink, Relation
from tongxin.followers.journeys.conversions import check
from tongxin.foundation.core.errors import ensure

if TYPE_CHECKING:
    from datetime import date

    from tongxin.activities.grassroots.models import Problem
    from tongxin.activities.topics.models import Topic
    from tongxin.foundation.core.access import Actor


@transaction.atomic
def hand_topic_over(*, actor: Actor, topic: Topic, text: str, due_on: date | None) -> Problem:
    """Put a topic into the ledger: its unit solves it by a day, reports, and somebody confirms.

    Raises:
        PermissionDenied: the actor does not decide about the topic.
        Refused: it is not with a unit any more, is in the ledger already, or the day lies behind.
    """
    locked = lock_topic(topic)
    check("hand_over", actor, locked)
    links = MatterLink.objects.filter(source=locked.matter, target__kind=Kind.PROBLEM)
    ensure(not links.exists(), because=_("这条议题已经记入问题台账了。"))
    made = add_problem(
        actor=actor, node=locked.node, text=text, unit=locked.unit, due_on=due_on, title=locked.shown_title
    )
    link_matters(actor=actor, source=locked.matter, target=made.matter, relation=Relation.CONVERTED_TO)
    move_matter(actor=actor, matter=locked.matter, verb="hand_over", text="记入问题台账，到期提醒单位")
    text = f"由议题「{locked.shown_title}」转来"
    move_matter(actor=actor, matter=made.matter, verb="come_from_topic", text=text[:200])
    return made
