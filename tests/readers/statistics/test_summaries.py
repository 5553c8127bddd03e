"""What is kept of the pages of numbers equals what is counted anew, after whatever happens in the committee."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.utils import translation

from tests.factories import (
    JINCHANG,
    add_leader,
    chosen_key,
    filed,
    make_house,
    rated,
    replied,
    submitted,
    supervised,
)
from tests.followers.journeys import links
from tests.village import make_village
from tongxin.activities.topics.actions.receiving import Saying, receive_saying
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import EVER, all_figures, calendar_year
from tongxin.readers.statistics.counting import value_of, values_of
from tongxin.readers.statistics.keeping import forget, kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.factories import House
    from tests.village import Village

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """Each test begins with an empty memory, and leaves none."""
    forget()
    yield
    forget()


@pytest.fixture
def village(db: None) -> Village:
    """A village in whose committee somebody has acted."""
    made = make_village(make_house())
    act(made.house)
    return made


def act(house: House) -> None:
    """Leave an entry in the log, as every action does."""
    with house.at_work():
        record(actor=house.actor("staff"), action="test.act")


def all_values(village: Village, who: str = "staff") -> dict[str, Any]:
    """Every figure as a page shows it: kept, if it may be."""
    committee, actor = village.house.committee.pk, village.house.actor(who)
    with village.house.at_work():
        return kept(actor, "all", lambda: values_of(all_figures(), committee, EVER))


def plain(village: Village) -> dict[str, Any]:
    """Every figure, asked for one by one."""
    committee = village.house.committee.pk
    with village.house.at_work():
        return {one.id: value_of(one, committee, EVER) for one in all_figures()}


def submit_a_proposal(village: Village) -> None:
    submitted(village.house)


def file_a_proposal(village: Village) -> None:
    filed(village.house)


def answer_a_proposal(village: Village) -> None:
    replied(village.house)


def rate_an_answer(village: Village) -> None:
    rated(village.house)


def supervise_a_key_proposal(village: Village) -> None:
    key = chosen_key(village.house, filed(village.house))
    supervised(village.house, key, add_leader(village.house, key))


def say_something(village: Village) -> None:
    saying = Saying(text="村口的路灯不亮", nonce=uuid4())
    receive_saying(committee_id=village.house.committee.pk, saying=saying, node=village.room)


def raise_it_in_the_office(village: Village) -> None:
    with village.house.at_work():
        links.topic(village, title="灯")
    act(village.house)


def hold_a_session(village: Village) -> None:
    with village.house.at_work():
        links.session(village, held_on=date(2026, 3, 1))
    act(village.house)


@pytest.mark.parametrize(
    "happen",
    [
        submit_a_proposal,
        file_a_proposal,
        answer_a_proposal,
        rate_an_answer,
        supervise_a_key_proposal,
        say_something,
        raise_it_in_the_office,
        hold_a_session,
    ],
)
def test_what_is_kept_is_what_is_counted_anew_after_whatever_happens(
    village: Village, happen: Callable[[Village], None]
) -> None:
    before = all_values(village)
    assert before == plain(village)
    happen(village)
    after = all_values(village)
    assert after == plain(village)
    assert after != before


def counting(village: Village, who: str = "staff", asked: object = "x") -> int:
    """How often it is counted anew for this question: 0 or 1."""
    calls: list[int] = []
    with village.house.at_work():
        kept(village.house.actor(who), asked, lambda: calls.append(1))  # type: ignore[arg-type]
    return len(calls)


def test_what_is_kept_is_counted_once_until_somebody_acts(village: Village) -> None:
    assert [counting(village), counting(village)] == [1, 0]
    act(village.house)
    assert [counting(village), counting(village)] == [1, 0]


def test_what_is_kept_is_of_one_question_language_role_and_day(village: Village) -> None:
    assert counting(village) == 1
    assert counting(village, asked=("area", calendar_year(2021))) == 1
    assert counting(village, "leader") == 1
    assert counting(village, "staff_2") == 0
    with translation.override("en"):
        assert counting(village) == 1
    tomorrow = clock.now().replace(year=clock.today().year + 1)
    with clock.at(tomorrow):
        assert counting(village) == 1


def test_what_is_kept_is_of_one_committee(village: Village) -> None:
    other = make_house(JINCHANG)
    act(other)
    assert counting(village) == 1
    with other.at_work():
        calls: list[int] = []
        kept(other.actor("staff"), "x", lambda: calls.append(1))
    assert calls == [1]


def test_nothing_is_kept_before_anybody_acted(db: None) -> None:
    house = make_house(JINCHANG)
    calls: list[int] = []
    with house.at_work():
        for _ in range(2):
            kept(house.actor("staff"), "x", lambda: calls.append(1))
    assert calls == [1, 1]


def test_what_is_kept_is_thrown_away_where_counting_failed(village: Village) -> None:
    def fail() -> None:
        raise LookupError

    with village.house.at_work(), pytest.raises(LookupError):
        kept(village.house.actor("staff"), "x", fail)
    assert counting(village) == 1
