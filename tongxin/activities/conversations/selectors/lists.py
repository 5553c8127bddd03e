"""The list of conversations: saved views, search, one page of rows."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.conversations.enums import Circle, ConversationState, StatementState
from tongxin.activities.conversations.lifecycle import CONVERSATION
from tongxin.activities.conversations.models import Conversation
from tongxin.activities.conversations.models.conversation import READERS
from tongxin.activities.conversations.permissions import can_begin
from tongxin.activities.conversations.selectors.asks import unanswered
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from django.core.paginator import Page
    from django.http import QueryDict
    from django.utils.functional import _StrPromise

    from tongxin.foundation.core.access import Actor

ROWS = 20
_SEARCH_CHARACTERS = 40
_S = ConversationState
_ENDED = Q(matter__state__in=(_S.CLOSED, _S.CANCELLED))
_TABS: dict[str, tuple[str | _StrPromise, Q]] = {
    "all": (_lazy("全部"), Q()),
    "open": (_lazy("正在进行"), Q(matter__state=_S.OPEN)),
    "draft": (_lazy("正在准备"), Q(matter__state=_S.DRAFT)),
    "ended": (_lazy("已结束"), _ENDED),
}
_MEMBERS = ("open", "asked", "ended")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which conversations somebody asked for; only values that the list knows."""

    tab: str
    q: str = ""
    circle: str = ""
    page: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether more than a saved view was asked for."""
        return bool(self.q or self.circle)


@dataclass(frozen=True, slots=True)
class Tab:
    """One saved view with its count, as ``ui/tabs.html`` takes it."""

    label: str | _StrPromise
    url: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation as a row."""

    pk: UUID
    title: str
    question: str
    circle: str
    code: str
    opened_on: date | None
    closes_on: date | None
    closed_on: date | None
    voices: int | None
    published: int
    queued: int
    state: str | _StrPromise
    tone: str
    is_open: bool
    is_closed: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    """Everything that the list shows."""

    wanted: Wanted
    tabs: Sequence[Tab]
    rows: Sequence[Row]
    page: Page[Any]
    page_range: Sequence[int | str]
    circles: Sequence[tuple[str, Any]]
    is_office: bool
    may_begin: bool
    may_vote: bool


def read_wanted(actor: Actor, query: QueryDict) -> Wanted:
    """Return what a query string asks for; what the list does not know is left out."""
    tab, circle = query.get("tab", ""), query.get("circle", "")
    plain = unicodedata.normalize("NFKC", query.get("q", ""))
    words = " ".join("".join(c if c.isprintable() else " " for c in plain).split())[:_SEARCH_CHARACTERS]
    names = _names(actor)
    return Wanted(
        tab if tab in names else names[0],
        words,
        circle if circle in Circle.values else "",
        query.get("page", ""),
    )


def list_page(actor: Actor, wanted: Wanted) -> ListPage:
    """Return one page of the conversations that somebody may open. At most five queries."""
    seen = Conversation.objects.visible_to(actor)
    conditions = {name: _condition(actor, name) for name in _names(actor)}
    counts = seen.aggregate(**{f"n_{name}": Count("pk", filter=q) for name, q in conditions.items()})
    found = seen.filter(conditions[wanted.tab], _narrowed(wanted)).for_list()
    paginator = Paginator(_numbered(found).order_by("-matter__opened_on", "-matter__made_at", "pk"), ROWS)
    page = paginator.get_page(wanted.page)
    url = reverse("conversations:list")
    return ListPage(
        wanted=wanted,
        tabs=[
            Tab(_label(name), f"{url}?tab={name}", counts[f"n_{name}"], name == wanted.tab)
            for name in conditions
        ],
        rows=[_row(conversation) for conversation in page.object_list],
        page=page,
        page_range=list(paginator.get_elided_page_range(page.number)),
        circles=Circle.choices,
        is_office=actor.has(*READERS),
        may_begin=can_begin(actor),
        may_vote=actor.member_id is not None and actor.has(Role.MEMBER),
    )


def _names(actor: Actor) -> Sequence[str]:
    """Return the saved views of somebody: members have one for what asks them."""
    if not actor.has(*READERS):
        return _MEMBERS
    return (*_TABS, "asked") if actor.has(Role.MEMBER) else tuple(_TABS)


def _label(name: str) -> str | _StrPromise:
    return _lazy("等您表态") if name == "asked" else _TABS[name][0]


def _condition(actor: Actor, name: str) -> Q:
    if name == "asked":
        return Q(pk__in=[talk.pk for talk in unanswered(actor)])
    return _TABS[name][1]


def _narrowed(wanted: Wanted) -> Q:
    found = Q(circle=wanted.circle) if wanted.circle else Q()
    for word in wanted.q.split():
        found &= Q(matter__title__icontains=word) | Q(question__icontains=word) | Q(matter__code=word)
    return found


def _numbered(conversations: Any) -> Any:  # noqa: ANN401 (a queryset, annotated)
    waits = Q(statements__state=StatementState.PENDING, statements__is_held=False)
    return conversations.annotate(
        published=Count("statements", filter=Q(statements__state=StatementState.PUBLISHED)),
        queued=Count("statements", filter=waits),
    )


def _row(conversation: Any) -> Row:  # noqa: ANN401 (annotated)
    state = CONVERSATION.states[conversation.state]
    counted = getattr(conversation, "map", None)
    return Row(
        pk=conversation.pk,
        title=conversation.matter.title,
        question=conversation.question,
        circle=str(Circle(conversation.circle).label),
        code=conversation.matter.code or "",
        opened_on=conversation.matter.opened_on if conversation.matter.code else None,
        closes_on=conversation.closes_on,
        closed_on=conversation.matter.closed_on,
        voices=counted.voices if counted else None,
        published=conversation.published,
        queued=conversation.queued,
        state=state.label,
        tone=state.tone,
        is_open=conversation.state == _S.OPEN,
        is_closed=conversation.state == _S.CLOSED,
    )
