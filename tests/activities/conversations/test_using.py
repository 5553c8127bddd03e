"""A statement goes into the work: with the numbers of the final map, once, and by whom it may."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from tests import factories, talks
from tests.factories import House, make_house
from tongxin.activities.conversations.actions import using
from tongxin.activities.conversations.enums import ConversationState, StatementState
from tongxin.activities.conversations.models import Conversation, OpinionMap, Statement, StatementUse
from tongxin.capabilities.matters.models import Kind, Matter, MatterLink, TimelineEntry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db: None) -> House:
    return make_house()


def row(number: int, agrees: int, disagrees: int, passes: int = 0, groups: Any = ()) -> dict[str, Any]:
    """A statement's row of a map; groups by their agrees, disagrees and all votes."""
    return {
        "number": number,
        "agrees": agrees,
        "disagrees": disagrees,
        "passes": passes,
        "votes": agrees + disagrees + passes,
        "out": False,
        "consensus": None,
        "groups": [{"agrees": a, "disagrees": d, "passes": v - a - d, "votes": v} for a, d, v in groups],
    }


def ended(
    house: House, *rows: dict[str, Any], is_final: bool = True, state: str = StatementState.PUBLISHED
) -> Conversation:
    """A closed conversation with a map that says this; statement 2 is in that state."""
    made = talks.make_conversation(house, state=ConversationState.CLOSED)
    with house.at_work():
        Statement.objects.filter(conversation=made, number=2).update(state=state)
    result = {
        "voices": 342,
        "statements": list(rows),
        "common": [{"number": 2, "direction": 1, "share": 0.9}],
    }
    with house.at_work():
        OpinionMap.objects.filter(conversation=made).update(result=result, voices=342, is_final=is_final)
    return made


def statement(house: House, conversation: Conversation, number: int) -> Statement:
    with house.at_work():
        return Statement.objects.select_related("conversation__matter").get(
            conversation=conversation, number=number
        )


def target(house: House) -> Matter:
    """Something that a statement leads to."""
    return factories.filed(house).matter


@pytest.mark.parametrize(
    ("counted", "words"),
    [
        (row(1, 311, 11, 20, [(200, 1, 210), (111, 10, 132)]), "342人表态，赞成91%，各群体都赞成"),
        (row(1, 200, 100, 42, [(190, 0, 200), (10, 100, 142)]), "342人表态，赞成58%，各群体看法不一"),
        (row(1, 10, 300, 32, [(5, 200, 210), (5, 100, 132)]), "342人表态，不赞成88%，各群体都不赞成"),
        (row(1, 20, 5), "25人表态，赞成80%"),
    ],
)
def test_standing_says_how_many_stood_how(counted: dict[str, Any], words: str) -> None:
    assert using.in_words(counted) == words


def test_use_keeps_standing_link_and_a_line_for_the_office(house: House) -> None:
    conversation = ended(house, row(2, 311, 11, 20))
    about = target(house)
    with house.at_work():
        used = using.use_statement(
            actor=house.actor("staff"), statement=statement(house, conversation, 2), target=about
        )
        kept = StatementUse.objects.get(pk=used.pk)
        assert (kept.standing, kept.on, kept.by_name) == (
            "342人表态，赞成91%",
            clock.today(),
            house.users["staff"].name,
        )
        link = MatterLink.objects.get(source=conversation.pk, target=about)
        assert link.relation == "raised"
        told = TimelineEntry.objects.get(matter=conversation.pk, verb="use_statement")
        assert (told.text, told.audience) == ("把第2条看法用到工作中", "office")


def test_use_for_the_same_matter_twice_is_refused(house: House) -> None:
    conversation = ended(house, row(2, 311, 11))
    about, one, staff = target(house), statement(house, conversation, 2), house.actor("staff")
    with house.at_work():
        using.use_statement(actor=staff, statement=one, target=about)
        with pytest.raises(Refused, match="已经用到这件事里"):
            using.use_statement(actor=staff, statement=one, target=about)
        assert StatementUse.objects.count() == 1


def test_second_of_a_kind_is_refused_with_what_there_is(house: House) -> None:
    conversation = ended(house, row(2, 311, 11))
    about, one = target(house), statement(house, conversation, 2)
    with house.at_work():
        using.use_statement(actor=house.actor("staff"), statement=one, target=about)
        with pytest.raises(Refused, match=about.title):
            using.refuse_twice(one, Kind.PROPOSAL)
        using.refuse_twice(one, Kind.TOPIC)


@pytest.mark.parametrize("who", ["leader", "auditor", "clerk_a", "reviewer"])
def test_use_needs_leave(house: House, who: str) -> None:
    conversation = ended(house, row(2, 311, 11))
    about, one = target(house), statement(house, conversation, 2)
    with house.at_work(), pytest.raises(PermissionDenied):
        using.use_statement(actor=house.actor(who), statement=one, target=about)


def test_use_by_a_stranger_is_forbidden(house: House) -> None:
    conversation = ended(house, row(2, 311, 11))
    about, one = target(house), statement(house, conversation, 2)
    stranger = make_house(factories.JINCHANG).actor("staff")
    with house.at_work(), pytest.raises(PermissionDenied):
        using.use_statement(actor=stranger, statement=one, target=about)


@pytest.mark.parametrize("state", [ConversationState.OPEN, ConversationState.CANCELLED])
def test_use_of_what_has_not_ended_is_refused(house: House, state: str) -> None:
    conversation = ended(house, row(2, 311, 11))
    about, one = target(house), statement(house, conversation, 2)
    with house.at_work():
        Matter.objects.filter(pk=conversation.pk).update(state=state)
        with pytest.raises(Refused):
            using.use_statement(actor=house.actor("staff"), statement=one, target=about)


@pytest.mark.parametrize(
    ("number", "more", "words"),
    [
        (2, {"is_final": False}, "正在统计"),
        (3, {}, "表态的人太少"),
        (2, {"state": StatementState.WITHDRAWN}, "已经撤下"),
    ],
)
def test_use_without_a_number_to_show_is_refused(
    house: House, number: int, more: dict[str, Any], words: str
) -> None:
    conversation = ended(house, row(2, 311, 11), **more)
    about, one = target(house), statement(house, conversation, number)
    with house.at_work():
        with pytest.raises(Refused, match=words):
            using.use_statement(actor=house.actor("staff"), statement=one, target=about)
        assert not StatementUse.objects.exists()
