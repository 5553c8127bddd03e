"""The one next step of a topic, as one person sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.topics.enums import TopicState
from tongxin.activities.topics.lifecycle import STEPS, TOPIC
from tongxin.capabilities.deadlines.selectors import days_left, explain
from tongxin.foundation.core import clock
from tongxin.foundation.core.components import Action, Next

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from tongxin.activities.topics.models import Topic
    from tongxin.capabilities.deadlines.models import Deadline
    from tongxin.capabilities.deadlines.workdays import Calendar
    from tongxin.foundation.core.access import Actor

# The page on which each move is made.
PAGES = {
    "accept": "accept",
    "merge": "merge",
    "answer": "answer",
    "pass_on": "pass_on",
    "decline": "decline",
    "release": "release",
    "revise": "revise",
    "mark": "mark",
    "close": "close",
    "reopen": "reopen",
}
_POSTED = frozenset({"release"})
# What is seldom needed stands at the side.
_BESIDE = frozenset({"merge", "revise", "mark", "reopen"})
_TITLES: dict[str, str | _StrPromise] = {
    TopicState.COLLECTED: _lazy("请决定怎样办这个议题"),
    TopicState.ACCEPTED: _lazy("已列为议题，等安排协商"),
    TopicState.DELIBERATING: _lazy("正在协商，有了结果再办结"),
    TopicState.DONE: _lazy("已经办结"),
    TopicState.MERGED: _lazy("已并入另一个议题，一起办理"),
    TopicState.ANSWERED: _lazy("已经直接答复提出人"),
    TopicState.PASSED_ON: _lazy("已经转交，有了结果再办结"),
    TopicState.DECLINED: _lazy("没有受理，提出人看得到理由"),
}
# The button in red, by state; elsewhere nothing presses.
_MAIN = {TopicState.COLLECTED: "accept", TopicState.DELIBERATING: "close", TopicState.PASSED_ON: "close"}


def next_step(actor: Actor, topic: Topic, deadline: Deadline | None, calendar: Calendar | None) -> Next:
    """Return the one next step. No query."""
    state = TOPIC.states[topic.state]
    actions = [
        _action(move.verb, topic)
        for move in TOPIC.open_to(actor, topic)
        if _is_offered(move.verb, topic) and move.verb not in _BESIDE
    ]
    decides = any(a.main for a in actions)
    aside = topic.state in {TopicState.MERGED, TopicState.ANSWERED, TopicState.DECLINED, TopicState.DONE}
    return Next(
        step_no=0 if aside else state.step + 1,
        total=len(STEPS),
        holder="" if aside else _("您") if decides else _holder(topic),
        title=_title(topic, decides=decides),
        due=deadline.due_on if deadline else None,
        left=days_left(deadline, clock.today(), calendar) if deadline and calendar else None,
        reason="",
        explanation=explain(deadline, calendar) if deadline and calendar else None,
        actions=sorted(actions, key=lambda action: not action.main),
    )


def beside(actor: Actor, topic: Topic) -> list[Action]:
    """Return what else somebody can do, for the side of the page. No query."""
    return [_action(move.verb, topic) for move in TOPIC.open_to(actor, topic) if move.verb in _BESIDE]


def _is_offered(verb: str, topic: Topic) -> bool:
    if verb == "release":
        return topic.is_held
    return verb in PAGES


def _action(verb: str, topic: Topic) -> Action:
    move = TOPIC.moves[verb]
    return Action(
        label=str(move.label),
        url=reverse(f"topics:{PAGES[verb]}", args=[topic.pk]),
        main=_MAIN.get(TopicState(topic.state)) == verb,
        post=verb in _POSTED,
    )


def _holder(topic: Topic) -> str:
    if topic.state == TopicState.PASSED_ON and topic.unit:
        return topic.unit.name
    if topic.node and not topic.is_sensitive:
        return topic.node.name
    return _("政协机关")


def _title(topic: Topic, *, decides: bool) -> str:
    if topic.state == TopicState.COLLECTED and not decides:
        return _("等待受理")
    return str(_TITLES[topic.state])
