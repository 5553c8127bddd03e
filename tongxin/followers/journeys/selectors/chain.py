"""The way of one saying in public words: what its receipt shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.activities.topics.models import Topic, Voice
from tongxin.followers.journeys.telling import topic as of_topic
from tongxin.followers.journeys.telling.step import DONE, NOW, PublicStep
from tongxin.foundation.core import clock, tenancy

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["PublicChain", "PublicStep", "public_chain"]


@dataclass(frozen=True, slots=True)
class PublicChain:
    """What somebody said, and all that became of it.

    Attributes:
        said: their own words.
        said_on: the day.
        others: how many others said the same.
        title: the topic in words that were written for everybody; empty when there are none.
        headline: where it stands, in one sentence.
        steps: from the saying to the end, as ``ui/chain.html`` takes them.
        step_no: the number of the present step among them.
        can_object: whether the contributor may still say, once, that it is not solved.
        objection: what they said then.
    """

    said: str
    said_on: date
    others: int
    title: str
    headline: str
    steps: tuple[PublicStep, ...]
    step_no: int
    can_object: bool = False
    objection: str = ""


def public_chain(voice: Voice) -> PublicChain:
    """Return the way of this saying. The caller has found it by its receipt; nothing else opens it."""
    with tenancy.scope([voice.committee_id]):
        topic = Topic.objects.select_related(
            "matter", "unit", "decline_reason", "merged_into__matter", "merged_into__unit"
        ).get(pk=voice.topic_id)
        lead = topic.merged_into or topic
        others = Voice.objects.filter(topic=lead.pk).exclude(pk=voice.pk).count()
        said_on = voice.said_at.astimezone(clock.ZONE).date()
        steps = _in_order(
            [
                PublicStep(DONE, said_on, _("您说了这件事")),
                *of_topic.tell(topic),
                *(of_topic.tell(lead) if lead is not topic else ()),
                *of_topic.tell_end(lead),
            ]
        )
        present = _present(steps)
        return PublicChain(
            said=voice.text,
            said_on=said_on,
            others=others,
            title=lead.public_title,
            headline=steps[present].words,
            steps=steps,
            step_no=present + 1,
            objection=voice.objection,
        )


def _in_order(steps: Iterable[PublicStep]) -> tuple[PublicStep, ...]:
    """Return the steps as they followed each other, those to come last."""
    rows = list(steps)
    passed = [s for s in rows if s.state not in (NOW, "todo")]
    coming = [s for s in rows if s.state in (NOW, "todo")]
    return (*sorted(passed, key=lambda s: s.when or date.min), *coming)


def _present(steps: tuple[PublicStep, ...]) -> int:
    now = [n for n, step in enumerate(steps) if step.state == NOW]
    return now[0] if now else len(steps) - 1
