"""The figures of topics: against rows made by hand, those that must not count among them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.factories import JINCHANG, make_house
from tests.followers.journeys import links
from tests.parts import parts, wrong_parts
from tests.village import make_village
from tongxin.activities.topics.enums import Channel, TopicState
from tongxin.activities.topics.figures import FIGURES
from tongxin.activities.topics.models import Topic, TopicCategory
from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import EVER, Period, area, calendar_year, figure
from tongxin.foundation.core.periods import calendar_month
from tongxin.foundation.organization.enums import Level
from tongxin.foundation.organization.models import Place
from tongxin.readers.statistics.counting import parts_of, value_of, values_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from tests.village import Village

pytestmark = pytest.mark.django_db
TODAY = datetime(2026, 11, 22, 9, tzinfo=clock.ZONE)
Y2025 = calendar_year(2025)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.at(TODAY):
        yield


@pytest.fixture
def here(db: None) -> Village:
    return make_village(
        make_house(), place=Place.objects.filter(level=Level.VILLAGE, parent="620881101").first()
    )


def value(here: Village, key: str, period: Period = EVER) -> int | Decimal:
    return value_of(figure(f"topics.{key}"), here.house.committee.pk, period).value


def topic(here: Village, opened_on: date, state: str = TopicState.COLLECTED, **more: Any) -> Topic:
    made = links.topic(here, state=state, title=f"议题{Topic.objects.count()}", **more)
    made.matter.opened_on = opened_on
    made.matter.save()
    return made


def raised(here: Village) -> None:
    """A topic of every state in 2025, three of 2026, one that is held."""
    category = TopicCategory.objects.filter(committee=here.house.committee).first()
    for state in TopicState:
        decided = None if state == TopicState.COLLECTED else date(2026, 2, 1)
        topic(here, date(2025, 5, 1), state, decided_on=decided, category=category)
    topic(here, date(2026, 1, 1), channel=Channel.ONLINE, node=None)
    topic(here, date(2026, 1, 1), TopicState.DONE, decided_on=date(2026, 1, 9), channel=Channel.MEMBER)
    topic(here, date(2026, 1, 2), TopicState.ANSWERED, decided_on=date(2026, 1, 9), channel=Channel.PARTY_GOV)
    topic(here, date(2025, 5, 1), is_held=True)


COUNTED: dict[str, int | Decimal] = {
    "collected": 11,
    "collected.mass": 8,
    "collected.online": 1,
    "taken_up": 4,
    "done": 2,
    "answered": 2,
    "waiting": 2,
    "decided_share": Decimal("81.8"),
}


def test_numbers_of_topics_count_by_their_state_and_day(here: Village) -> None:
    with here.house.at_work():
        raised(here)
        ever = {key: value(here, key) for key in COUNTED}
        of_2025 = {key: value(here, key, Y2025) for key in COUNTED}
    assert ever == COUNTED
    assert of_2025 == COUNTED | {
        "collected": 8,
        "collected.online": 0,
        "taken_up": 3,
        "done": 0,
        "answered": 0,
        "decided_share": Decimal("87.5"),
    }


@pytest.mark.parametrize("period", [EVER, Y2025])
def test_numbers_open_lists_of_exactly_that_many(client: Client, here: Village, period: Period) -> None:
    with here.house.at_work():
        raised(here)
        wanted = {f.url(period): f.value(here.house.committee.pk, period) for f in FIGURES if f.page}
    client.force_login(here.house.users["staff"])
    assert {url: client.get(url).context["shown"].page.paginator.count for url in wanted} == wanted
    assert len(wanted) == 6


def sayings(here: Village, count: int, about: Topic, *days: datetime) -> None:
    for n in range(count):
        links.voice(here, about, index=f"{about.pk}-{n}", node=here.room)
    for n, moment in enumerate(days):
        made = links.voice(here, about, index=f"{about.pk}-d{n}", node=here.room)
        made.said_at = moment
        made.save()


def test_sayings_count_by_the_day_here_and_held_ones_do_not(here: Village) -> None:
    # The last moment of a year here is still the year before at Greenwich, and the first one too.
    last, first = (datetime(*day, tzinfo=clock.ZONE) for day in ((2025, 12, 31, 23, 59), (2026, 1, 1, 0, 0)))
    with here.house.at_work():
        sayings(here, 2, topic(here, date(2026, 5, 6)), last, first)
        sayings(here, 3, topic(here, date(2026, 5, 6), is_held=True))
        found = [
            value(here, "voices", p) for p in (EVER, Y2025, calendar_year(2026), calendar_month(2026, 1))
        ]
        by_month = parts(figure("topics.voices"), here.house.committee.pk, "month")
    assert found == [4, 1, 3, 1]
    assert by_month == {"2025年12月": 1, "2026年1月": 1, "2026年5月": 2}


def test_few_sayings_of_a_place_or_month_are_not_told(here: Village) -> None:
    with here.house.at_work():
        sayings(here, 10, topic(here, date(2026, 5, 6)), datetime(2026, 7, 1, 9, tzinfo=clock.ZONE))
        one = figure("topics.voices")
        along = one.breakdown("month")
        assert along is not None
        found = parts_of(one, here.house.committee.pk, EVER, along)
    # Of two parts neither is told: the other could be worked out.
    assert [part.is_suppressed for part in found] == [True, True]


def test_rows_of_sayings_show_neither_text_nor_hour(here: Village) -> None:
    one = figure("topics.voices")
    assert [column.path for column in one.columns] == ["topic.matter.title", "node.name"]
    assert {by.key for by in one.breakdowns} == {"month", "year", "place", "station"}


def test_topics_are_divided_by_township_category_channel_and_state(here: Village) -> None:
    with here.house.at_work():
        raised(here)
        Topic.objects.filter(node=None).first().matter.save()  # type: ignore[union-attr]
        one, pk = figure("topics.collected"), here.house.committee.pk
        found = {by: parts(one, pk, by) for by in ("place", "category", "channel", "state", "year")}
    assert sorted(found["place"].values()) == [1, 10]
    assert found["place"]["没有写所在地的"] == 1
    assert found["category"]["没有分类"] == 3
    assert found["channel"] == {"群众提": 8, "网络征": 1, "委员荐": 1, "党政点": 1}
    assert found["state"]["待受理"] == 2
    assert found["year"] == {"2025年": 8, "2026年": 3}


@pytest.mark.parametrize("period", [EVER, Y2025])
def test_parts_of_every_number_add_up(here: Village, period: Period) -> None:
    with here.house.at_work():
        raised(here)
        about = Topic.objects.first()
        assert about is not None
        sayings(here, 3, about)
        wrong = [w for one in FIGURES for w in wrong_parts(one, here.house.committee.pk, period)]
    assert wrong == []


def test_rows_of_every_number_open_pages(client: Client, here: Village) -> None:
    client.force_login(here.house.users["staff"])
    with here.house.at_work():
        raised(here)
        about = Topic.objects.filter(is_held=False).first()
        assert about is not None
        sayings(here, 1, about)
        rows = {
            f.id: f.rows(here.house.committee.pk, EVER).select_related(*f.select).first() for f in FIGURES
        }
        urls = {f.row_url(rows[f.id]) for f in FIGURES if f.row_url and rows[f.id]}
        assert {client.get(url).status_code for url in urls} == {200}
    assert all(rows.values())


def test_numbers_of_another_committee_are_not_counted(here: Village) -> None:
    other = make_village(make_house(JINCHANG))
    with here.house.at_work(other.house):
        raised(other)
        assert {value(here, key) for key in COUNTED} == {0}


@pytest.mark.parametrize("count", [1, 3])
def test_numbers_cost_the_same_queries(
    here: Village, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    with here.house.at_work():
        for _n in range(count):
            raised(here)
        with django_assert_num_queries(1):
            values_of(FIGURES, here.house.committee.pk, Y2025)
        with django_assert_num_queries(10):
            for by in figure("topics.collected").breakdowns:
                parts_of(figure("topics.collected"), here.house.committee.pk, EVER, by)


def test_dashboard_names_figures_that_there_are_and_have_what_it_draws() -> None:
    board = area("topics")
    assert board is not None
    assert all(figure(d.figure).breakdown(d.by) for d in board.drawings)
    assert all(figure(one).breakdown(board.table_by) for one in board.table)
    assert {figure(one).id for one in (*board.standing, *board.done)} == {*board.standing, *board.done}
