"""The numbers that this room can answer, and the rows behind each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tongxin.activities.topics.enums import Channel
from tongxin.activities.topics.models import Topic
from tongxin.foundation.core.figures import Figure, Period, register_figures

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet


def collected(committee_id: int, period: Period) -> QuerySet[Topic]:
    """Return the topics collected in a period; equal sayings of many people are one topic."""
    return Topic.objects.filter(
        committee_id=committee_id, is_held=False, **period.within("matter__opened_on")
    )


def _from(channel: str) -> Callable[[int, Period], QuerySet[Topic]]:
    return lambda committee_id, period: collected(committee_id, period).filter(channel=channel)


FIGURES = (
    Figure(
        "topics.collected",
        _("征集议题"),
        _("条"),
        _("期内从党政点、委员荐、群众提、网络征四个渠道征集的议题，同一件事多人反映计一条，待甄别的不计。"),
        collected,
        page="topics:list",
        params={"counted": "1"},
    ),
    *(
        Figure(
            f"topics.collected.{channel.value}",
            channel.label,
            _("条"),
            _("期内从这一渠道征集的议题。"),
            _from(channel.value),
            page="topics:list",
            params={"counted": "1", "channel": channel.value},
        )
        for channel in Channel
    ),
)


def register() -> None:
    """Make the figures of this room known."""
    register_figures(*FIGURES)
