"""The numbers that this room can answer, and the rows behind each."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongxin.activities.topics.enums import Channel, TopicState
from tongxin.activities.topics.lifecycle import TAKEN_UP
from tongxin.activities.topics.models import Topic, TopicCategory, Voice
from tongxin.foundation.core import clock
from tongxin.foundation.core.breakdowns import Breakdown, by_choice, by_month, by_year, named_by
from tongxin.foundation.core.figures import (
    Area,
    Column,
    Drawing,
    Figure,
    Period,
    register_areas,
    register_figures,
)
from tongxin.foundation.organization.breakdowns import by_place, by_station

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

_LIST = "topics:list"
# Fewer sayings than this, at one place in one month, could single out who said them.
_TOO_FEW = 10
_OPENED, _DECIDED = _("征集的日期"), _("办结、答复的日期")


def collected(committee_id: int, period: Period) -> QuerySet[Topic]:
    """Return the topics collected in a period; equal sayings of many people are one topic."""
    return Topic.objects.filter(
        committee_id=committee_id, is_held=False, **period.within("matter__opened_on")
    )


def _from(channel: str) -> Callable[[int, Period], QuerySet[Topic]]:
    return lambda committee_id, period: collected(committee_id, period).filter(channel=channel)


def _taken_up(committee_id: int, period: Period) -> QuerySet[Topic]:
    return collected(committee_id, period).filter(matter__state__in=TAKEN_UP)


def _decided(committee_id: int, period: Period) -> QuerySet[Topic]:
    return collected(committee_id, period).exclude(matter__state=TopicState.COLLECTED)


def _ended(state: str) -> Callable[[int, Period], QuerySet[Topic]]:
    return lambda committee_id, period: Topic.objects.filter(
        committee_id=committee_id, matter__state=state, is_held=False, **period.within("decided_on")
    )


def _waiting(committee_id: int, _period: Period) -> QuerySet[Topic]:
    return Topic.objects.filter(committee_id=committee_id).waiting()


def voices(committee_id: int, period: Period) -> QuerySet[Voice]:
    """Return the sayings of the public in a period, apart from those that wait to be looked through."""
    found = Voice.objects.filter(committee_id=committee_id, topic__is_held=False)
    if period.since:
        found = found.filter(said_at__gte=datetime.combine(period.since, time.min, clock.ZONE))
    if period.until:
        after = period.until + timedelta(days=1)
        found = found.filter(said_at__lt=datetime.combine(after, time.min, clock.ZONE))
    return found.alias(said_on=TruncDate("said_at", tzinfo=clock.ZONE))


_BY_CATEGORY = Breakdown(
    "category", _("类别"), "category", labels=named_by(TopicCategory), missing=_("没有分类")
)
_BY_CHANNEL = by_choice("channel", _("渠道"), "channel", dict(Channel.choices))
_BY_STATE = by_choice("state", _("办到哪一步"), "matter__state", dict(TopicState.choices))
_PLACE = (by_place("node__place", "matter__place"), by_station("node"))


def _breakdowns(day: str, *others: Breakdown) -> tuple[Breakdown, ...]:
    return (by_month(day), by_year(day), *_PLACE, _BY_CATEGORY, *others)


_TOPIC: dict[str, Any] = {
    "columns": (
        Column(_("议题"), "matter.title", is_title=True),
        Column(_("渠道"), "get_channel_display"),
        Column(_("网点"), "node.name"),
        Column(_("类别"), "category.name"),
        Column(_("征集日期"), "matter.opened_on"),
    ),
    "select": ("matter", "node", "category"),
    "row_url": lambda topic: reverse("topics:detail", args=[topic.pk]),
}
_COLLECTED: dict[str, Any] = _TOPIC | {"dated": _OPENED, "page": _LIST}

FIGURES = (
    Figure(
        "topics.collected",
        _("征集议题"),
        _("条"),
        _("期内从党政点、委员荐、群众提、网络征四个渠道征集的议题，同一件事多人反映计一条，待甄别的不计。"),
        collected,
        params={"counted": "1"},
        breakdowns=_breakdowns("matter__opened_on", _BY_CHANNEL, _BY_STATE),
        **_COLLECTED,
    ),
    *(
        Figure(
            f"topics.collected.{channel.value}",
            channel.label,
            _("条"),
            _("期内从这一渠道征集的议题。"),
            _from(channel.value),
            params={"counted": "1", "channel": channel.value},
            breakdowns=_breakdowns("matter__opened_on", _BY_STATE),
            **_COLLECTED,
        )
        for channel in Channel
    ),
    Figure(
        "topics.taken_up",
        _("列为议题"),
        _("条"),
        _("期内征集的议题中，到今天列为议题、正在协商或者已经办结的。"),
        _taken_up,
        params={"tab": "taken"},
        breakdowns=_breakdowns("matter__opened_on", _BY_CHANNEL, _BY_STATE),
        **_COLLECTED,
    ),
    Figure(
        "topics.decided_share",
        _("议题有了结果的比例"),
        "%",
        _("期内征集的议题中，到今天已经受理、答复、转交、合并或者说明不受理的占多少。"),
        _decided,
        out_of=collected,
        dated=_OPENED,
        breakdowns=_breakdowns("matter__opened_on", _BY_CHANNEL),
        **_TOPIC,
    ),
    Figure(
        "topics.done",
        _("办结议题"),
        _("条"),
        _("期内办结的议题，办结以后又重新受理的不计。"),
        _ended(TopicState.DONE),
        dated=_DECIDED,
        breakdowns=_breakdowns("decided_on", _BY_CHANNEL),
        **_TOPIC,
    ),
    Figure(
        "topics.answered",
        _("直接答复的议题"),
        _("条"),
        _("期内直接答复提出人的议题，答复以后又重新受理的不计。"),
        _ended(TopicState.ANSWERED),
        dated=_DECIDED,
        breakdowns=_breakdowns("decided_on", _BY_CHANNEL),
        **_TOPIC,
    ),
    Figure(
        "topics.waiting",
        _("待受理议题"),
        _("条"),
        _("今天还没有决定是否受理的议题，待甄别的不计；选哪一期都是今天的数。"),
        _waiting,
        dated=_("今天"),
        breakdowns=_breakdowns("matter__opened_on", _BY_CHANNEL),
        is_standing=True,
        **_TOPIC,
    ),
    Figure(
        "topics.voices",
        _("群众意见"),
        _("人次"),
        _("期内群众扫码、书面和网上提的意见，每提一次计一次，待甄别的不计；不记是谁提的。"),
        voices,
        dated=_("提意见的日期"),
        columns=(
            Column(_("归入的议题"), "topic.matter.title", is_title=True),
            Column(_("网点"), "node.name"),
        ),
        select=("topic__matter", "node"),
        row_url=lambda voice: reverse("topics:detail", args=[voice.topic_id]),
        breakdowns=(by_month("said_on"), by_year("said_on"), by_place("node__place"), by_station("node")),
        suppressed_below=_TOO_FEW,
    ),
)
AREA = Area(
    "topics",
    _("议题"),
    standing=("topics.waiting", "topics.decided_share"),
    done=("topics.collected", "topics.taken_up", "topics.done", "topics.answered", "topics.voices"),
    drawings=(
        Drawing("topics.collected", "month", "columns"),
        Drawing("topics.collected", "category", "bars"),
        Drawing("topics.collected", "channel", "ring"),
        Drawing("topics.collected", "state", "bars"),
        Drawing("topics.collected", "year", "line", beside="topics.done"),
    ),
    table_by="place",
    table=("topics.collected", "topics.taken_up", "topics.done", "topics.answered", "topics.voices"),
    order=30,
)


def register() -> None:
    """Make the figures of this room known."""
    register_figures(*FIGURES)
    register_areas(AREA)
