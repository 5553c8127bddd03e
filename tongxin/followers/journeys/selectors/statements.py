"""The statements of a closed conversation to choose from, and what each has led to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tongxin.activities.conversations.actions.using import standings
from tongxin.activities.conversations.models import Conversation, OpinionMap, StatementUse
from tongxin.activities.grassroots.models import DeliberationSession
from tongxin.activities.proposals.models import Proposal
from tongxin.activities.topics.models import Topic
from tongxin.capabilities.matters.models import Kind
from tongxin.capabilities.matters.pages import page_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from tongxin.capabilities.matters.models import Matter
    from tongxin.foundation.core.access import Actor

_ROWS: dict[str, Any] = {Kind.TOPIC: Topic, Kind.SESSION: DeliberationSession, Kind.PROPOSAL: Proposal}


@dataclass(frozen=True, slots=True)
class Use:
    """Where a statement went; without title and address where the actor may not open it."""

    use: StatementUse
    kind: str
    title: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A statement, how people stood to it, and where it went; ``number`` is its place in ballots."""

    pk: UUID
    number: int
    text: str
    standing: str
    is_common: bool
    uses: tuple[Use, ...]

    @property
    def is_topic(self) -> bool:
        """Whether it is a topic already; then it is not made one again."""
        return any(one.use.matter.kind == Kind.TOPIC for one in self.uses)


def statements_of(actor: Actor, conversation: Conversation) -> list[StatementRow]:
    """Return the statements that the final map counts: what all agree on first. At most seven queries."""
    told = standings(conversation.pk)
    found = OpinionMap.objects.filter(conversation=conversation.pk, is_final=True).first()
    common = [int(one["number"]) for one in found.result.get("common", ())] if found else []
    ranks = {number: n for n, number in enumerate(common)}
    uses = defaultdict(list)
    for one in uses_of(actor, conversation.pk):
        uses[one.use.statement_id].append(one)
    rows = [
        StatementRow(s.pk, s.number or 0, s.text, told[s.number or 0], s.number in ranks, tuple(uses[s.pk]))
        for s in conversation.statements.published().order_by("number")
        if s.number in told
    ]
    return sorted(rows, key=lambda row: ranks.get(row.number, len(ranks)))


def uses_of(actor: Actor, conversation_id: UUID) -> list[Use]:
    """Return where the statements of a conversation went. At most four queries."""
    found = StatementUse.objects.filter(statement__conversation=conversation_id)
    uses = list(found.select_related("statement", "matter").order_by("on", "pk"))
    seen = _seen(actor, [use.matter for use in uses])
    return [
        Use(use, str(Kind(use.matter.kind).label), use.matter.title, page_of(use.matter.kind, use.matter_id))
        if use.matter_id in seen
        else Use(use, str(Kind(use.matter.kind).label))
        for use in uses
    ]


def sources_of(actor: Actor, matter_id: UUID) -> list[StatementUse]:
    """Return the statements that led to a matter, of conversations that the actor may open. One query."""
    found = StatementUse.objects.filter(matter=matter_id).select_related("statement__conversation__matter")
    seen = Conversation.objects.visible_to(actor).values("pk")
    return list(found.filter(statement__conversation__in=seen).order_by("on", "pk"))


def _seen(actor: Actor, matters: Iterable[Matter]) -> set[UUID]:
    by_kind: dict[str, list[UUID]] = defaultdict(list)
    for matter in matters:
        by_kind[matter.kind].append(matter.pk)
    seen: set[UUID] = set()
    for kind, ids in by_kind.items():
        seen |= set(_ROWS[kind].objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))
    return seen
