"""Deciding about a topic: taken up, merged, answered, passed on, declined; and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.topics.actions.moving import (
    advance_topic,
    lock_topic,
    lock_topics,
    start_intake,
)
from tongxin.activities.topics.enums import PassedTo
from tongxin.activities.topics.lifecycle import CAN_LEAD, TOPIC
from tongxin.capabilities.matters.actions import link_matters
from tongxin.capabilities.matters.models import Matter, MatterLink, Relation, TimelineEntry, Visibility
from tongxin.foundation.core.errors import ensure

if TYPE_CHECKING:
    from tongxin.activities.topics.models import DeclineReason, Topic, TopicCategory
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Place, Unit

_PUBLIC = TimelineEntry.Audience.PUBLIC
_OFFICE = TimelineEntry.Audience.OFFICE


@dataclass(frozen=True, slots=True)
class Listed:
    """How a topic stands in the list of topics.

    Attributes:
        title: for those who work with it.
        public_title: for everybody; names nobody.
        public: whether everybody may see it.
    """

    title: str
    public_title: str = ""
    category: TopicCategory | None = None
    place: Place | None = None
    public: bool = False


@transaction.atomic
def accept_topic(*, actor: Actor, topic: Topic, listed: Listed | None = None, outcome: str = "") -> Topic:
    """Put a topic on the list of those that are to be talked about.

    Args:
        listed: how it stands there; as it came, and not public, when not given.
        outcome: what its contributors read.

    Raises:
        PermissionDenied: actor does not decide about it.
        Refused: it was decided already, waits apart, or is sensitive and was to be public.
    """
    locked = _locked("accept", actor, topic)
    _set_listed(locked, listed or Listed(title=locked.matter.title, category=locked.category))
    locked.outcome = outcome.strip() or "已列为议题，将安排协商。"
    locked.is_held = False
    advance_topic("accept", actor=actor, topic=locked, text="列为议题", note=locked.outcome, audience=_PUBLIC)
    return locked


@transaction.atomic
def merge_topic(*, actor: Actor, topic: Topic, into: Topic, outcome: str = "") -> Topic:
    """Let a topic go on together with another that is about the same; its voices stay its own.

    Raises:
        PermissionDenied: actor does not decide about both.
        Refused: it was decided already, or the other one cannot take it in any more.
    """
    ensure(topic.pk != into.pk, because=_("不能并入它自己。"))
    lock_topics({topic.pk, into.pk})
    lead = lock_topic(into)
    locked = _locked("merge", actor, topic)
    TOPIC.check("mark", actor, lead)
    ensure(lead.state in CAN_LEAD, because=_("那一条已经有了结果，不能再并入。"))
    locked.merged_into = lead
    locked.is_held = False
    locked.outcome = outcome.strip() or f"与「{lead.shown_title}」是同一件事，合并办理。"
    advance_topic(
        "merge",
        actor=actor,
        topic=locked,
        text="并入同类议题",
        note=locked.outcome,
        audience=_PUBLIC,
        into=str(lead.pk),
    )
    link_matters(actor=actor, source=locked.matter, target=lead.matter, relation=Relation.MERGED_INTO)
    return locked


@transaction.atomic
def answer_topic(*, actor: Actor, topic: Topic, outcome: str) -> Topic:
    """Answer a topic directly; its contributors read the text.

    Raises:
        PermissionDenied: actor does not decide about it.
        Refused: there is no text, or it was decided already.
    """
    locked = _locked("answer", actor, topic)
    locked.outcome = _said(outcome)
    locked.is_held = False
    advance_topic("answer", actor=actor, topic=locked, text="直接答复", note=locked.outcome, audience=_PUBLIC)
    return locked


@transaction.atomic
def pass_topic_on(*, actor: Actor, topic: Topic, to: str, outcome: str, unit: Unit | None = None) -> Topic:
    """Pass a topic on: to become an opinion report or a proposal, or to a unit, whose people then see it.

    Raises:
        PermissionDenied: actor does not decide about it.
        Refused: no unit where one is needed, no sentence, or it was decided already.
    """
    locked = _locked("pass_on", actor, topic)
    ensure(to in PassedTo.values, because=_("请选择转交到哪里。"))
    ensure((to == PassedTo.UNIT) == (unit is not None), because=_("转交有关单位的，请选择单位。"))
    locked.passed_to, locked.unit, locked.outcome = to, unit, _said(outcome)
    locked.is_held = False
    where = {PassedTo.OPINION: "社情民意信息", PassedTo.PROPOSAL: "提案线索"}.get(
        PassedTo(to), unit.name if unit else ""
    )
    advance_topic(
        "pass_on",
        actor=actor,
        topic=locked,
        text=f"转交：{where}",
        note=locked.outcome,
        audience=_PUBLIC,
        to=to,
        unit=str(unit.pk) if unit else "",
    )
    return locked


@transaction.atomic
def decline_topic(*, actor: Actor, topic: Topic, reason: DeclineReason, words: str = "") -> Topic:
    """Decline a topic for a reason of the committee's table, with more words where they help.

    Raises:
        PermissionDenied: actor does not decide about it.
        Refused: the reason is not in use, or it was decided already.
    """
    locked = _locked("decline", actor, topic)
    ensure(
        reason.committee_id == locked.committee_id and reason.is_active,
        because=_("这条理由已经停用，请另选一条。"),
    )
    locked.decline_reason = reason
    locked.is_held = False
    locked.outcome = "\n".join(part for part in (f"{reason.text}。", words.strip()) if part)
    advance_topic(
        "decline", actor=actor, topic=locked, text="不予受理", note=locked.outcome, audience=_PUBLIC
    )
    return locked


@transaction.atomic
def release_topic(*, actor: Actor, topic: Topic) -> Topic:
    """Move a topic that came while its place was flooded into the queue.

    Raises:
        PermissionDenied: actor does not decide about it.
        Refused: it does not wait apart.
    """
    locked = _locked("release", actor, topic)
    ensure(locked.is_held, because=_("这一条不在待甄别里。"))
    locked.is_held = False
    advance_topic("release", actor=actor, topic=locked, text="移出待甄别", audience=_OFFICE)
    return locked


@transaction.atomic
def mark_topic(*, actor: Actor, topic: Topic, urgent: bool, sensitive: bool, reason: str) -> Topic:
    """Mark a topic as urgent, or as sensitive: then only the office sees it, and it is not public.

    Raises:
        PermissionDenied: actor does not decide about it.
        Refused: no reason.
    """
    locked = _locked("mark", actor, topic)
    ensure(bool(reason.strip()), because=_("请写明理由。"))
    locked.is_urgent, locked.is_sensitive = urgent, sensitive
    if sensitive:
        locked.matter.visibility = Visibility.INTERNAL
    words = "、".join(w for w, yes in (("紧急", urgent), ("敏感", sensitive)) if yes)
    advance_topic(
        "mark",
        actor=actor,
        topic=locked,
        text=f"标记为{words}" if words else "取消标记",
        note=reason.strip(),
        audience=_OFFICE,
        urgent=urgent,
        sensitive=sensitive,
    )
    return locked


@transaction.atomic
def revise_topic(*, actor: Actor, topic: Topic, listed: Listed) -> Topic:
    """Change how a topic stands in the list, and who may see it.

    Raises:
        PermissionDenied: actor does not decide about it.
        Refused: it was not taken up, or is sensitive and was to be public.
    """
    locked = _locked("revise", actor, topic)
    before = locked.matter.title
    _set_listed(locked, listed)
    advance_topic(
        "revise",
        actor=actor,
        topic=locked,
        text="修改标题和公开范围",
        audience=_OFFICE,
        before=before,
        visibility=locked.matter.visibility,
    )
    return locked


@transaction.atomic
def deliberate_topic(*, actor: Actor, topic: Topic, outcome: str = "") -> Topic:
    """Note that a session takes the topic up (the session itself is another room's).

    Raises:
        PermissionDenied: actor does not decide about it.
        Refused: it is not on the list of topics.
    """
    locked = _locked("deliberate", actor, topic)
    locked.outcome = outcome.strip() or "已安排协商议事。"
    advance_topic(
        "deliberate", actor=actor, topic=locked, text="提交协商议事", note=locked.outcome, audience=_PUBLIC
    )
    return locked


@transaction.atomic
def put_topic_back(*, actor: Actor, topic: Topic, reason: str) -> Topic:
    """Put a topic back on the list: the session that was to talk about it does not take place.

    Raises:
        PermissionDenied: actor does not decide about it.
        Refused: no session has it.
    """
    locked = _locked("put_back", actor, topic)
    locked.outcome = "协商议事改期，仍在议题清单里。"
    advance_topic(
        "put_back", actor=actor, topic=locked, text="退回议题清单", note=reason.strip(), audience=_OFFICE
    )
    return locked


@transaction.atomic
def close_topic(*, actor: Actor, topic: Topic, outcome: str) -> Topic:
    """End a topic with what became of it, as its contributors read it.

    Raises:
        PermissionDenied: actor does not decide about it.
        Refused: no text, or it was not taken up.
    """
    locked = _locked("close", actor, topic)
    locked.outcome = _said(outcome)
    advance_topic("close", actor=actor, topic=locked, text="办结", note=locked.outcome, audience=_PUBLIC)
    return locked


@transaction.atomic
def reopen_topic(*, actor: Actor, topic: Topic, reason: str) -> Topic:
    """Take up again what was decided; it waits for a decision as on its first day.

    Raises:
        PermissionDenied: actor is not staff.
        Refused: no reason, or it is under way anyway.
    """
    locked = _locked("reopen", actor, topic)
    ensure(bool(reason.strip()), because=_("请写明为什么重新受理。"))
    MatterLink.objects.filter(source=locked.matter, relation=Relation.MERGED_INTO).delete()
    locked.merged_into = locked.decline_reason = locked.unit = None
    locked.passed_to = ""
    locked.outcome = ""
    locked.matter.closed_on = None
    locked.matter.visibility = Visibility.INTERNAL
    advance_topic("reopen", actor=actor, topic=locked, text="重新受理", note=reason.strip(), audience=_OFFICE)
    locked.decided_on = None
    locked.save(update_fields=["decided_on"])
    start_intake(locked, reason="重新受理")
    return locked


def _locked(verb: str, actor: Actor, topic: Topic) -> Topic:
    locked = lock_topic(topic)
    TOPIC.check(verb, actor, locked)
    return locked


def _said(outcome: str) -> str:
    ensure(bool(outcome.strip()), because=_("请写明给提出人的答复。"))
    return outcome.strip()


def _set_listed(topic: Topic, listed: Listed) -> None:
    ensure(bool(listed.title.strip()), because=_("请写标题。"))
    ensure(
        not (listed.public and topic.is_sensitive), because=_("标为敏感的议题不能公开。请先取消敏感标记。")
    )
    topic.matter.title = listed.title.strip()
    topic.matter.visibility = Visibility.PUBLIC if listed.public else Visibility.MEMBERS
    # Where no other words were written for everybody, those that the office chose are.
    topic.public_title = listed.public_title.strip() or (topic.matter.title if listed.public else "")
    topic.category = listed.category
    if listed.place != topic.matter.place:
        topic.matter.place = listed.place
        Matter.objects.filter(pk=topic.pk).update(place=listed.place)
