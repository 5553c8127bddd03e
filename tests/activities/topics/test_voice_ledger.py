"""Entering sayings of the public from a register."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied

from tests.factories import House, make_house
from tongxin.activities.topics.actions.entering import Entry
from tongxin.activities.topics.actions.ledger import enter_past_topics
from tongxin.activities.topics.actions.voice_ledger import PastVoice, enter_past_voices
from tongxin.activities.topics.enums import Channel, TopicState
from tongxin.activities.topics.nightly import seal_days
from tongxin.foundation.audit.models import Entry as AuditEntry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.figures import EVER, calendar_year, figure

if TYPE_CHECKING:
    from tongxin.activities.topics.models import Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db: None) -> House:
    """One committee."""
    return make_house()


def _topic(house: House) -> Topic:
    entry = Entry(Channel.MASS, "村道装路灯", "晚上没有灯。", on=date(2021, 3, 1))
    return enter_past_topics(
        actor=house.actor("staff"), entries=[entry], state=TopicState.DONE, outcome="办结。", source="台账"
    )[0]


def test_past_voices_count_on_their_days_are_sealed_by_the_night_and_lead_to_nobody(house: House) -> None:
    with house.at_work():
        line = PastVoice(_topic(house), date(2021, 3, 1), "路太黑")
        lines = [line, line, replace(line, on=date(2022, 1, 1))]
        assert enter_past_voices(actor=house.actor("staff"), lines=lines, source="登记簿") == 3
        voices = figure("topics.voices")
        assert [voices.value(house.committee.pk, p) for p in (EVER, calendar_year(2021))] == [3, 2]
        assert seal_days(house.committee.pk) == 3
        (entry,) = AuditEntry.objects.filter(action="topics.enter_past_voices")
        assert entry.detail == {"source": "登记簿", "voices": 3}


def test_past_voices_that_cannot_be_are_refused(house: House) -> None:
    with house.at_work():
        line = PastVoice(_topic(house), date(2021, 3, 1), "路太黑")
        for wrong in (replace(line, text=" "), replace(line, on=clock.today() + timedelta(days=1))):
            with pytest.raises(Refused):
                enter_past_voices(actor=house.actor("staff"), lines=[line, wrong], source="登记簿")


def test_past_voices_are_entered_by_the_office_only(house: House) -> None:
    with house.at_work():
        line = PastVoice(_topic(house), date(2021, 3, 1), "路太黑")
        with pytest.raises(PermissionDenied):
            enter_past_voices(actor=house.actor("leader"), lines=[line], source="登记簿")
