"""Statements: put by the office, published, not published, merged, withdrawn.

Authors have no account here; they read ``outcome`` on the voting page. No notice is written for them: it would
join a person with a statement. Members who put a statement under their own name are told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from tongxin.activities.conversations.actions.moving import (
    OFFICE,
    advance_conversation,
    locked_for,
    note_act,
)
from tongxin.activities.conversations.counting.asking import ask_for_count
from tongxin.activities.conversations.enums import ConversationState, StatementState
from tongxin.activities.conversations.models import Statement
from tongxin.activities.conversations.models.statement import TEXT_MOST
from tongxin.activities.conversations.permissions import can_keep
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.capabilities.notices.actions import tell
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused, ensure
from tongxin.foundation.core.fingerprints import fingerprint

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tongxin.activities.conversations.models import Conversation
    from tongxin.foundation.core.access import Actor

# What one page of paper holds; more at once nobody has read.
SEEDS_MOST: Final = 50
_OF_OFFICE = TimelineEntry.Audience.OFFICE
_STANDING = (StatementState.PENDING, StatementState.PUBLISHED)


@transaction.atomic
def seed_statement(*, actor: Actor, conversation: Conversation, texts: Sequence[str]) -> list[Statement]:
    """Put statements, all or none: the office's are published at once, a member's wait and bear the member's name.

    Raises:
        PermissionDenied: the actor neither keeps the conversation nor takes part in it.
        Refused: one is too long, there already or twice among these, or the member has enough; the sentence says
            which.
    """
    locked = locked_for("seed", actor, conversation)
    is_office = can_keep(actor, locked)
    lines = [" ".join(text.split()) for text in texts]
    ensure(0 < len(lines) <= SEEDS_MOST, because=_("一次提1到%d条看法。") % SEEDS_MOST)
    _ensure_new(locked, lines)
    if not is_office:
        _ensure_room(actor, locked, len(lines))
    first = _next_number(locked)
    made = [
        Statement(
            committee_id=locked.committee_id,
            conversation=locked,
            number=first + n if is_office else None,
            text=text,
            state=StatementState.PUBLISHED if is_office else StatementState.PENDING,
            by_id=actor.user_id,
            by_name=OFFICE if is_office else actor.name[:60],
            said_at=_hour(),
            fingerprint=fingerprint(text),
        )
        for n, text in enumerate(lines)
    ]
    Statement.objects.bulk_create(made)
    _note_seeds(actor, locked, len(made))
    return made


@transaction.atomic
def drop_seed(*, actor: Actor, statement: Statement) -> None:
    """Take a statement out of a draft, before anybody votes; those behind it move up.

    Raises:
        PermissionDenied: the actor does not keep the conversation.
        Refused: people vote already.
    """
    locked = locked_for("seed", actor, statement.conversation)
    ensure(locked.state == ConversationState.DRAFT, because=_("已经开始表态了，请用「撤下」，并写明原因。"))
    found = _found(locked, statement)
    number = found.number or 0
    note_act("drop_seed", actor=actor, conversation=locked, number=number, text=found.text)
    found.delete()
    # One after the other: no two may have the same number even for a moment.
    for behind in locked.statements.filter(number__gt=number).order_by("number"):
        Statement.objects.filter(pk=behind.pk).update(number=F("number") - 1)


@transaction.atomic
def publish_statement(*, actor: Actor, statement: Statement) -> Statement:
    """Let people vote on a statement; it gets the next number, which no other ever has.

    Raises:
        PermissionDenied: the actor does not keep the conversation.
        Refused: somebody has decided about it already, or the conversation has ended.
    """
    locked, waiting = _waiting(actor, statement)
    waiting.number = _next_number(locked)
    waiting.state = StatementState.PUBLISHED
    waiting.outcome = ""
    _decide(waiting)
    note_act(
        "publish_statement",
        actor=actor,
        conversation=locked,
        statement=str(waiting.pk),
        number=waiting.number,
    )
    _tell_author(locked, waiting, f"您的看法公布了，大家可以表态：{waiting.text}")
    return waiting


@transaction.atomic
def reject_statement(*, actor: Actor, statement: Statement, reason: str) -> Statement:
    """Do not publish a statement; its author reads why.

    Raises:
        PermissionDenied: the actor does not keep the conversation.
        Refused: no reason, or somebody has decided about it already.
    """
    locked, waiting = _waiting(actor, statement)
    waiting.state, waiting.outcome = StatementState.REJECTED, _reason(reason)
    _decide(waiting)
    note_act(
        "reject_statement",
        actor=actor,
        conversation=locked,
        statement=str(waiting.pk),
        reason=waiting.outcome,
    )
    _tell_author(locked, waiting, f"您的看法没有公布：{waiting.outcome}")
    return waiting


@transaction.atomic
def merge_statement(*, actor: Actor, statement: Statement, into: Statement) -> Statement:
    """Let a published statement stand for one that says the same; its author reads which.

    Raises:
        PermissionDenied: the actor does not keep the conversation.
        Refused: somebody has decided about it already, or the other is not published here.
    """
    locked, waiting = _waiting(actor, statement)
    lead = Statement.objects.filter(conversation=locked, pk=into.pk).published().first()
    ensure(lead is not None, because=_("只能并入这个对话里已经公布的看法，那一条不在了。"))
    assert lead is not None  # noqa: S101 (said so to the person above; for the type)
    waiting.state, waiting.merged_into = StatementState.MERGED, lead
    waiting.outcome = f"与第{lead.number}条看法意思相同，请对那一条表态。"
    _decide(waiting)
    note_act(
        "merge_statement",
        actor=actor,
        conversation=locked,
        statement=str(waiting.pk),
        into=lead.number,
    )
    _tell_author(locked, waiting, f"您的看法{waiting.outcome}")
    return waiting


@transaction.atomic
def withdraw_statement(*, actor: Actor, statement: Statement, reason: str) -> Statement:
    """Take back what was published: nobody votes on it any more, and what was voted counts no more.

    Raises:
        PermissionDenied: the actor does not keep the conversation.
        Refused: no reason, or it is not published.
    """
    locked = locked_for("moderate", actor, statement.conversation)
    found = _found(locked, statement)
    ensure(found.state == StatementState.PUBLISHED, because=_("这条看法现在没有公布，不用撤下。"))
    found.state, found.outcome = StatementState.WITHDRAWN, _reason(reason)
    found.save(update_fields=["state", "outcome"])
    advance_conversation(
        "moderate",
        actor=actor,
        conversation=locked,
        text=f"撤下第{found.number}条看法",
        note=found.outcome,
        audience=_OF_OFFICE,
        number=found.number,
    )
    ask_for_count(locked.pk, locked.committee_id)
    _tell_author(locked, found, f"您的看法撤下了：{found.outcome}")
    return found


@transaction.atomic
def mark_meta(*, actor: Actor, statement: Statement, is_meta: bool) -> Statement:
    """Note that a statement is about the conversation itself rather than about its subject, or that it is not.

    Raises:
        PermissionDenied: the actor does not keep the conversation.
        Refused: the conversation is not open.
    """
    locked = locked_for("moderate", actor, statement.conversation)
    found = _found(locked, statement)
    found.is_meta = is_meta
    found.save(update_fields=["is_meta"])
    note_act("mark_meta", actor=actor, conversation=locked, statement=str(found.pk), is_meta=is_meta)
    return found


def _waiting(actor: Actor, statement: Statement) -> tuple[Conversation, Statement]:
    """Return the locked conversation, and the statement if nobody has decided about it yet."""
    locked = locked_for("moderate", actor, statement.conversation)
    found = _found(locked, statement)
    if found.state != StatementState.PENDING:
        raise Refused(
            _("「{text}」刚才已经有人审过了：{state}。").format(
                text=found.text, state=found.get_state_display()
            )
        )
    return locked, found


def _found(locked: Conversation, statement: Statement) -> Statement:
    found = Statement.objects.select_for_update().filter(conversation=locked, pk=statement.pk).first()
    ensure(found is not None, because=_("这条看法已经不在了，请刷新页面看看。"))
    assert found is not None  # noqa: S101 (said so to the person above; for the type)
    return found


def _decide(statement: Statement) -> None:
    statement.is_held = False
    statement.save(update_fields=["number", "state", "outcome", "merged_into", "is_held"])


def _next_number(locked: Conversation) -> int:
    """Return the number that comes next. The conversation is locked, so no other gets it."""
    return (locked.statements.aggregate(last=Max("number"))["last"] or 0) + 1


def _ensure_new(locked: Conversation, lines: Sequence[str]) -> None:
    """Stop where a line is empty, too long, or says in the same words what is there already."""
    there = set(locked.statements.filter(state__in=_STANDING).values_list("fingerprint", flat=True))
    for n, line in enumerate(lines, 1):
        ensure(bool(line), because=_("第%d条是空的。") % n)
        ensure(
            len(line) <= TEXT_MOST,
            because=_("第%(n)d条有%(long)d字，一条最多%(most)d字：%(start)s…")
            % {"n": n, "long": len(line), "most": TEXT_MOST, "start": line[:20]},
        )
        mark = fingerprint(line)
        ensure(mark not in there, because=_("第%(n)d条已经有了：%(text)s") % {"n": n, "text": line})
        there.add(mark)


def _ensure_room(actor: Actor, locked: Conversation, more: int) -> None:
    ensure(locked.takes_statements, because=_("这个对话只表态，不收新的看法。"))
    own = locked.statements.filter(by_id=actor.user_id, state__in=_STANDING).count()
    ensure(
        own + more <= locked.statements_most,
        because=_("每人最多提%(most)d条看法，您已经提了%(n)d条。")
        % {"most": locked.statements_most, "n": own},
    )


def _note_seeds(actor: Actor, locked: Conversation, count: int) -> None:
    """Write into the timeline what the office put; a member's own statement only into the audit log."""
    if can_keep(actor, locked):
        text = f"提了{count}条看法"
        advance_conversation(
            "seed", actor=actor, conversation=locked, text=text, audience=_OF_OFFICE, count=count
        )
    else:
        note_act("seed", actor=actor, conversation=locked, count=count)


def _tell_author(locked: Conversation, statement: Statement, text: str) -> None:
    """Tell a member who put the statement under the own name; of others nobody knows who they are."""
    if statement.by_id is None or statement.by_name == OFFICE:
        return
    tell(
        user_ids={statement.by_id},
        committee_id=locked.committee_id,
        text=text,
        url=f"/talks/{locked.pk}/vote/",
        matter=locked.matter,
    )


def _reason(reason: str) -> str:
    said = " ".join(reason.split())
    ensure(bool(said), because=_("请写明理由，提出的人看得到。"))
    most = 200
    ensure(len(said) <= most, because=_("理由最多%d字。") % most)
    return said


def _hour() -> datetime:
    return clock.now().replace(minute=0, second=0, microsecond=0)
