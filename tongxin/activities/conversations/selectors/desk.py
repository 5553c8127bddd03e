"""The moderation desk: what waits, beside what is published and says nearly the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.conversations.enums import ConversationState, StatementState
from tongxin.activities.conversations.permissions import can_keep
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from uuid import UUID

    from django.core.paginator import Page
    from django.utils.functional import _StrPromise

    from tongxin.activities.conversations.models import Conversation, Statement
    from tongxin.foundation.core.access import Actor

ROWS: Final = 20
_S = StatementState
TABS: Final[dict[str, tuple[str | _StrPromise, Q]]] = {
    "waiting": (_lazy("待审核"), Q(state=_S.PENDING, is_held=False)),
    "held": (_lazy("待甄别"), Q(state=_S.PENDING, is_held=True)),
    "published": (_lazy("已公布"), Q(state=_S.PUBLISHED)),
    "rejected": (_lazy("未公布"), Q(state=_S.REJECTED)),
    "merged": (_lazy("已并入"), Q(state=_S.MERGED)),
    "withdrawn": (_lazy("已撤下"), Q(state=_S.WITHDRAWN)),
}
_TO_DECIDE = ("waiting", "held")
# Less than is needed to take two for one: a person looks at these.
_LIKE_SHARE: Final = 0.3
_NEAREST: Final = 2


@dataclass(frozen=True, slots=True)
class Tab:
    """One state with its count, as ``ui/tabs.html`` takes it."""

    label: str | _StrPromise
    url: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One statement, with the published ones that are most like it."""

    statement: Statement
    on: date
    near: Sequence[Statement]

    @property
    def pk(self) -> UUID:
        """By which the form names it."""
        return self.statement.pk


@dataclass(frozen=True, slots=True)
class DeskPage:
    """Everything on the desk."""

    conversation: Conversation
    tab: str
    tabs: Sequence[Tab]
    rows: Sequence[DeskRow]
    page: Page[Statement]
    page_range: Sequence[int | str]
    may_decide: bool

    @property
    def is_queue(self) -> bool:
        """Whether these wait for a decision."""
        return self.tab in _TO_DECIDE


def read_tab(value: str) -> str:
    """Return the state that was asked for; what waits when it is unknown."""
    return value if value in TABS else "waiting"


def counts_of(conversation: Conversation) -> dict[str, int]:
    """Return how many statements there are in each state. One query."""
    found: dict[str, int] = conversation.statements.aggregate(
        **{name: Count("pk", filter=q) for name, (_label, q) in TABS.items()}
    )
    return found


def desk_page(actor: Actor, conversation: Conversation, tab: str, number: str) -> DeskPage:
    """Return one page of the desk, what waits longest first. At most four queries."""
    counts = counts_of(conversation)
    order = ("said_at", "pk") if tab in _TO_DECIDE else ("number", "-said_at", "pk")
    found = conversation.statements.filter(TABS[tab][1]).select_related("merged_into").order_by(*order)
    paginator = Paginator(found, ROWS)
    page = paginator.get_page(number)
    url = reverse("conversations:desk", args=[conversation.pk])
    may_decide = can_keep(actor, conversation) and conversation.state == ConversationState.OPEN
    compared = may_decide and tab in _TO_DECIDE and counts[tab]
    published = _marked(conversation.statements.published()) if compared else []
    return DeskPage(
        conversation=conversation,
        tab=tab,
        tabs=[
            Tab(label, f"{url}?tab={name}", counts[name], name == tab) for name, (label, _q) in TABS.items()
        ],
        rows=[_row(statement, published) for statement in page.object_list],
        page=page,
        page_range=list(paginator.get_elided_page_range(page.number)),
        may_decide=may_decide,
    )


def search_published(conversation: Conversation, words: str) -> list[Statement]:
    """Return the published statements that hold all these words, by number. One query."""
    found = conversation.statements.published()
    for word in words.split()[:5]:
        found = found.filter(text__icontains=word)
    return list(found.order_by("number"))


def _marked(statements: Iterable[Statement]) -> list[tuple[frozenset[str], Statement]]:
    # Split once, not for each pair: a page compares twenty with five hundred.
    return [(frozenset(statement.fingerprint.split()), statement) for statement in statements]


def _row(statement: Statement, published: Sequence[tuple[frozenset[str], Statement]]) -> DeskRow:
    mark = frozenset(statement.fingerprint.split())
    shares = ((len(mark & other) / (len(mark | other) or 1), found) for other, found in published)
    near = sorted(
        (pair for pair in shares if pair[0] >= _LIKE_SHARE), key=lambda pair: (-pair[0], pair[1].number or 0)
    )
    return DeskRow(
        statement=statement,
        on=statement.said_at.astimezone(clock.ZONE).date(),
        near=[found for _share, found in near[:_NEAREST]],
    )
