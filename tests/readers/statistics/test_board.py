"""The grass-roots page of a committee, and the list of figures."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.factories import JINCHANG, make_house
from tests.followers.journeys import links
from tests.village import make_village
from tongxin.activities.grassroots.enums import ProblemState, Side
from tongxin.activities.topics.enums import Channel
from tongxin.activities.topics.models import TopicCategory
from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import all_figures, calendar_year
from tongxin.foundation.organization.enums import HostKind, Level, NodeKind
from tongxin.foundation.organization.models import Node, Place
from tongxin.readers.statistics.selectors import board, figure_rows

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from tests.village import Village

pytestmark = pytest.mark.django_db
PAGE = "/statistics/grassroots/"
TOWN = "620881101"


@pytest.fixture
def village(db: None) -> Village:
    """A village in a township."""
    town, hamlet = Place.objects.get(pk=TOWN), Place.objects.filter(parent=TOWN, level=Level.VILLAGE).first()
    made = make_village(make_house(), place=hamlet)
    with made.house.at_work():
        Node.objects.filter(pk=made.station.pk).update(place=town)
    return made


def busy(village: Village, count: int = 1) -> None:
    """So many sessions, topics and solved problems in 2021, one session the year before."""
    with village.house.at_work():
        category = TopicCategory.objects.filter(committee=village.house.committee).first()
        for n in range(count):
            held = links.session(village, held_on=date(2021, 3, 5), title=f"议事{n}")
            links.came(village, held, f"何远山{n}", Side.MEMBER)
            about = links.topic(village, title=f"灯{n}", category=category, channel=Channel.MASS)
            about.matter.opened_on = date(2021, 2, 1)
            about.matter.save()
            links.problem(village, state=ProblemState.SOLVED, solved_on=date(2021, 4, 1), title=f"装灯{n}")
        links.session(village, held_on=date(2020, 12, 31), title="上一年")


def test_board_counts_a_year_as_the_figures_do(village: Village) -> None:
    busy(village, 3)
    with village.house.at_work():
        shown = board(village.house.committee.pk, 2021)
        values = {f.name: f.value(village.house.committee.pk, calendar_year(2021)) for f in all_figures()}
        tiles = [*shown.tiles, *shown.done]
        assert [(t.label, t.count) for t in tiles] == [(t.label, values[t.label]) for t in tiles]
        counts = {t.label: t.count for t in tiles}
    assert (counts["协商议事活动"], counts["委员参加协商"], counts["征集议题"], counts["协商解决问题"]) == (
        3,
        3,
        3,
        3,
    )
    assert counts["下沉委员"] == 0
    assert shown.years[-1] == 2020
    assert not shown.is_running


def test_board_draws_months_beside_the_year_before(village: Village) -> None:
    busy(village, 2)
    with village.house.at_work():
        shown = board(village.house.committee.pk, 2021)
    sessions, problems, *_others = shown.charts
    assert [(m.count, m.before) for m in sessions.marks] == [
        (0, 0),
        (0, 0),
        (2, 0),
        *[(0, 0)] * 8,
        (0, 1),
    ]
    assert sessions.marks[2].url == "/grassroots/sessions/?counted=1&month=2021-03"
    assert sessions.marks[11].before_url == "/grassroots/sessions/?counted=1&month=2020-12"
    assert sessions.title == "协商议事活动：3月最多，2场次"
    assert [m.count for m in problems.marks][3] == 2


def test_board_groups_by_township_and_each_number_is_a_link(village: Village) -> None:
    busy(village, 2)
    with village.house.at_work():
        shown = board(village.house.committee.pk, 2021)
    assert [(row.name, [c.count for c in row.cells]) for row in shown.towns] == [
        (Place.objects.get(pk=TOWN).name, [1, 1, 1, 2, 2, 2, 2])
    ]
    assert shown.towns[0].cells[3].url == f"/grassroots/sessions/?counted=1&year=2021&town={TOWN}"


def test_board_of_another_committee_is_not_counted(village: Village) -> None:
    other = make_house(JINCHANG)
    busy(village)
    with village.house.at_work(other):
        shown = board(other.committee.pk, 2021)
    assert shown.is_empty
    assert shown.towns == []


@pytest.mark.parametrize("count", [1, 3])
def test_board_page_costs_the_same_queries(
    village: Village, client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    busy(village, count)
    client.force_login(village.house.users["staff"])
    client.get(PAGE, {"year": "2021"})
    with django_assert_num_queries(12):
        assert client.get(PAGE, {"year": "2021"}).status_code == 200


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("staff", 200),
        ("leader", 200),
        ("auditor", 200),
        ("tenant_admin", 403),
        ("proposer", 403),
        ("head", 403),
    ],
)
def test_board_page_is_for_the_office(village: Village, client: Client, who: str, status: int) -> None:
    client.force_login(village.house.users[who])
    assert client.get(PAGE).status_code == status
    assert client.get("/statistics/figures/").status_code == status


@pytest.mark.parametrize("asked", ["", "1999", "2999", "２０２１", "x", "20211"])
def test_board_page_asked_for_an_odd_year_shows_this_one(
    village: Village, client: Client, asked: str
) -> None:
    client.force_login(village.house.users["staff"])
    with clock.at(datetime(2026, 11, 22, 9, tzinfo=clock.ZONE)):
        page = client.get(PAGE, {"year": asked})
    assert page.context["board"].year == 2026


def test_board_page_without_anything_teaches(client: Client, db: None) -> None:
    house = make_house()
    client.force_login(house.users["staff"])
    assert "这一年还没有记录" in client.get(PAGE).content.decode()


def counted(answer: Any) -> int:
    """How many rows the list that a page shows has, over all its pages."""
    for layer in answer.context:
        for value in layer.flatten().values():
            for page in (value, getattr(value, "page", None)):
                if paginator := getattr(page, "paginator", None):
                    return int(paginator.count)
    raise AssertionError(answer.request["PATH_INFO"])


def test_board_links_open_lists_of_exactly_that_many(village: Village, client: Client) -> None:
    busy(village, 2)
    client.force_login(village.house.users["staff"])
    page = client.get(PAGE, {"year": "2021"}).content.decode()
    found = re.findall(r'class="num" href="([^"]+)">(\d+)', page)
    wrong = []
    for url, number in sorted({(url.replace("&amp;", "&"), int(n)) for url, n in found}):
        answer = client.get(url)
        if (n := counted(answer)) != number:
            wrong.append((url, number, n))
    assert wrong == []
    assert len(found) > 20


def test_figures_page_names_every_figure_with_its_definition(village: Village, client: Client) -> None:
    busy(village)
    client.force_login(village.house.users["staff"])
    page = client.get("/statistics/figures/", {"year": "2021"}).content.decode()
    assert re.findall(r'data-l="数据码"><span>([^<]+)<', page) == [f.id for f in all_figures()]
    with village.house.at_work():
        rows = figure_rows(village.house.committee.pk, 2021)
        assert [row.value for row in rows] == [
            f.value(village.house.committee.pk, calendar_year(2021)) for f in all_figures()
        ]


def test_node_of_the_county_itself_stands_in_a_row_that_opens_it_alone(
    village: Village, client: Client
) -> None:
    house = village.house
    with house.at_work():
        Node.objects.create(
            committee=house.committee,
            kind=NodeKind.STATION,
            name="工业园区委员工作站",
            host=HostKind.PARK,
            place_id=TOWN[:6],
        )
        rows = board(house.committee.pk, 2021).towns
    client.force_login(house.users["staff"])
    pages = [client.get(row.cells[0].url).content.decode().replace("<wbr>", "") for row in rows]
    assert [("工业园区委员工作站" in page, "东华镇委员工作站" in page) for page in pages] == [
        (True, False),
        (False, True),
    ]
