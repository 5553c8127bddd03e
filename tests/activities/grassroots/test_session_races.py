"""Many phones and hands at one session at the same moment, with real commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.activities.grassroots.meetings import LATER, TUESDAY, held, plan_of, planned, written
from tests.activities.proposals.test_races import at_once
from tests.factories import make_house
from tests.village import make_village
from tongxin.activities.grassroots.actions import attending, planning, recording
from tongxin.activities.grassroots.enums import Presence, Side
from tongxin.activities.grassroots.models import DeliberationSession
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.foundation.audit.verify import verify
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from tests.village import Village

HANDS = 50


@pytest.fixture
def here(fresh_db: str) -> Village:
    return make_village(make_house())


def test_one_person_checking_in_fifty_times_at_once_is_one_row(here: Village) -> None:
    with clock.at(TUESDAY):
        session = held(here)
    staff, own = here.house.actor("staff"), here.house.actor("outsider")
    member = here.house.members["outsider"]

    def scan() -> None:
        attending.mark_present(actor=own, session=session, member=member)

    def name() -> None:
        attending.mark_present(actor=staff, session=session, side=Side.MEMBER, name=member.name)

    def guest() -> None:
        attending.mark_present(actor=staff, session=session, side=Side.MASSES, name="李四", post="一社")

    works = [scan, name, guest] * (HANDS // 3)
    assert at_once(here.house, works) == ["done"] * len(works)
    with here.house.at_work():
        there = session.attendees.filter(presence=Presence.PRESENT)
        assert there.filter(member=member).count() == 1
        assert there.filter(name="李四").count() == 1
        assert there.count() == 4
    assert verify().ok


def test_one_plan_sent_ten_times_at_once_is_one_session(here: Village) -> None:
    staff = here.house.actor("staff")
    works = [lambda: planning.plan_session(actor=staff, plan=plan_of(here))] * 10
    assert at_once(here.house, works) == ["Refused"] * 9 + ["done"]


def test_beginning_ten_times_at_once_begins_once(here: Village) -> None:
    session = planned(here, starts_at=LATER)
    staff = here.house.actor("staff")
    done = at_once(
        here.house,
        [lambda: recording.begin_record(actor=staff, session=session, held_on=LATER.date())] * 10,
    )
    assert done == ["Refused"] * 9 + ["done"]
    with here.house.at_work():
        assert TimelineEntry.objects.filter(matter_id=session.pk, verb="begin_record").count() == 1


def test_ten_writers_of_one_field_at_once_leave_one_text_and_nine_answers(here: Village) -> None:
    with clock.at(TUESDAY):
        session = held(here)
    staff = here.house.actor("staff")
    works = [
        lambda n=n: recording.write_field(
            actor=staff, session=session, field="agreed", text=f"第{n}个人写的", seen=0
        )
        for n in range(10)
    ]
    assert at_once(here.house, works) == ["Stale"] * 9 + ["done"]
    with here.house.at_work():
        assert DeliberationSession.objects.get().field_versions == {"agreed": 1}


def test_archiving_ten_times_at_once_archives_once(here: Village) -> None:
    with clock.at(TUESDAY):
        session = written(here)
    staff = here.house.actor("staff")
    done = at_once(here.house, [lambda: recording.archive_record(actor=staff, session=session)] * 10)
    assert done == ["Refused"] * 9 + ["done"]
