"""What sessions consist of, as lists: who came as a member (人次), and what was suggested."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.utils.http import urlencode

from tongxin.activities.grassroots.enums import Presence, Side
from tongxin.activities.grassroots.models import Attendee, DeliberationSession, Suggestion
from tongxin.activities.grassroots.selectors.session_wanted import session_conditions
from tongxin.activities.grassroots.selectors.sessions import query_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from tongxin.activities.grassroots.selectors.session_wanted import Wanted
    from tongxin.foundation.core.access import Actor

_ROWS = 50


@dataclass(frozen=True, slots=True)
class RowsPage:
    """One page of rows with their exact number."""

    total: int
    rows: Sequence[Any]
    page: Page[Any]
    page_range: Sequence[int | str]
    query: str
    is_narrowed: bool


def attendances(actor: Actor, wanted: Wanted) -> QuerySet[Attendee]:
    """Return who came as a member of a committee, once for each session, as the figure counts them."""
    found = Attendee.objects.filter(
        session_conditions(wanted, counted=True, prefix="session__"),
        committee_id=actor.committee_id or 0,
        session__in=DeliberationSession.objects.visible_to(actor).values("pk"),
        side=Side.MEMBER,
        presence=Presence.PRESENT,
    )
    if wanted.person:
        found = found.filter(person_id=wanted.person)
    return found.select_related("session__matter", "session__node", "person__home").order_by(
        "-session__held_on", "session_id", "name", "pk"
    )


def suggestions(actor: Actor, wanted: Wanted) -> QuerySet[Suggestion]:
    """Return the suggestions of sessions that took place, as the figure counts them."""
    return (
        Suggestion.objects.filter(
            session_conditions(wanted, counted=True, prefix="session__"),
            committee_id=actor.committee_id or 0,
            session__in=DeliberationSession.objects.visible_to(actor).values("pk"),
        )
        .select_related("session__matter", "session__node", "led_to")
        .order_by("-session__held_on", "session_id", "pk")
    )


def rows_page(found: QuerySet[Any], wanted: Wanted) -> RowsPage:
    """Return one page of rows. Two queries."""
    paginator = Paginator(found, _ROWS)
    page = paginator.get_page(wanted.page)
    return RowsPage(
        total=paginator.count,
        rows=list(page),
        page=page,
        page_range=list(paginator.get_elided_page_range(page.number)),
        query=urlencode(query_of(wanted)),
        is_narrowed=wanted.is_narrowed,
    )
