"""The list of topics: saved views, filters, one page of rows, and the same rows as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.topics.enums import TopicState
from tongxin.activities.topics.lifecycle import TAKEN_UP
from tongxin.activities.topics.models import Topic
from tongxin.activities.topics.models.topic import READERS
from tongxin.activities.topics.selectors.queue import ListPage, page_of
from tongxin.activities.topics.selectors.rows import for_rows, title_for
from tongxin.activities.topics.selectors.wanted import condition
from tongxin.foundation.organization.enums import NODE_ROLES

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from tongxin.activities.topics.selectors.wanted import Wanted
    from tongxin.foundation.core.access import Actor

_S = TopicState
TABS: dict[str, tuple[str | _StrPromise, Q]] = {
    "all": (_lazy("全部"), Q(is_held=False)),
    "waiting": (_lazy("待受理"), Q(matter__state=_S.COLLECTED, is_held=False)),
    "taken": (_lazy("列为议题"), Q(matter__state__in=TAKEN_UP)),
    "going": (_lazy("正在协商"), Q(matter__state=_S.DELIBERATING)),
    "done": (_lazy("已办结"), Q(matter__state=_S.DONE)),
    "answered": (_lazy("答复和转交"), Q(matter__state__in=(_S.ANSWERED, _S.PASSED_ON))),
    "declined": (_lazy("并入和不予受理"), Q(matter__state__in=(_S.MERGED, _S.DECLINED))),
    "held": (_lazy("待甄别"), Q(matter__state=_S.COLLECTED, is_held=True)),
}
_FOR_ALL = ("all", "taken", "going", "done")
_MOST_ROWS = 20_000


def tabs_of(actor: Actor) -> list[str]:
    """Return the saved views of somebody: those who decide see also what was not taken up."""
    return list(TABS) if actor.has(*READERS, *NODE_ROLES) else list(_FOR_ALL)


def list_page(actor: Actor, wanted: Wanted) -> ListPage:
    """Return one page of the topics that somebody may see. Seven queries."""
    names = tabs_of(actor)
    counts = Topic.objects.visible_to(actor).aggregate(
        **{name: Count("pk", filter=TABS[name][1]) for name in names}
    )
    return page_of(
        actor,
        wanted,
        for_rows(matching(actor, wanted)).order_by("-matter__opened_on", "-pk"),
        tabs=[(name, str(TABS[name][0]), counts[name]) for name in names],
        url=reverse("topics:list"),
        with_state=True,
    )


def matching(actor: Actor, wanted: Wanted) -> Any:  # noqa: ANN401 (a queryset of topics)
    """Return the topics asked for, in no order."""
    found = Topic.objects.visible_to(actor).filter(TABS[wanted.tab][1], condition(actor, wanted))
    return found.filter(matter__state=wanted.state) if wanted.state else found


def export_rows(actor: Actor, wanted: Wanted) -> list[dict[str, Any]]:
    """Return the same topics as rows of a table. One query."""
    found = for_rows(matching(actor, wanted)).order_by("-matter__opened_on", "-pk")[:_MOST_ROWS]
    whole = actor.has(*READERS, *NODE_ROLES)
    return [
        {
            "channel": str(topic.get_channel_display()),
            "title": title_for(actor, topic),
            "text": topic.text if whole else "",
            "place": topic.node.name if topic.node else "",
            "category": topic.category.name if topic.category else "",
            "on": topic.matter.opened_on,
            "raised_by": topic.member.name if topic.member else topic.raised_by,
            "voices": topic.n_voices,
            "state": str(TopicState(topic.matter.state).label),
            "outcome": topic.outcome,
            "decided_on": topic.decided_on,
        }
        for topic in found
    ]
