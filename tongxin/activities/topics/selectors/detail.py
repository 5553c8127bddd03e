"""Page data of one topic: what it is, where it stands, who has it until when, and what this actor can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tongxin.activities.topics.contacts import decrypt_contact
from tongxin.activities.topics.enums import Channel, TopicState
from tongxin.activities.topics.lifecycle import STEPS, TOPIC
from tongxin.activities.topics.models import Topic, Voice
from tongxin.activities.topics.permissions import can_decide_topic, reads_text, reads_voices
from tongxin.activities.topics.selectors.next import beside, next_step
from tongxin.activities.topics.selectors.rows import title_for
from tongxin.activities.topics.selectors.similar import Similar, similar_to
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.deadlines.selectors import calendar_of
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.models import TimelineEntry, Visibility
from tongxin.foundation.accounts.phones import mask
from tongxin.foundation.core import clock
from tongxin.foundation.core.components import Action, FileRow, Line, Next, Step

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.lifecycle import State

_MOST_VOICES = 200
_ICONS = {
    "merge": "merge",
    "decline": "x",
    "pass_on": "swap",
    "answer": "voice",
    "reopen": "undo",
    "mark": "flag",
    "enter": "pen",
    "recommend": "pen",
    "split": "swap",
}
# States in which a topic's way ended before it was talked about.
_ASIDE = {
    TopicState.MERGED: "halt",
    TopicState.DECLINED: "halt",
    TopicState.ANSWERED: "done",
    TopicState.PASSED_ON: "now",
}


@dataclass(frozen=True, slots=True)
class VoiceView:
    """What one person said: words, photos, the day; nothing of who."""

    pk: UUID
    text: str
    way: str
    on: date
    photos: list[FileRow]
    contact: str
    objection: str
    objected_on: date | None


@dataclass(frozen=True, slots=True)
class Tie:
    """Another topic that goes on together with this one."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Detail:
    """Everything on the page."""

    topic: Topic
    title: str
    text: str
    state: State
    channel: str
    visibility: str
    steps: list[Step]
    next: Next
    beside: list[Action]
    decides: bool
    works: bool
    voices: list[VoiceView]
    voices_left_out: int
    files: list[FileRow]
    similar: list[Similar]
    merged: list[Tie]
    log: list[Line]


def for_page(topics: Any) -> Any:  # noqa: ANN401 (a queryset of topics)
    """Join all that the page shows of the topic itself. Still one query."""
    return topics.select_related(
        "matter__place", "node", "category", "member", "decline_reason", "merged_into__matter", "unit"
    )


def detail_page(actor: Actor, topic: Topic) -> Detail:
    """Return everything that the page of one topic shows to this actor. At most eight queries."""
    decides, works = can_decide_topic(actor, topic), reads_voices(actor, topic)
    files = list(StoredFile.objects.kept().filter(matter_id=topic.pk))
    said = list(Voice.objects.filter(topic=topic).order_by("-said_at", "pk")) if works else []
    running = Deadline.objects.running().filter(matter_id=topic.pk).first()
    state = TOPIC.states[topic.state]
    return Detail(
        topic=topic,
        title=title_for(actor, topic),
        text=_text(actor, topic, said),
        state=state,
        channel=str(Channel(topic.channel).label),
        visibility=str(Visibility(topic.matter.visibility).label),
        steps=_steps(topic),
        next=next_step(actor, topic, running, calendar_of(topic.committee_id) if running else None),
        beside=beside(actor, topic),
        decides=decides,
        works=works,
        voices=[_voice(voice, files, decides=decides) for voice in said[:_MOST_VOICES]],
        voices_left_out=max(len(said) - _MOST_VOICES, 0),
        files=[_file(f) for f in files if f.subject_id is None] if works else [],
        similar=similar_to(actor, topic) if decides and topic.state == TopicState.COLLECTED else [],
        merged=_merged(topic) if works else [],
        log=_log(topic, works=works),
    )


def _text(actor: Actor, topic: Topic, said: Iterable[Voice]) -> str:
    """Return the topic's own text, unless it stands among the voices anyway."""
    if not reads_text(actor, topic) or any(voice.text == topic.text for voice in said):
        return ""
    return topic.text


def _steps(topic: Topic) -> list[Step]:
    at = TOPIC.states[topic.state].step
    aside = _ASIDE.get(TopicState(topic.state))
    if aside:
        # It does not go on to be talked about: the way ends with what became of it.
        return [
            Step(str(STEPS[0]), "done"),
            Step(str(STEPS[1]), "done"),
            Step(str(TOPIC.states[topic.state].label), aside),
        ]
    finished = TOPIC.states[topic.state].final
    return [
        Step(str(label), "done" if n < at or finished else "now" if n == at else "todo")
        for n, label in enumerate(STEPS)
    ]


def _voice(voice: Voice, files: Iterable[StoredFile], *, decides: bool) -> VoiceView:
    contact = decrypt_contact(voice.contact_encrypted) if decides else ""
    return VoiceView(
        pk=voice.pk,
        text=voice.text,
        way=str(Voice.Way(voice.way).label),
        on=voice.said_at.astimezone(clock.ZONE).date(),
        photos=[_file(f, with_day=False) for f in files if f.subject_id == voice.pk],
        contact=mask(contact),
        objection=voice.objection,
        objected_on=voice.objected_at.astimezone(clock.ZONE).date() if voice.objected_at else None,
    )


def _file(stored: StoredFile, *, with_day: bool = True) -> FileRow:
    return FileRow(
        name=stored.name,
        url=reverse("files:download", args=[stored.pk]),
        kind=str(StoredFile.Purpose(stored.purpose).label),
        size=stored.size_bytes,
        at=stored.at if with_day else None,
    )


def _merged(topic: Topic) -> list[Tie]:
    found = topic.merged.select_related("matter").order_by("matter__opened_on", "pk")
    return [
        Tie(t.matter.title, reverse("topics:detail", args=[t.pk]))
        for t in found.filter(matter__state=TopicState.MERGED)
    ]


def _log(topic: Topic, *, works: bool) -> list[Line]:
    entries = TimelineEntry.objects.filter(matter_id=topic.pk).select_related("user")
    if not works:
        entries = entries.public()
    return [
        Line(
            icon=_ICONS.get(entry.verb, "check"),
            who=_("{name}（{more}）").format(name=entry.who, more=entry.user.name)
            if works and entry.user and entry.user.name != entry.who
            else entry.who,
            what=entry.text,
            at=entry.at,
            text=entry.note,
        )
        for entry in entries
    ]
