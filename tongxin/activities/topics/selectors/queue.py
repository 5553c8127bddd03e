"""The queue: what nobody has decided about yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.topics.enums import TopicState
from tongxin.activities.topics.selectors.rows import Row, decidable, for_rows, rows_of
from tongxin.activities.topics.selectors.wanted import Filter, Wanted, condition, filters_of
from tongxin.capabilities.deadlines.selectors import calendar_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.core.paginator import Page
    from django.utils.functional import _StrPromise

    from tongxin.activities.topics.models import Topic, TopicQuerySet
    from tongxin.foundation.core.access import Actor

ROWS = 30
_OPEN = Q(matter__state=TopicState.COLLECTED)
TABS: dict[str, tuple[str | _StrPromise, Q]] = {
    "waiting": (_lazy("待受理"), _OPEN & Q(is_held=False)),
    "held": (_lazy("待甄别"), _OPEN & Q(is_held=True)),
    "all": (_lazy("全部"), _OPEN),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """One saved view with its count."""

    label: str
    url: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    """Everything that a list of topics shows."""

    wanted: Wanted
    tabs: Sequence[Tab]
    filters: Sequence[Filter]
    rows: Sequence[Row]
    page: Page[Topic]
    page_range: Sequence[int | str]


def queue_page(actor: Actor, wanted: Wanted) -> ListPage:
    """Return one page of what somebody is to decide, the most urgent first. Seven queries."""
    mine = decidable(actor)
    counts = mine.aggregate(**{name: Count("pk", filter=q) for name, (_label, q) in TABS.items()})
    found = for_rows(mine.filter(TABS[wanted.tab][1], condition(actor, wanted))).order_by(
        "-is_urgent", F("due_on").asc(nulls_last=True), "matter__opened_on", "pk"
    )
    return page_of(
        actor,
        wanted,
        found,
        tabs=[(name, str(label), counts[name]) for name, (label, _q) in TABS.items()],
        url=reverse("topics:queue"),
        with_state=False,
    )


def page_of(
    actor: Actor,
    wanted: Wanted,
    found: TopicQuerySet,
    *,
    tabs: Sequence[tuple[str, str, int]],
    url: str,
    with_state: bool,
) -> ListPage:
    """Return one page of a list of topics. Six queries."""
    paginator = Paginator(found, ROWS)
    page = paginator.get_page(wanted.page)
    topics = list(page.object_list)
    return ListPage(
        wanted=wanted,
        tabs=[Tab(label, f"{url}?tab={name}", count, name == wanted.tab) for name, label, count in tabs],
        filters=filters_of(actor, wanted, with_state=with_state),
        rows=rows_of(actor, topics, calendar_of(actor.committee_id or 0)),
        page=page,
        page_range=list(paginator.get_elided_page_range(page.number)),
    )


def ticked(actor: Actor, pks: Sequence[UUID]) -> list[Topic]:
    """Return the ticked topics that somebody decides about, in the order of the queue."""
    return list(decidable(actor).filter(_OPEN, pk__in=pks).for_list().order_by("matter__opened_on", "pk"))
