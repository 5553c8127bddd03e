"""What can be turned into what, from which state, by whom: buttons, guards and pages are drawn from this table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.conversations.enums import ConversationState
from tongxin.activities.grassroots.enums import ProblemState, SessionState
from tongxin.activities.grassroots.permissions_problem import can_keep_problem
from tongxin.activities.grassroots.permissions_session import can_keep_session
from tongxin.activities.proposals.enums import ProposalState
from tongxin.activities.topics.enums import PassedTo, TopicState
from tongxin.activities.topics.permissions import can_decide_topic
from tongxin.capabilities.matters.models import Kind
from tongxin.followers.journeys.permissions import (
    can_hand_topic,
    can_propose,
    can_propose_own,
    can_tell_of_proposal,
    can_use_statements,
    is_lead,
)
from tongxin.foundation.core.errors import ensure, require

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.utils.functional import _StrPromise

    from tongxin.foundation.core.access import Actor

_TAKEN_UP = (TopicState.ACCEPTED, TopicState.DELIBERATING, TopicState.DONE)
_HELD = (SessionState.HELD, SessionState.RECORDED)
_ANSWERED = (ProposalState.REPLIED, ProposalState.TRACKING, ProposalState.CLOSED)
# Sessions among whose suggestions a statement of a conversation may stand.
TAKES_STATEMENTS = (SessionState.ANNOUNCED, SessionState.HELD)
# Topics that still wait for a result.
WAITING = (TopicState.ACCEPTED, TopicState.DELIBERATING, TopicState.PASSED_ON)


@dataclass(frozen=True, slots=True)
class Conversion:
    """One thing that can be made of a matter.

    Attributes:
        kind: of which kind of matter.
        may: who.
        fits: from which state.
        label: the words on the button.
        page: the URL name of its form; it takes the matter.
        is_next: it is what the matter waits for, and stands with its next step.
    """

    verb: str
    kind: str
    may: Callable[[Actor, Any], bool]
    fits: Callable[[Any], bool]
    label: str | _StrPromise
    page: str
    is_next: bool = False


CONVERSIONS = {
    c.verb: c
    for c in (
        Conversion(
            "plan_session",
            Kind.TOPIC,
            can_decide_topic,
            lambda topic: topic.state == TopicState.ACCEPTED,
            _lazy("办一场协商议事会"),
            "journeys:new_session",
            is_next=True,
        ),
        Conversion(
            "join_session",
            Kind.TOPIC,
            can_decide_topic,
            lambda topic: topic.state == TopicState.ACCEPTED,
            _lazy("放进已有的协商议事会"),
            "journeys:to_session",
            is_next=True,
        ),
        Conversion(
            "hand_over",
            Kind.TOPIC,
            can_hand_topic,
            lambda topic: topic.state == TopicState.PASSED_ON and topic.passed_to == PassedTo.UNIT,
            _lazy("记入问题台账"),
            "journeys:new_problem",
            is_next=True,
        ),
        Conversion(
            "propose_topic",
            Kind.TOPIC,
            can_propose,
            lambda topic: topic.state in _TAKEN_UP or is_lead(topic),
            _lazy("起草提案"),
            "journeys:propose_topic",
        ),
        Conversion(
            "propose_suggestion",
            Kind.SESSION,
            can_propose,
            lambda session: session.state in _HELD and session.held_on is not None,
            _lazy("把意见建议写成提案"),
            "journeys:suggestions",
        ),
        Conversion(
            "tell_of_session",
            Kind.SESSION,
            can_keep_session,
            lambda session: session.state in _HELD,
            _lazy("把结果告诉提出人"),
            "journeys:tell_back",
        ),
        Conversion(
            "propose_problem",
            Kind.PROBLEM,
            can_propose,
            lambda problem: problem.state == ProblemState.NOT_POSSIBLE,
            _lazy("起草提案"),
            "journeys:propose_problem",
        ),
        Conversion(
            "tell_of_problem",
            Kind.PROBLEM,
            can_keep_problem,
            lambda problem: problem.state in (ProblemState.SOLVED, ProblemState.NOT_POSSIBLE),
            _lazy("把结果告诉提出人"),
            "journeys:tell_back",
        ),
        Conversion(
            "tell_of_proposal",
            Kind.PROPOSAL,
            can_tell_of_proposal,
            lambda proposal: proposal.state in _ANSWERED,
            _lazy("把结果告诉提出人"),
            "journeys:tell_back",
        ),
        Conversion(
            "use_statement",
            Kind.CONVERSATION,
            can_use_statements,
            lambda conversation: conversation.state == ConversationState.CLOSED,
            _lazy("用到工作中"),
            "journeys:statements",
            is_next=True,
        ),
        Conversion(
            "propose_statement",
            Kind.CONVERSATION,
            can_propose_own,
            lambda conversation: conversation.state == ConversationState.CLOSED,
            _lazy("据此起草提案"),
            "journeys:statements",
        ),
    )
}


def offered(actor: Actor, row: Any) -> list[Conversion]:  # noqa: ANN401 (any kind of matter)
    """Return what this actor can make of a matter now. No query."""
    kind = row.matter.kind
    return [c for c in CONVERSIONS.values() if c.kind == kind and c.may(actor, row) and c.fits(row)]


def check(verb: str, actor: Actor, row: Any) -> Conversion:  # noqa: ANN401 (any kind of matter)
    """Return the conversion, if this actor may make it now.

    Raises:
        PermissionDenied: not this person.
        Refused: not from this state.
    """
    conversion = CONVERSIONS[verb]
    require(conversion.may(actor, row), because=_("您的岗位不办理这件事。"))
    ensure(
        conversion.fits(row),
        because=_("现在不能「{verb}」。可能别人刚刚办过了，请刷新页面看看。").format(verb=conversion.label),
    )
    return conversion
