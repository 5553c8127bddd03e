"""Annual lists of topics: those there are, one with its candidates, and what everybody may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from tongxin.activities.topics.actions.listing import Outcome, candidates_for, outcome_of
from tongxin.activities.topics.enums import ListState
from tongxin.activities.topics.lifecycle_listing import STEPS, TOPIC_LIST
from tongxin.activities.topics.models import Topic, TopicBallot, TopicList, TopicListItem
from tongxin.activities.topics.permissions import can_keep_list, can_vote
from tongxin.activities.topics.selectors.asks import listing_title
from tongxin.capabilities.matters.models import Visibility
from tongxin.foundation.core import clock
from tongxin.foundation.core.components import Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.lifecycle import State
    from tongxin.foundation.organization.models import Committee


@dataclass(frozen=True, slots=True)
class ListRow:
    """One list among all."""

    topic_list: TopicList
    title: str
    state: State
    candidates: int
    chosen: int
    ballots: int


@dataclass(frozen=True, slots=True)
class ListDetail:
    """One list as somebody sees it.

    Attributes:
        shows_votes: whether numbers of votes are shown: only to who keeps the list, and not while votes come in.
        outcome: what the votes say, for who decides.
        hidden: how many of the chosen the public does not see, because they are not public themselves.
    """

    topic_list: TopicList
    title: str
    state: State
    steps: list[Step]
    items: Sequence[TopicListItem]
    ballots: int
    keeps: bool
    votes: bool
    has_voted: bool
    is_over: bool
    shows_votes: bool
    outcome: Outcome
    hidden: int

    @property
    def can_cast(self) -> bool:
        """Whether this person can vote now."""
        return self.votes and not self.has_voted and not self.is_over


def list_rows(actor: Actor) -> list[ListRow]:
    """Return the lists that somebody may see, the newest first. One query."""
    found = (
        TopicList.objects.visible_to(actor)
        .select_related("node")
        .annotate(
            n_items=Count("items", distinct=True),
            n_chosen=Count("items", filter=Q(items__is_chosen=True), distinct=True),
            n_ballots=Count("ballots", distinct=True),
        )
        .order_by("-year", "node__name", "pk")
    )
    return [
        ListRow(
            row, listing_title(row), TOPIC_LIST.states[row.state], row.n_items, row.n_chosen, row.n_ballots
        )
        for row in found
        if row.state != ListState.DRAFT or can_keep_list(actor, row)
    ]


def list_detail(actor: Actor, topic_list: TopicList) -> ListDetail:
    """Return one list as somebody sees it. At most four queries."""
    items = list(topic_list.items.select_related("topic__matter", "topic__node", "topic__category"))
    keeps, state = can_keep_list(actor, topic_list), TOPIC_LIST.states[topic_list.state]
    voting = topic_list.state == ListState.VOTING
    votes = voting and can_vote(actor, topic_list)
    chosen = [item for item in items if item.is_chosen]
    return ListDetail(
        topic_list=topic_list,
        title=listing_title(topic_list),
        state=state,
        steps=[
            Step(
                str(label), "done" if n < state.step or state.final else "now" if n == state.step else "todo"
            )
            for n, label in enumerate(STEPS)
            if n != 1 or topic_list.way == TopicList.Way.VOTE
        ],
        items=items if topic_list.state != ListState.DECIDED or keeps else chosen,
        ballots=topic_list.ballots.count(),
        keeps=keeps,
        votes=votes,
        has_voted=votes and _has_voted(actor, topic_list),
        is_over=voting and topic_list.voting_until is not None and topic_list.voting_until < clock.today(),
        shows_votes=keeps
        and topic_list.way == TopicList.Way.VOTE
        and topic_list.state in {ListState.CLOSED, ListState.DECIDED},
        outcome=outcome_of(topic_list.seats, items),
        hidden=sum(item.topic.matter.visibility != Visibility.PUBLIC for item in chosen),
    )


def _has_voted(actor: Actor, topic_list: TopicList) -> bool:
    cast = TopicBallot.objects.filter(list=topic_list)
    return actor.member_id is not None and cast.filter(member_id=actor.member_id).exists()


def candidates(actor: Actor, topic_list: TopicList) -> list[tuple[Topic, bool]]:
    """Return the topics that can stand on a list, and whether each does. Two queries."""
    standing = set(topic_list.items.values_list("topic_id", flat=True))
    found = candidates_for(topic_list).visible_to(actor).for_list().order_by("-matter__opened_on", "pk")
    return [(topic, topic.pk in standing) for topic in found]


@dataclass(frozen=True, slots=True)
class PublicList:
    """A decided list as everybody reads it."""

    title: str
    topic_list: TopicList
    topics: list[str]


def decided_lists(committee: Committee) -> list[PublicList]:
    """Return the decided lists of a committee with the titles that are public. Two queries.

    The caller has opened the committee's scope; in that of the public the database itself lets through only
    what was chosen and is public.
    """
    lists = list(
        TopicList.objects.filter(committee=committee, state=ListState.DECIDED)
        .select_related("node")
        .order_by("-year", "node__name", "pk")
    )
    titles: dict[object, list[str]] = {}
    items = TopicListItem.objects.filter(
        list__in=lists, is_chosen=True, topic__matter__visibility=Visibility.PUBLIC
    ).select_related("topic__matter")
    for item in items.order_by("order"):
        titles.setdefault(item.list_id, []).append(item.topic.shown_title)
    return [
        PublicList(listing_title(found), found, titles[found.pk]) for found in lists if found.pk in titles
    ]
