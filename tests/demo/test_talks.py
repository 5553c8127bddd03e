"""The demo's online conversations: one that ended and went into the work, one for everybody, one of members."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tongxin.activities.conversations.enums import ConversationState, StatementState
from tongxin.activities.conversations.models import Conversation, OpinionMap, Statement, StatementUse, Voice
from tongxin.activities.proposals.models import Proposal
from tongxin.activities.topics.models import Topic
from tongxin.capabilities.codes.models import AccessCode
from tongxin.capabilities.matters.models import Kind, Participation
from tongxin.demo.load import load_committee
from tongxin.demo.talk_story import shown_talk
from tongxin.demo.talk_texts import LIFTS, PARKING
from tongxin.demo.world import PLANS
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.organization.models import Committee

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

TODAY = date(2026, 7, 28)
CODE = "620881"


def _load() -> None:
    """Huating without the proposals of its years."""
    plan = next(plan for plan in PLANS if plan.code == CODE)
    with clock.at(TODAY):
        load_committee(replace(plan, members=20, proposals=(0, 0, 0)), TODAY)


@pytest.fixture
def committee(within: Callable[[Callable[[], None]], AbstractContextManager[None]]) -> Iterator[Committee]:
    """Huating, as it is while the test looks at it."""
    with within(_load), clock.at(TODAY):
        found = Committee.objects.get(code=CODE)
        with tenancy.scope([found.pk]):
            yield found


def test_conversation_that_ended_shows_camps_and_what_all_agree_on(committee: Committee) -> None:
    found = OpinionMap.objects.get(conversation__matter__title=LIFTS.title)
    assert (found.voices, found.is_final) == (LIFTS.voices, True)
    result = found.result
    assert len(result["statements"]) == len(LIFTS.said) == 24
    assert result["k"] in {2, 3}
    assert min(group["size"] for group in result["groups"]) >= 10
    agreed = {one["number"] for one in result["common"] if one["direction"] == 1}
    assert {1, 2} <= agreed
    assert result["divided"]


def test_conversation_that_ended_led_to_a_topic_and_a_proposal(committee: Committee) -> None:
    uses = StatementUse.objects.order_by("on").select_related("matter")
    assert [use.matter.kind for use in uses] == [Kind.TOPIC, Kind.PROPOSAL]
    assert all("各群体都赞成" in use.standing for use in uses)
    topic = Topic.objects.get(pk=uses[0].matter_id)
    assert (topic.channel, topic.state) == ("online", "accepted")
    proposal = Proposal.objects.get(pk=uses[1].matter_id)
    assert proposal.matter.state == "handling"
    assert uses[1].standing in proposal.situation


def test_voices_that_ended_lead_to_nobody_and_members_are_counted(committee: Committee) -> None:
    ended = Conversation.objects.get(matter__title=LIFTS.title)
    assert not Voice.objects.filter(conversation=ended, key_index__isnull=False).exists()
    taking_part = Participation.objects.filter(matter__kind=Kind.CONVERSATION)
    assert set(taking_part.values_list("matter", flat=True)) == {ended.pk}
    assert taking_part.count() == 14


def test_conversation_for_everybody_goes_on_with_four_statements_waiting(committee: Committee) -> None:
    found = shown_talk(committee)
    assert found is not None
    assert found.matter.title == PARKING.title
    assert found.voices.count() == PARKING.voices
    assert found.statements.filter(state=StatementState.PENDING).count() == 4
    assert OpinionMap.objects.get(conversation=found).voices == PARKING.voices
    assert AccessCode.objects.active().filter(matter=found.matter).count() == 1


def test_members_have_one_in_which_the_first_door_has_not_voted(committee: Committee) -> None:
    states = Conversation.objects.order_by("matter__code").values_list("matter__state", "circle")
    assert list(states) == [
        (ConversationState.CLOSED, "public"),
        (ConversationState.OPEN, "public"),
        (ConversationState.OPEN, "members"),
    ]
    assert Statement.objects.waiting().count() == 4
