"""Topics of a scenario: planned, then entered from a register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from tongxin.activities.topics.actions.entering import Entry, enter_topic
from tongxin.activities.topics.actions.ledger import enter_past_topics
from tongxin.activities.topics.actions.voice_ledger import PastVoice, enter_past_voices
from tongxin.activities.topics.enums import Channel, TopicState
from tongxin.scenario.shares import others_of, picks_of
from tongxin.scenario.spans import Said, share_out
from tongxin.scenario.texts import TALKS
from tongxin.scenario.wanted import wholes_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tongxin.activities.topics.models import Topic
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Member, Node
    from tongxin.scenario.spans import Cells
    from tongxin.scenario.wanted import Statement, Wanted

COLLECTED: Final = "topics.collected"
TAKEN_UP: Final = "topics.taken_up"
_CHANNELS: Final = tuple(Channel)
_OF_CHANNEL: Final = {channel: f"{COLLECTED}.{channel.value}" for channel in _CHANNELS}
_ENDS: Final = {TopicState.DONE: "topics.done", TopicState.ANSWERED: "topics.answered"}
WAITING, DECIDED = "topics.waiting", "topics.decided_share"
VOICES: Final = "topics.voices"
FIGURES: Final = (COLLECTED, TAKEN_UP, *_OF_CHANNEL.values(), *_ENDS.values(), WAITING, DECIDED, VOICES)
SOURCE = "议题征集台账"
SOURCE_OF_VOICES = "群众意见登记簿"
_FAR = 10**9
_MODEST = 20
# So many people say the same, where nobody counted topics.
_OF_ONE = 10
# So many statements of a conversation lead to one topic.
_USES, _USED = "conversations.uses", 3
_AT_ONCE = 10_000
_OUTCOME: Final = {
    TopicState.DONE: "已经协商办结，结果在村务公开栏公布。",
    TopicState.ANSWERED: "已经当面答复。",
    TopicState.DECLINED: "不属于协商范围，已经说明。",
}


@dataclass(frozen=True, slots=True)
class TopicsPlan:
    """How many topics there are in each cell, by channel, how they ended, and how many sayings there are."""

    channels: dict[Channel, list[int]]
    ends: dict[TopicState, list[int]]
    voices: tuple[int, ...] = ()


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
    total, waiting = _with_waiting(wanted, by_channel, by_end)
    _fill_channels(wanted, channels, [a - b for a, b in zip(total, by_channel, strict=True)])
    rest = [a - b - c for a, b, c in zip(total, by_end, waiting, strict=True)]
    free = next((s for s in (TopicState.ANSWERED, TopicState.DONE) if not _is_said(wanted, s)), None)
    ends[free or TopicState.DECLINED] = [
        a + b for a, b in zip(ends.get(free or TopicState.DECLINED, [0] * len(rest)), rest, strict=True)
    ]
    ends[TopicState.COLLECTED] = waiting
    voices = tuple(wanted.counted(VOICES))
    if any(voices) and not any(total):
        raise wanted.refuse(VOICES, COLLECTED, *_OF_CHANNEL.values(), because=_("没有议题，意见就没有归处。"))
    return TopicsPlan(channels, ends, voices)


def _with_waiting(
    wanted: Wanted, by_channel: Sequence[int], by_end: Sequence[int]
) -> tuple[list[int], list[int]]:
    """Return how many topics there are in each cell, and how many of them nobody has decided about."""
    invented = _invented(wanted)
    figures = (COLLECTED, *_OF_CHANNEL.values(), *_ENDS.values(), TAKEN_UP, WAITING, DECIDED)
    for more in (invented, [0] * len(invented)):
        least = [max(pair) for pair in zip(by_channel, more, strict=True)]
        for picks in picks_of(wanted, (DECIDED,), partial(_wholes, wanted, least, by_end)):
            for exactly in (True, False):
                bounds = [*wanted.bounds(COLLECTED, exactly=exactly), *(p.said for p in picks)]
                for said in _of_waiting(wanted):
                    waiting = others_of(wanted, DECIDED, picks, said=said)
                    if waiting is None:
                        continue
                    whole = [max(a, b + c) for a, b, c in zip(least, by_end, waiting, strict=True)]
                    total = share_out(wanted.cells.days(), bounds, least=whole)
                    if total is not None:
                        return total, waiting
    raise wanted.refuse(*figures)


def _invented(wanted: Wanted) -> list[int]:
    """Return how many topics sayings are about, and statements of conversations led to, where nobody counted."""
    is_open = wanted.is_open(COLLECTED)
    voices, uses = wanted.counted(VOICES), wanted.counted(_USES)
    return [
        max(-(-n // _OF_ONE), -(-used // _USED)) if free else 0
        for n, used, free in zip(voices, uses, is_open, strict=True)
    ]


def _of_waiting(wanted: Wanted) -> Iterator[list[Said]]:
    """Yield what is said of those that wait today: first that they came lately, then that they came at any time."""
    levels = {n for _day, n in wanted.levels(WAITING)}
    if len(levels) > 1:
        raise wanted.refuse(WAITING, because=_("待受理的议题是今天的数，这里只能有一个数。"))
    size = len(wanted.cells)
    whole = [Said(0, size, level, level) for level in levels]
    if whole:
        yield [*whole, Said(size - 1, size, whole[0].least, _FAR)]
    yield whole


def _wholes(wanted: Wanted, least: Sequence[int], by_end: Sequence[int], one: Statement) -> Iterable[int]:
    """Return how many topics there can be in the span of a share."""
    for other in wanted.statements.get(COLLECTED, ()):
        if other.period.key == one.period.key:
            return (int(other.aim.likely), *range(int(other.aim.least), int(other.aim.most) + 1))
    first, last = wanted.cells.run(one.period)
    known = share_out(wanted.cells.days(), wanted.bounds(COLLECTED, exactly=False), least=least) or least
    return wholes_from(max(sum(known[first:last]), sum(by_end[first:last]), _MODEST))


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
    topics: list[Topic] = []
    for state, entries in of_end.items():
        if state == TopicState.COLLECTED:
            topics += [enter_topic(actor=actor, entry=entry) for entry in entries]
        elif entries:
            topics += enter_past_topics(
                actor=actor, entries=entries, state=state, outcome=_OUTCOME[state], source=SOURCE
            )
    _enter_voices(actor, plan, cells, topics)


def _enter_voices(actor: Actor, plan: TopicsPlan, cells: Cells, topics: Sequence[Topic]) -> None:
    lines: list[PastVoice] = []
    for cell, count in enumerate(plan.voices):
        first, after = cells.edges[cell], cells.edges[cell + 1]
        here = [topic for topic in topics if first <= (topic.matter.opened_on or first) < after] or topics
        for n in range(count):
            on = first + timedelta(days=n * cells.days()[cell] // count)
            topic = here[n % len(here)]
            lines.append(PastVoice(topic, on, topic.text))
    for n in range(0, len(lines), _AT_ONCE):
        enter_past_voices(actor=actor, lines=lines[n : n + _AT_ONCE], source=SOURCE_OF_VOICES)


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
