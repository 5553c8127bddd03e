"""What the morning does for conversations: it ends what is over, and reminds the office."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import talks
from tests.factories import JINCHANG, House, make_house
from tongxin.activities.conversations.enums import Circle, StatementState
from tongxin.activities.conversations.nightly import close_overdue, end_and_remind
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.capabilities.notices.models import Notice
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core import clock

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def house() -> House:
    return make_house()


def told(house: House) -> list[tuple[str, str]]:
    with house.at_work():
        return sorted(Notice.objects.values_list("user__name", "text"))


def test_conversation_is_open_on_its_last_day_and_ended_by_the_system_on_the_next(house: House) -> None:
    today = clock.today()
    talk = talks.make_conversation(house, closes_on=today)
    waiting = talks.said(talk)
    end_and_remind()
    assert talks.now(talk).state == "open"
    with clock.at(today + DAY):
        end_and_remind()
        end_and_remind()
    now = talks.now(talk)
    assert (now.state, now.matter.closed_on) == ("closed", today + DAY)
    assert talks.statement_now(waiting).state == StatementState.REJECTED
    with house.at_work():
        entries = TimelineEntry.objects.filter(matter_id=talk.pk).values_list(
            "who", "user", "text", "audience"
        )
        assert list(entries) == [("系统", None, "到截止日期，自动结束", "public")]
        acts = Entry.objects.filter(target=f"matter:{talk.pk}").values_list("action", "user_id")
        assert list(acts) == [("conversation.close", None)]


def test_drafts_and_open_ended_ones_stay(house: House) -> None:
    past = clock.today() - DAY
    draft = talks.make_conversation(house, state="draft", closes_on=past)
    endless = talks.make_conversation(house)
    with house.at_work():
        assert close_overdue(house.committee.pk) == 0
    assert [talks.now(endless).state, talks.now(draft).state] == ["open", "draft"]


def test_each_committee_ends_its_own(house: House) -> None:
    other = make_house(JINCHANG)
    past = clock.today() - DAY
    both = [talks.make_conversation(h, closes_on=past) for h in (house, other)]
    with house.at_work():
        assert close_overdue(house.committee.pk) == 1
    assert [talks.now(talk).state for talk in both] == ["closed", "open"]


def test_office_is_reminded_the_day_before_and_members_are_told_of_the_end(house: House) -> None:
    today = clock.today()
    talks.make_conversation(house, closes_on=today + DAY, circle=Circle.LIST, invited=("outsider",))
    end_and_remind()
    end_and_remind()
    last = f"网络议政「{talks.TITLE}」明天是最后一天"
    assert told(house) == [("万工", last), ("杜工", last)]
    with clock.at(today + 2 * DAY):
        end_and_remind()
    ended = f"网络议政「{talks.TITLE}」结束了，结果统计好就能看"
    assert told(house) == sorted(
        [("万工", last), ("杜工", last), ("万工", ended), ("杜工", ended), ("孙立", ended)]
    )


def test_office_is_told_once_a_morning_how_many_statements_wait(house: House) -> None:
    talk = talks.make_conversation(house)
    talks.said(talk)
    talks.said(talk, "校门口应当有护学岗。", is_held=True)
    talks.said(talk, "已经决定的。", state="rejected")
    end_and_remind()
    end_and_remind()
    text = f"网络议政「{talks.TITLE}」有2条看法等您审核"
    assert told(house) == [("万工", text), ("杜工", text)]
