"""A statement that people agreed on goes into the work: to which matter, and how it stood on the day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.conversations.enums import StatementState
from tongxin.activities.conversations.lifecycle import CONVERSATION
from tongxin.activities.conversations.models import OpinionMap, Statement, StatementUse
from tongxin.capabilities.matters.actions import link_matters, move_matter
from tongxin.capabilities.matters.models import Relation, TimelineEntry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused, ensure

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from tongxin.capabilities.matters.models import Matter
    from tongxin.foundation.core.access import Actor

_OFFICE = TimelineEntry.Audience.OFFICE
_HALF = 0.5


@transaction.atomic
def use_statement(*, actor: Actor, statement: Statement, target: Matter) -> StatementUse:
    """Keep that a statement of a closed conversation led to a matter, with the numbers of the final map.

    What a proposal begins with is its proposer's own, so the conversation tells only the office of it.

    Raises:
        PermissionDenied: the actor neither keeps the conversation nor is a member here.
        Refused: the conversation is not closed and counted, the statement is not published, or it led there before.
    """
    locked = lock_statement(statement)
    conversation = locked.conversation
    CONVERSATION.check("use_statement", actor, conversation)
    standing = standing_now(locked)
    ensure(not locked.uses.filter(matter=target).exists(), because=_("这条看法已经用到这件事里了。"))
    made = StatementUse.objects.create(
        committee_id=locked.committee_id,
        statement=locked,
        matter=target,
        standing=standing,
        on=clock.today(),
        by_id=actor.user_id,
        by_name=actor.name,
    )
    link_matters(actor=actor, source=conversation.matter, target=target, relation=Relation.RAISED)
    text = f"把第{locked.number}条看法用到工作中"
    move_matter(actor=actor, matter=conversation.matter, verb="use_statement", text=text, audience=_OFFICE)
    return made


def lock_statement(statement: Statement) -> Statement:
    """Return the statement as it stands, with its conversation; nobody else uses it until the transaction ends."""
    found = Statement.objects.select_for_update(of=("self",)).select_related("conversation__matter")
    return found.get(pk=statement.pk)


def refuse_twice(statement: Statement, kind: str) -> None:
    """Stop where a locked statement has led to a matter of this kind already.

    Raises:
        Refused: the sentence names what it led to.
    """
    use = statement.uses.filter(matter__kind=kind).select_related("matter").order_by("pk").first()
    if use is not None:
        raise Refused(
            _("这条看法已经用过了：{kind}「{title}」。").format(
                kind=use.matter.get_kind_display(), title=use.matter.title
            )
        )


def standing_now(statement: Statement) -> str:
    """Return how people stood to a statement when its conversation ended, as it is recorded.

    Raises:
        Refused: the final count is not there, or it says nothing of this statement.
    """
    ensure(statement.state == StatementState.PUBLISHED, because=_("这条看法没有公布，或者已经撤下，不能用。"))
    found = OpinionMap.objects.filter(conversation=statement.conversation_id, is_final=True).first()
    if found is None:
        raise Refused(_("结果正在统计，过一会儿再用。"))
    row = _row_of(found.result, statement.number)
    if row is None:
        raise Refused(_("表态的人太少，这条看法没有可以公布的数。"))
    return in_words(row)


def standings(conversation_id: UUID) -> dict[int, str]:
    """Return how people stood to each statement that the final map counts, by number. One query."""
    found = OpinionMap.objects.filter(conversation=conversation_id, is_final=True).first()
    rows = found.result.get("statements", ()) if found else ()
    return {int(row["number"]): in_words(row) for row in rows if row["votes"]}


def in_words(row: Mapping[str, Any]) -> str:
    """Return what a row of the map says: 「342人表态，赞成91%，各群体都赞成」."""
    votes, agrees, disagrees = row["votes"], row["agrees"], row["disagrees"]
    side, word = (agrees, "赞成") if agrees >= disagrees else (disagrees, "不赞成")
    said = f"{votes}人表态，{word}{round(100 * side / votes)}%"
    groups = [g for g in row.get("groups") or () if g["votes"]]
    if not groups:
        return said
    key = "agrees" if agrees >= disagrees else "disagrees"
    alike = all(g[key] > _HALF * g["votes"] for g in groups)
    return f"{said}，{f'各群体都{word}' if alike else '各群体看法不一'}"


def _row_of(result: Mapping[str, Any], number: int | None) -> Mapping[str, Any] | None:
    rows = result.get("statements", ())
    return next((row for row in rows if row["number"] == number and row["votes"]), None)
