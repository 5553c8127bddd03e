"""What the voting page shows, at both of its doors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from tongxin.activities.conversations.ballots import answers_of
from tongxin.activities.conversations.devices import mark_of
from tongxin.activities.conversations.enums import Answer, ConversationState, StatementState
from tongxin.activities.conversations.keys import author_index, voice_index
from tongxin.activities.conversations.models import Statement, Voice
from tongxin.activities.conversations.selectors.drawing import draw, published_statements
from tongxin.capabilities.matters.models import TimelineEntry

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from tongxin.activities.conversations.models import Conversation
    from tongxin.activities.conversations.selectors.drawing import Votable

# Results are shown after so many answers, or after all where there are fewer statements.
MAP_AFTER: Final = 7
_TONES: Final = {
    StatementState.PENDING: "wait",
    StatementState.PUBLISHED: "ok",
    StatementState.MERGED: "ok",
    StatementState.REJECTED: "stop",
    StatementState.WITHDRAWN: "stop",
}


@dataclass(frozen=True, slots=True)
class OwnStatement:
    """A statement of the person before the screen, with what became of it."""

    text: str
    tone: str
    state: str
    told: str
    mark: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class VotingPage:
    """All that the page says.

    Attributes:
        shown: the statement on the screen; None when there is nothing left to answer.
        answer: what this voice said of it before, when it is looked at again.
        handful: what a phone takes along, the shown one first.
        before: the number of the statement that was answered last, to go back to.
        map_after: how many answers show the map.
        own: the own statements, newest outcome first.
        why_stopped: the reason, when the office stopped it.
    """

    conversation: Conversation
    shown: Votable | None
    answer: Answer | None
    handful: list[Votable]
    before: int
    answered: int
    total: int
    map_after: int
    own: list[OwnStatement]
    why_stopped: str = ""

    @property
    def is_open(self) -> bool:
        """Whether people vote now."""
        return self.conversation.state == ConversationState.OPEN

    @property
    def is_over(self) -> bool:
        """Whether it has ended as it should."""
        return self.conversation.state == ConversationState.CLOSED

    @property
    def sees_map(self) -> bool:
        """Whether the map is open to this voice."""
        return self.is_over or (self.total > 0 and self.answered >= self.map_after)

    @property
    def has_news(self) -> bool:
        """Whether something became of an own statement that was not on the screen yet."""
        return any(statement.is_new for statement in self.own)


def ballot_of(conversation: Conversation, secret: str) -> str:
    """Return what a voice has answered; empty when there is none."""
    if not secret:
        return ""
    index = voice_index(conversation.pk, secret)
    found = Voice.objects.filter(conversation=conversation, key_index=index).values_list("ballot", flat=True)
    return str(found.first() or "")


def voting_page(
    conversation: Conversation,
    secret: str,
    *,
    again: int = 0,
    before: int = 0,
    seen: Collection[str] = (),
) -> VotingPage:
    """Return the page of a voice.

    Args:
        conversation: which one.
        secret: of the voice; empty when the device is new here.
        again: number of a statement to look at again, to change the answer.
        before: number of the statement that was answered last.
        seen: marks of outcomes that were on this screen before.
    """
    statements = published_statements(conversation.pk)
    answers = answers_of(ballot_of(conversation, secret))
    is_open = conversation.state == ConversationState.OPEN
    handful = draw(statements, answers) if is_open else []
    looked_at = next((s for s in statements if s.number == again), None) if is_open else None
    if looked_at:
        handful = [looked_at, *(s for s in handful if s != looked_at)]
    shown = handful[0] if handful else None
    return VotingPage(
        conversation=conversation,
        shown=shown,
        answer=answers.get(shown.number) if shown else None,
        handful=handful,
        before=before if before in answers and before != again else 0,
        answered=sum(statement.number in answers for statement in statements),
        total=len(statements),
        map_after=min(MAP_AFTER, len(statements)),
        own=own_statements(conversation.pk, secret, seen=seen),
        why_stopped=_why_stopped(conversation),
    )


def _why_stopped(conversation: Conversation) -> str:
    if conversation.state != ConversationState.CANCELLED:
        return ""
    told = TimelineEntry.objects.filter(
        matter_id=conversation.pk, verb="cancel", audience=TimelineEntry.Audience.PUBLIC
    )
    return str(told.values_list("note", flat=True).first() or "")


def own_statements(conversation_id: UUID, secret: str, *, seen: Collection[str] = ()) -> list[OwnStatement]:
    """Return what this person said, with what became of it."""
    if not secret:
        return []
    rows = Statement.objects.filter(
        conversation_id=conversation_id, author_index=author_index(conversation_id, secret)
    ).select_related("merged_into")
    told = [_told(row, seen) for row in rows.order_by("said_at", "text")]
    return sorted(told, key=lambda statement: not statement.is_new)


def _told(row: Statement, seen: Collection[str]) -> OwnStatement:
    state = StatementState(row.state)
    mark = mark_of(row.pk, state)
    return OwnStatement(
        text=row.text,
        tone=_TONES[state],
        state=str(state.label),
        told=_words(row),
        mark=mark,
        is_new=state != StatementState.PENDING and mark not in seen,
    )


def _words(row: Statement) -> str:
    """Return why, in a sentence; nothing where the state says it all."""
    if row.state == StatementState.MERGED and row.merged_into:
        same = _("和这一条说的是一件事：「%(text)s」。") % {"text": row.merged_into.text}
        return f"{same}{row.outcome}"
    if row.state == StatementState.PENDING:
        return _("工作人员看过以后公布，结果写在这里。")
    return row.outcome
