"""A conversation from its first draft to its end: words, list, opening, closing, stopping."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongxin.activities.conversations.actions.moving import (
    OFFICE,
    SYSTEM,
    advance_conversation,
    lock_conversation,
    locked_for,
    note_act,
    tell_people,
)
from tongxin.activities.conversations.counting.asking import ask_for_final_count
from tongxin.activities.conversations.counting.locks import hold_counts, hold_statements, hold_votes
from tongxin.activities.conversations.counting.shuffling import mix_statements
from tongxin.activities.conversations.enums import Circle, ConversationState, StatementState
from tongxin.activities.conversations.lifecycle import CONVERSATION
from tongxin.activities.conversations.models import Conversation, Invitation, OpinionMap, Statement, Voice
from tongxin.activities.conversations.permissions import can_begin
from tongxin.capabilities.codes.actions import issue_code
from tongxin.capabilities.matters.actions import open_matter, take_number
from tongxin.capabilities.matters.models import Matter, TimelineEntry, Visibility
from tongxin.foundation.core import clock
from tongxin.foundation.core.access import NOBODY
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.organization.enums import MemberStatus

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Member

# Below this nobody sees what the conversation is about, and the first answers have nothing in common.
SEEDS_LEAST: Final = 3
_OF_OFFICE = TimelineEntry.Audience.OFFICE
_PUBLIC = TimelineEntry.Audience.PUBLIC
_SEEN_BY: Final = {
    Circle.PUBLIC: Visibility.PUBLIC,
    Circle.MEMBERS: Visibility.MEMBERS,
    Circle.LIST: Visibility.INTERNAL,
}
UNREAD: Final = "对话已经结束，这条看法没有来得及审核，没有公布。"


@dataclass(frozen=True, slots=True)
class Outline:
    """What a conversation is about, and its rules.

    Attributes:
        title: short, for lists and the poster.
        question: what people are asked.
        closes_on: the last day on which people vote; open-ended when not given.
        statements_most: how many statements one participant may have.
    """

    title: str
    question: str
    background: str = ""
    circle: str = Circle.PUBLIC
    closes_on: date | None = None
    takes_statements: bool = True
    statements_most: int = 5


@transaction.atomic
def begin_conversation(*, actor: Actor, outline: Outline) -> Conversation:
    """Draw up a conversation; only the office sees it.

    Raises:
        PermissionDenied: the actor is not staff.
        Refused: words are missing, or the last day is past.
    """
    require(can_begin(actor), because=_("只有机关工作人员能发起网络议政。"))
    _check(outline)
    matter = open_matter(
        actor=actor,
        kind=Conversation.KIND,
        title=outline.title.strip(),
        state=ConversationState.DRAFT,
        committee_id=actor.committee_id or 0,
    )
    made = Conversation(matter=matter, committee_id=matter.committee_id)
    _set(made, outline)
    made.save(force_insert=True)
    return made


@transaction.atomic
def revise_conversation(*, actor: Actor, conversation: Conversation, outline: Outline) -> Conversation:
    """Change words and rules; once people vote, the question and who may take part stay as they were.

    Raises:
        PermissionDenied: the actor does not keep it.
        Refused: it has ended, words are missing, or what people have answered would change.
    """
    locked = locked_for("revise", actor, conversation)
    _check(outline)
    if locked.state == ConversationState.OPEN:
        ensure(
            (outline.question.strip(), outline.circle) == (locked.question, locked.circle),
            because=_("已经有人表态了，问题和谁可以参加不能再改。"),
        )
    _set(locked, outline)
    locked.matter.title = outline.title.strip()
    advance_conversation(
        "revise", actor=actor, conversation=locked, text="修改说明和规则", audience=_OF_OFFICE
    )
    return locked


@transaction.atomic
def invite_members(*, actor: Actor, conversation: Conversation, members: Collection[Member]) -> int:
    """Put members on the list of a conversation; return how many are new. While people vote they are told.

    Raises:
        PermissionDenied: the actor does not keep it.
        Refused: it is not for a list, has ended, or somebody is not a member in office here.
    """
    locked = locked_for("invite", actor, conversation)
    ensure(locked.circle == Circle.LIST, because=_("这个对话不按名单参加，不用定名单。"))
    for member in members:
        fits = member.committee_id == locked.committee_id and member.status == MemberStatus.ACTIVE
        ensure(fits, because=_("在任的委员里没有「%s」，请看看名字写对没有。") % member.name)
    listed = set(locked.invitations.values_list("member_id", flat=True))
    new = [m for m in members if m.pk not in listed]
    Invitation.objects.bulk_create(
        Invitation(committee_id=locked.committee_id, conversation=locked, member=m) for m in new
    )
    if new:
        text = f"把{len(new)}位委员加进名单"
        advance_conversation("invite", actor=actor, conversation=locked, text=text, audience=_OF_OFFICE)
    if new and locked.state == ConversationState.OPEN:
        # Those who have the notice unread do not get it twice.
        _ask_to_vote(locked)
    return len(new)


@transaction.atomic
def remove_member(*, actor: Actor, invitation: Invitation) -> None:
    """Take a member off the list again, before anybody votes.

    Raises:
        PermissionDenied: the actor does not keep it.
        Refused: people vote already; whose voice would be to be taken out nobody knows.
    """
    locked = locked_for("invite", actor, invitation.conversation)
    ensure(
        locked.state == ConversationState.DRAFT,
        because=_("已经开始了，名单只能加人：谁表过态，系统也不知道，没法去掉。"),
    )
    removed, _kinds = Invitation.objects.filter(pk=invitation.pk).delete()
    if removed:
        note_act("remove_member", actor=actor, conversation=locked, member=str(invitation.member_id))


@transaction.atomic
def open_conversation(*, actor: Actor, conversation: Conversation) -> Conversation:
    """Let people vote. It gets its number; a public one its code and its page.

    Raises:
        PermissionDenied: the actor does not keep it.
        Refused: too few seeds, nobody on the list, or the last day is past.
    """
    locked = locked_for("open", actor, conversation)
    seeds = locked.statements.published().count()
    ensure(
        seeds >= SEEDS_LEAST,
        because=ngettext(
            "开始以前至少要有%(least)d条看法，现在有%(n)d条。",
            "开始以前至少要有%(least)d条看法，现在有%(n)d条。",
            seeds,
        )
        % {"least": SEEDS_LEAST, "n": seeds},
    )
    _check_day(locked.closes_on)
    if locked.circle == Circle.LIST:
        ensure(locked.invitations.exists(), because=_("名单上还没有人，请先定名单。"))
    matter, today = locked.matter, clock.today()
    number = take_number(committee_id=locked.committee_id, series=f"conversation:{today.year}")
    matter.code, matter.opened_on = f"{today.year}-{number}", today
    matter.visibility = _SEEN_BY[Circle(locked.circle)]
    Matter.objects.filter(pk=matter.pk).update(opened_on=today)
    OpinionMap.objects.create(conversation=locked, committee_id=locked.committee_id)
    text = f"开始，有{seeds}条看法可以表态"
    advance_conversation("open", actor=actor, conversation=locked, text=text, audience=_PUBLIC)
    if locked.circle == Circle.PUBLIC:
        issue_code(actor=actor, matter=matter)
    _ask_to_vote(locked)
    return locked


@transaction.atomic
def close_conversation(*, actor: Actor, conversation: Conversation) -> Conversation:
    """End a conversation; what people said is frozen and counted for the last time.

    Raises:
        PermissionDenied: the actor does not keep it.
        Refused: people do not vote now.
    """
    locked = locked_for("close", actor, conversation)
    _close(locked, actor=actor, who=OFFICE)
    return locked


@transaction.atomic
def close_when_due(conversation: Conversation) -> bool:
    """End a conversation whose last day is over, if nobody has done so yet; return whether it was done now."""
    locked = lock_conversation(conversation)
    is_over = locked.closes_on is not None and locked.closes_on < clock.today()
    if locked.state != ConversationState.OPEN or not is_over:
        return False
    _close(locked, actor=NOBODY, who=SYSTEM)
    return True


@transaction.atomic
def cancel_conversation(*, actor: Actor, conversation: Conversation, reason: str) -> Conversation:
    """Stop a conversation without a result. All votes are deleted, and nothing leads to authors any more.

    Raises:
        PermissionDenied: the actor does not keep it.
        Refused: no reason, or it has ended.
    """
    locked = locked_for("cancel", actor, conversation)
    ensure(bool(reason.strip()), because=_("请写明为什么停止。"))
    had_begun = locked.state == ConversationState.OPEN
    _leave_unread(locked)
    text, audience = "停止", _PUBLIC if had_begun else _OF_OFFICE
    advance_conversation(
        "cancel", actor=actor, conversation=locked, text=text, note=reason.strip(), audience=audience
    )
    if had_begun:
        _forget(locked)
        tell_people(
            conversation=locked,
            groups=CONVERSATION.moves["cancel"].tells,
            text=f"网络议政「{locked.matter.title}」停止了：{reason.strip()}",
            but=actor,
        )
    return locked


def _close(locked: Conversation, *, actor: Actor, who: str) -> None:
    _leave_unread(locked)
    text = "结束" if who == OFFICE else "到截止日期，自动结束"
    advance_conversation("close", actor=actor, conversation=locked, text=text, who=who, audience=_PUBLIC)
    ask_for_final_count(locked.pk, locked.committee_id)
    tell_people(
        conversation=locked,
        groups=CONVERSATION.moves["close"].tells,
        text=f"网络议政「{locked.matter.title}」结束了，结果统计好就能看",
        but=actor,
    )


def _leave_unread(locked: Conversation) -> None:
    """Tell the authors of what nobody has decided about that it will not be published."""
    hold_statements(locked.pk)
    locked.statements.waiting().update(state=StatementState.REJECTED, outcome=UNREAD, is_held=False)


def _forget(locked: Conversation) -> None:
    """Delete every voice; what is begun and not yet kept of votes is waited for, and none comes after."""
    hold_counts(locked.pk)
    hold_votes(locked.pk)
    Voice.objects.filter(conversation=locked).delete()
    mix_statements(locked.pk, is_end=True)
    OpinionMap.objects.filter(pk=locked.pk).update(result={}, memory={}, voices=0, votes=0, counted_at=None)
    Statement.objects.filter(conversation=locked).update(priority=0)


def _ask_to_vote(conversation: Conversation) -> None:
    tell_people(
        conversation=conversation,
        groups=CONVERSATION.moves["open"].tells,
        text=f"请您表态：{conversation.matter.title}",
        path="vote/",
    )


def _check(outline: Outline) -> None:
    ensure(bool(outline.title.strip()), because=_("请写标题。"))
    ensure(bool(outline.question.strip()), because=_("请写问题。"))
    ensure(outline.circle in Circle.values, because=_("请选择谁可以参加。"))
    ensure(outline.statements_most > 0, because=_("参加的人每人至少能提一条看法。"))
    _check_day(outline.closes_on)


def _check_day(closes_on: date | None) -> None:
    ensure(closes_on is None or closes_on >= clock.today(), because=_("截止日期不能早于今天。"))


def _set(conversation: Conversation, outline: Outline) -> None:
    conversation.question = outline.question.strip()
    conversation.background = outline.background.strip()
    conversation.circle = outline.circle
    conversation.closes_on = outline.closes_on
    conversation.takes_statements = outline.takes_statements
    conversation.statements_most = outline.statements_most
