"""Entering topics of past years from a register."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied

from tests.factories import House, make_house
from tongxin.activities.topics.actions.entering import Entry
from tongxin.activities.topics.actions.ledger import enter_past_topics
from tongxin.activities.topics.enums import Channel, TopicState
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.notices.models import Notice
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from tongxin.activities.topics.models import Topic

pytestmark = pytest.mark.django_db
_ENTRY = Entry(Channel.MASS, "村道装路灯", "晚上没有灯。", on=date(2021, 3, 1))


@pytest.fixture
def house(db: None) -> House:
    """One committee."""
    return make_house()


def _enter(house: House, *entries: Entry, who: str = "staff", state: str = TopicState.DONE) -> list[Topic]:
    return enter_past_topics(
        actor=house.actor(who), entries=entries, state=state, outcome="已经办结。", source="台账"
    )


def test_past_topics_stand_as_ended_on_their_day_and_nobody_is_told_or_awaited(house: House) -> None:
    with house.at_work():
        topic = _enter(house, _ENTRY)[0]
        assert (topic.matter.state, topic.matter.opened_on, topic.decided_on) == (
            TopicState.DONE,
            date(2021, 3, 1),
            date(2021, 3, 1),
        )
        assert topic.matter.timeline.count() == 1
        assert Deadline.objects.filter(matter=topic.matter).count() == 0
        assert Notice.objects.filter(matter=topic.matter).count() == 0


@pytest.mark.parametrize(
    "wrong", [{"title": " "}, {"text": ""}, {"on": None}, {"on": clock.today() + timedelta(days=1)}]
)
def test_past_topics_that_cannot_be_are_refused(house: House, wrong: dict[str, object]) -> None:
    with house.at_work(), pytest.raises(Refused):
        _enter(house, _ENTRY, replace(_ENTRY, **wrong))  # type: ignore[arg-type]


def test_past_topics_that_have_not_ended_are_refused(house: House) -> None:
    with house.at_work(), pytest.raises(Refused):
        _enter(house, _ENTRY, state=TopicState.COLLECTED)


def test_past_topics_are_entered_by_the_office_only(house: House) -> None:
    with house.at_work(), pytest.raises(PermissionDenied):
        _enter(house, _ENTRY, who="leader")
