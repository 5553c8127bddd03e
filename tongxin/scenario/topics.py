"""Topics of a scenario: planned, then entered from a register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from tongxin.activities.topics.actions.entering import Entry
from tongxin.activities.topics.actions.ledger import enter_past_topics
from tongxin.activities.topics.enums import Channel, TopicState
from tongxin.scenario.texts import TALKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Member, Node
    from tongxin.scenario.spans import Cells
    from tongxin.scenario.wanted import Wanted

COLLECTED: Final = "topics.collected"
TAKEN_UP: Final = "topics.taken_up"
_CHANNELS: Final = tuple(Channel)
_OF_CHANNEL: Final = {channel: f"{COLLECTED}.{channel.value}" for channel in _CHANNELS}
_ENDS: Final = {TopicState.DONE: "topics.done", TopicState.ANSWERED: "topics.answered"}
FIGURES: Final = (COLLECTED, TAKEN_UP, *_OF_CHANNEL.values(), *_ENDS.values())
SOURCE = "议题征集台账"
_OUTCOME: Final = {
    TopicState.DONE: "已经协商办结，结果在村务公开栏公布。",
    TopicState.ANSWERED: "已经当面答复。",
    TopicState.DECLINED: "不属于协商范围，已经说明。",
}


@dataclass(frozen=True, slots=True)
class TopicsPlan:
    """How many topics there are in each cell, by channel, and how they ended."""

    channels: dict[Channel, list[int]]
    ends: dict[TopicState, list[int]]


def plan_topics(wanted: Wanted) -> TopicsPlan:
    """Return how many topics there are in each cell.

    Raises:
        ScenarioRefused: what is stated cannot be together.
    """
    channels = {channel: wanted.counted(figure) for channel, figure in _OF_CHANNEL.items()}
    ends = {state: wanted.counted(figure) for state, figure in _ENDS.items()}
    # What was taken up and has come to an end was talked about: it is done.
    if wanted.has(TAKEN_UP) and not wanted.has(_ENDS[TopicState.DONE]):
        ends[TopicState.DONE] = wanted.counted(TAKEN_UP)
    elif wanted.has(TAKEN_UP) and wanted.counts(TAKEN_UP) != ends[TopicState.DONE]:
        raise wanted.refuse(TAKEN_UP, *_ENDS.values(), because=_("列为议题的，这里都已经办结。"))
    by_channel = [sum(n) for n in zip(*channels.values(), strict=True)]
    by_end = [sum(n) for n in zip(*ends.values(), strict=True)]
    least = [max(pair) for pair in zip(by_channel, by_end, strict=True)]
    beside = [*_OF_CHANNEL.values(), *_ENDS.values(), TAKEN_UP]
    total = wanted.counted(COLLECTED, least=least, beside=beside)
    _fill_channels(wanted, channels, [a - b for a, b in zip(total, by_channel, strict=True)])
    rest = [a - b for a, b in zip(total, by_end, strict=True)]
    free = next((s for s in (TopicState.ANSWERED, TopicState.DONE) if not _is_said(wanted, s)), None)
    ends[free or TopicState.DECLINED] = [
        a + b for a, b in zip(ends.get(free or TopicState.DECLINED, [0] * len(rest)), rest, strict=True)
    ]
    return TopicsPlan(channels, ends)


def _is_said(wanted: Wanted, state: TopicState) -> bool:
    return wanted.has(_ENDS[state]) or (state == TopicState.DONE and wanted.has(TAKEN_UP))


def _fill_channels(wanted: Wanted, channels: dict[Channel, list[int]], rest: Sequence[int]) -> None:
    """Share out what came by channels of which nobody says how much."""
    free = [channel for channel in _CHANNELS if not wanted.has(_OF_CHANNEL[channel])]
    if any(rest) and not free:
        raise wanted.refuse(COLLECTED, *_OF_CHANNEL.values(), because=_("四个渠道加起来比总数少。"))
    for cell, count in enumerate(rest):
        for n, channel in enumerate(free):
            channels[channel][cell] += count * (n + 1) // len(free) - count * n // len(free)


def enter_topics(
    actor: Actor,
    plan: TopicsPlan,
    cells: Cells,
    nodes: Sequence[Node],
    members: Sequence[Member],
) -> None:
    """Enter the topics, those of one end together."""
    of_end: dict[TopicState, list[Entry]] = {state: [] for state in plan.ends}
    for cell in range(len(cells)):
        ends = iter([state for state, counts in plan.ends.items() for _n in range(counts[cell])])
        for entry in _entries(plan, cell, cells, nodes, members):
            of_end[next(ends)].append(entry)
    for state, entries in of_end.items():
        if entries:
            enter_past_topics(
                actor=actor, entries=entries, state=state, outcome=_OUTCOME[state], source=SOURCE
            )


def _entries(
    plan: TopicsPlan, cell: int, cells: Cells, nodes: Sequence[Node], members: Sequence[Member]
) -> Iterator[Entry]:
    came_by = [channel for channel, counts in plan.channels.items() for _n in range(counts[cell])]
    days = cells.days()[cell]
    for n, channel in enumerate(came_by):
        # Step by step through the channels, so that each has topics all over the span.
        on = cells.edges[cell] + timedelta(days=(n * 37) % days)
        node = nodes[n % len(nodes)] if nodes else None
        where = node.name.removesuffix("协商议事会").removesuffix("委员工作站") if node else ""
        talk = TALKS[n % len(TALKS)]
        by_member = channel == Channel.MEMBER and members
        yield Entry(
            channel=channel,
            title=f"{where}{talk.title}（{on.year}年第{n + 1}号）",
            text=f"{where}{talk.title}：{talk.suggestion}",
            node=node,
            raised_by="党委、政府督查室" if channel == Channel.PARTY_GOV else "",
            member=members[n % len(members)] if by_member else None,
            on=on,
        )
