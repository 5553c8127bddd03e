"""What is asked of a person in the topics room: their part of the one to-do list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, F, Q, Window
from django.urls import reverse
from django.utils.translation import gettext as _

from tongxin.activities.topics.enums import ListState
from tongxin.activities.topics.models import TopicBallot, TopicList
from tongxin.activities.topics.permissions import can_recommend
from tongxin.activities.topics.selectors.rows import decidable, for_rows
from tongxin.activities.topics.voters import councils_of
from tongxin.capabilities.deadlines.asks import Asked, Todo, TodoGroup
from tongxin.foundation.core import clock
from tongxin.foundation.organization.enums import NODE_ROLES, Role

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor


def asked(actor: Actor, *, limit: int) -> Asked:
    """Return what is asked of a person, by due date. At most three queries."""
    groups, todos = [], []
    if _decides(actor):
        waiting = for_rows(decidable(actor).waiting()).annotate(n=Window(Count("pk")))
        topics = list(waiting.order_by(F("due_on").asc(nulls_last=True), "pk")[:limit])
        if topics:
            groups.append(TodoGroup("intake", _("请受理议题"), topics[0].n, reverse("topics:queue")))
        todos += [
            Todo(
                kind="intake",
                text=_("请受理议题"),
                title=topic.matter.title,
                code="",
                due_on=topic.due_on,
                url=reverse("topics:detail", args=[topic.pk]),
            )
            for topic in topics
            if topic.due_on
        ]
    if votes := open_votes(actor):
        groups.append(TodoGroup("vote", _("请投票"), len(votes), reverse("topics:lists")))
    todos += [
        Todo(
            kind="vote",
            text=_("请投票"),
            title=listing_title(open_list),
            code="",
            due_on=open_list.voting_until,
            url=reverse("topics:vote", args=[open_list.pk]),
        )
        for open_list in votes
        if open_list.voting_until
    ]
    return Asked(groups, sorted(todos, key=lambda todo: todo.due_on)[:limit])


def open_votes(actor: Actor) -> list[TopicList]:
    """Return the lists on which somebody has a vote that they have not cast. At most two queries."""
    if actor.member_id is None or not can_recommend(actor):
        return []
    voted = TopicBallot.objects.filter(member_id=actor.member_id).values("list_id")
    running = (
        TopicList.objects.visible_to(actor)
        .filter(Q(voting_until__gte=clock.today()), state=ListState.VOTING)
        .exclude(pk__in=voted)
        .select_related("node")
    )
    lists = list(running.order_by("voting_until", "pk"))
    seats = councils_of(actor) if any(found.node_id for found in lists) else frozenset()
    return [found for found in lists if found.node_id is None or found.node_id in seats]


def listing_title(topic_list: TopicList) -> str:
    """Return what a list is called: 2026年度议题清单（寺沟村协商议事会）."""
    title = _("%(year)s年度议题清单") % {"year": topic_list.year}
    return _("{name}（{more}）").format(name=title, more=topic_list.node.name) if topic_list.node else title


def _decides(actor: Actor) -> bool:
    return bool(actor.has(Role.STAFF, *NODE_ROLES))
