"""From what people agreed on online to a topic or to a suggestion of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.conversations.actions.using import (
    lock_statement,
    refuse_twice,
    standing_now,
    use_statement,
)
from tongxin.activities.grassroots.actions.moving_session import lock_session
from tongxin.activities.grassroots.actions.recording import put_suggestion
from tongxin.activities.grassroots.permissions_session import can_keep_session
from tongxin.activities.topics.actions.entering import Entry, enter_topic
from tongxin.activities.topics.enums import Channel
from tongxin.capabilities.matters.actions import move_matter
from tongxin.capabilities.matters.models import Kind
from tongxin.followers.journeys.conversions import TAKES_STATEMENTS, check
from tongxin.followers.journeys.evidence import evidence_of
from tongxin.foundation.core.errors import ensure, require

if TYPE_CHECKING:
    from tongxin.activities.conversations.models import Statement
    from tongxin.activities.grassroots.models import DeliberationSession, Suggestion
    from tongxin.activities.topics.models import Topic
    from tongxin.foundation.core.access import Actor


@transaction.atomic
def raise_topic_from(*, actor: Actor, statement: Statement, title: str, text: str) -> Topic:
    """Make a topic (网络征) of a statement that people agreed on; it waits for a decision like any other.

    Raises:
        PermissionDenied: actor is not staff of this committee.
        Refused: the conversation is not closed and counted, or the statement is a topic already.
    """
    locked = lock_statement(statement)
    check("use_statement", actor, locked.conversation)
    refuse_twice(locked, Kind.TOPIC)
    entry = Entry(channel=Channel.ONLINE, title=title, text=text)
    topic = enter_topic(actor=actor, entry=entry)
    use = use_statement(actor=actor, statement=locked, target=topic.matter)
    words = f"由网络议政「{locked.conversation.matter.title}」引出：{use.standing}"
    move_matter(actor=actor, matter=topic.matter, verb="come_from_talk", text=words[:200])
    return topic


@transaction.atomic
def suggest_in_session(*, actor: Actor, statement: Statement, session: DeliberationSession) -> Suggestion:
    """Put a statement among the suggestions of a session; it says where it comes from and how people stood.

    Raises:
        PermissionDenied: actor is not staff, or does not keep the session.
        Refused: the conversation is not closed and counted, the session takes no suggestions, or has this one.
    """
    session = lock_session(session)
    locked = lock_statement(statement)
    check("use_statement", actor, locked.conversation)
    require(can_keep_session(actor, session), because=_("这场协商议事会不由您组织。"))
    ensure(
        session.state in TAKES_STATEMENTS,
        because=_("这场会没有公告、已经归档或者取消了，请另选一场。"),
    )
    text = f"{locked.text}（{evidence_of(locked, standing_now(locked)).source}）"
    ensure(
        not session.suggestions.filter(text=text).exists(), because=_("这条看法已经在这场会的意见建议里了。")
    )
    made = put_suggestion(session, text=text)
    use_statement(actor=actor, statement=locked, target=session.matter)
    words = f"记下网络议政「{locked.conversation.matter.title}」里的看法"
    move_matter(actor=actor, matter=session.matter, verb="take_statement", text=words[:200])
    return made
