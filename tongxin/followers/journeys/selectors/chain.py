"""The way of one saying in public words: what its receipt shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.activities.topics.models import Topic, Voice
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.followers.journeys.selectors.objectable import objectable
from tongxin.followers.journeys.selectors.public_rows import rows_of
from tongxin.followers.journeys.telling import problem as of_problem
from tongxin.followers.journeys.telling import proposal as of_proposal
from tongxin.followers.journeys.telling import session as of_session
from tongxin.followers.journeys.telling import topic as of_topic
from tongxin.followers.journeys.telling.names import without_names
from tongxin.followers.journeys.telling.step import DONE, HALT, NOW, TO_COME, PublicStep
from tongxin.foundation.core import clock, tenancy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tongxin.followers.journeys.selectors.public_rows import PublicRows

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
    """Return the way of this saying. The caller has found it by its receipt; nothing else opens it.

    At most twelve queries, however much it led to.
    """
    with tenancy.scope([voice.committee_id]):
        topic = _topic_of(voice)
        lead = topic.merged_into or topic
        rows = rows_of(lead.pk)
        said_on = voice.said_at.astimezone(clock.ZONE).date()
        told = [
            PublicStep(DONE, said_on, _("您说了这件事")),
            *(of_topic.tell(topic) if lead is not topic else ()),
            *of_topic.tell(lead, taken_up_on=_taken_up_on(lead)),
            *_led_to(rows),
            *of_topic.tell_end(lead),
        ]
        if all(step.state == DONE for step in told):
            told += of_topic.tell_waiting(lead)
        steps = tuple(_in_order(told))
        present = _present(steps)
        return PublicChain(
            said=voice.text,
            said_on=said_on,
            others=Voice.objects.filter(topic=lead).exclude(pk=voice.pk).count(),
            title=lead.public_title,
            headline=steps[present].words,
            steps=steps,
            step_no=present + 1,
            can_object=bool(objectable(voice, lead, rows.problems)),
            objection=voice.objection,
        )


def _topic_of(voice: Voice) -> Topic:
    found = Topic.objects.select_related(
        "matter",
        "unit",
        "decline_reason",
        "merged_into__matter",
        "merged_into__unit",
        "merged_into__decline_reason",
    )
    return found.get(pk=voice.topic_id)


def _taken_up_on(topic: Topic) -> date | None:
    """Return the day on which a topic was last taken up or passed on. One query."""
    moves = TimelineEntry.objects.filter(matter=topic.pk, verb__in=("accept", "pass_on"))
    at = moves.order_by("-at").values_list("at", flat=True).first()
    return at.astimezone(clock.ZONE).date() if at else None


def _led_to(rows: PublicRows) -> list[PublicStep]:
    """Return what all that it led to tells, without the names of those who took part."""
    told: list[PublicStep] = []
    for session in rows.sessions:
        told += of_session.tell(session, present=rows.present[session.pk])
    for problem in rows.problems:
        told += of_problem.tell(problem, pictures=rows.pictures.get(problem.pk, ()))
    for proposal in rows.proposals:
        told += of_proposal.tell(
            proposal,
            parts=rows.parts.get(proposal.pk, ()),
            promises=rows.promises.get(proposal.pk, ()),
            due_on=rows.due.get(proposal.pk),
        )
    return [
        replace(s, words=without_names(s.words, rows.names), detail=without_names(s.detail, rows.names))
        for s in told
    ]


def _in_order(steps: Iterable[PublicStep]) -> list[PublicStep]:
    """Return the steps as they followed each other, those to come last; only the first of them is now."""
    rows = list(steps)
    passed = sorted((s for s in rows if s.state in (DONE, HALT)), key=lambda s: s.when or date.min)
    coming = sorted(
        (s for s in rows if s.state in (NOW, TO_COME)), key=lambda s: (s.state, s.when or date.max)
    )
    return passed + [replace(s, state=NOW if n == 0 else TO_COME) for n, s in enumerate(coming)]


def _present(steps: Sequence[PublicStep]) -> int:
    now = [n for n, step in enumerate(steps) if step.state == NOW]
    return now[0] if now else len(steps) - 1
