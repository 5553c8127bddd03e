"""The numbers of online conversations: what each counts, by which day, along what, and that no voice is a row."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests import factories, talks
from tests.factories import House, make_house
from tongxin.activities.conversations.enums import Circle, ConversationState, StatementState
from tongxin.activities.conversations.figures import FIGURES
from tongxin.activities.conversations.models import Conversation, OpinionMap, Statement, StatementUse, Voice
from tongxin.capabilities.matters.actions import take_part
from tongxin.capabilities.matters.models import Matter, Participation
from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import EVER, calendar_year, figure
from tongxin.foundation.core.periods import calendar_month
from tongxin.readers.statistics.counting import parts_of

pytestmark = pytest.mark.django_db
DAY = date(2025, 3, 5)


@pytest.fixture
def house(db: None) -> House:
    return make_house()


def talk(house: House, *, on: date = DAY, voices: int = 0, **more: Any) -> Conversation:
    """A conversation that began on a day, with so many voices in its last count."""
    made = talks.make_conversation(house, **more)
    with house.at_work():
        matter = Matter.objects.get(pk=made.pk)
        matter.opened_on, matter.closed_on = on, on if matter.closed_on else None
        matter.save()
        OpinionMap.objects.filter(conversation=made).update(voices=voices, votes=voices * 4)
    return made


def value(house: House, name: str, period: Any = EVER) -> int:
    with house.at_work():
        return int(figure(f"conversations.{name}").value(house.committee.pk, period))


def parts(house: House, name: str, by: str) -> dict[str, int | None]:
    """The parts of a figure with their numbers; None for what is not told."""
    one = figure(f"conversations.{name}")
    with house.at_work():
        found = parts_of(one, house.committee.pk, EVER, one.breakdown(by))
    return {part.key: int(part.counted.number) if part.counted else None for part in found}


def test_begun_counts_what_was_opened_in_the_period(house: House) -> None:
    talk(house, state=ConversationState.OPEN)
    talk(house, state=ConversationState.CLOSED, circle=Circle.MEMBERS)
    talk(house, state=ConversationState.OPEN, on=date(2026, 1, 2), circle=Circle.LIST)
    talk(house, state=ConversationState.DRAFT)
    talk(house, state=ConversationState.CANCELLED)
    assert value(house, "begun") == 3
    assert value(house, "begun", calendar_year(2025)) == 2
    assert value(house, "begun", calendar_month(2026, 1)) == 1
    assert parts(house, "begun", "circle") == {"public": 1, "members": 1, "list": 1}
    assert parts(house, "begun", "state") == {"open": 2, "closed": 1}
    assert parts(house, "begun", "month") == {"2025-03": 2, "2026-01": 1}


def test_closed_counts_by_the_day_of_the_end(house: House) -> None:
    talk(house, state=ConversationState.CLOSED)
    talk(house, state=ConversationState.OPEN)
    talk(house, state=ConversationState.CANCELLED)
    assert value(house, "closed", calendar_year(2025)) == 1
    assert value(house, "closed", calendar_year(2026)) == 0


def test_voices_and_answers_are_summed_over_conversations(house: House) -> None:
    talk(house, voices=420)
    talk(house, voices=140, circle=Circle.MEMBERS)
    talk(house, voices=0)
    assert (value(house, "voices"), value(house, "answers")) == (560, 2240)
    with house.at_work():
        assert figure("conversations.voices").rows(house.committee.pk, EVER).count() == 2


def test_few_voices_of_a_circle_are_not_told(house: House) -> None:
    talk(house, voices=420)
    talk(house, voices=9, circle=Circle.LIST)
    talk(house, voices=30, circle=Circle.MEMBERS)
    assert parts(house, "voices", "circle")["list"] is None


def test_statements_count_what_was_published_by_origin(house: House) -> None:
    made = talk(house)
    talks.said(made)
    talks.said(made, "装测速。", state=StatementState.PUBLISHED, number=6)
    talks.said(made, "装探头。", state=StatementState.REJECTED)
    with house.at_work():
        Statement.objects.filter(conversation=made, number=1).update(state=StatementState.WITHDRAWN)
    assert value(house, "statements") == 6
    assert parts(house, "statements", "origin") == {"office": 5, "participants": 1}


def test_uses_count_each_place_by_kind(house: House) -> None:
    made = talk(house, state=ConversationState.CLOSED)
    proposals = [factories.filed(house), factories.filed(house, title="关于路口的提案")]
    with house.at_work():
        one = Statement.objects.get(conversation=made, number=1)
        for proposal in proposals:
            StatementUse.objects.create(
                committee=house.committee, statement=one, matter=proposal.matter, standing="", on=DAY
            )
    assert value(house, "uses", calendar_year(2025)) == 2
    assert parts(house, "uses", "kind") == {"proposal": 2}


def test_member_times_count_members_of_conversations_only(house: House) -> None:
    made = talk(house, state=ConversationState.CLOSED)
    other = factories.filed(house)
    with house.at_work():
        for key in ("proposer", "outsider"):
            take_part(matter=made.matter, role=Participation.Role.PRESENT, on=DAY, member=house.members[key])
        take_part(
            matter=other.matter,
            role=Participation.Role.PRESENT,
            on=clock.today(),
            member=house.members["proposer"],
        )
    assert value(house, "member_times") == 2
    assert sum(n or 0 for n in parts(house, "member_times", "sector").values()) == 2


def test_no_figure_has_voices_for_rows(house: House) -> None:
    with house.at_work():
        models = {one.id: one.rows(house.committee.pk, EVER).model for one in FIGURES}
    assert [name for name, model in models.items() if model is Voice] == []
