"""Dashboards: the leaders' page, the areas, the screen of a hall."""

from __future__ import annotations

import html
import re
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests import talks
from tests.factories import JINCHANG, make_house, rated
from tests.followers.journeys import links
from tests.village import make_village
from tongxin.activities.conversations.counting.counts import count_conversation
from tongxin.activities.grassroots.enums import ProblemState, Side
from tongxin.activities.topics.enums import Channel
from tongxin.activities.topics.models import TopicCategory
from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import all_areas, all_figures, area, calendar_year, figure
from tongxin.foundation.core.periods import EVER
from tongxin.foundation.core.wording import printed
from tongxin.foundation.organization.enums import Level
from tongxin.foundation.organization.models import Node, Place
from tongxin.readers.statistics.counting import parts_of, value_of
from tongxin.readers.statistics.dashboards.pages import AreaPage, area_page, home_page
from tongxin.readers.statistics.dashboards.spans import span_asked
from tongxin.readers.statistics.dashboards.tiles import change
from tongxin.readers.statistics.gathering import Division, parts_of_many, values_of_many
from tongxin.readers.statistics.keeping import forget

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from tests.village import Village

pytestmark = pytest.mark.django_db
HOME = "/statistics/"
TOWN = "620881101"
AREAS = ["organization", "proposals", "topics", "conversations", "grassroots"]
# Queries of a page that is counted anew, the two of its transaction among them; "" is the leaders' page.
COSTS = {"": 9, "organization": 9, "proposals": 12, "topics": 11, "conversations": 9, "grassroots": 11}


def page_of(key: str) -> str:
    return f"/statistics/areas/{key}/"


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
            links.voice(village, about, index=f"v{n}")
            links.problem(village, state=ProblemState.SOLVED, solved_on=date(2021, 4, 1), title=f"装灯{n}")
        links.session(village, held_on=date(2020, 12, 31), title="上一年")
    for n in range(count):
        rated(village.house, title=f"关于第{n}件事的提案", code="A")


def shown(village: Village, key: str, asked: str = "2021") -> AreaPage:
    """What an area shows to the office."""
    one = area(key)
    assert one is not None
    with village.house.at_work():
        return area_page(village.house.actor("staff"), one, span_asked(asked, village.house.committee.pk))


def test_areas_name_figures_and_breakdowns_that_exist() -> None:
    known = {one.id for one in all_figures()}
    assert [one.key for one in all_areas()] == AREAS
    for one in all_areas():
        drawn = {d.figure for d in one.drawings} | {d.beside for d in one.drawings if d.beside}
        assert {*one.standing, *one.done, *one.table, *drawn} - known == set()
        missing = [d for d in one.drawings if figure(d.figure).breakdown(d.by) is None]
        assert [*missing, *(f for f in one.table if figure(f).breakdown(one.table_by) is None)] == []


def test_tiles_say_what_the_figures_are_and_what_they_were(village: Village) -> None:
    busy(village, 3)
    page = shown(village, "grassroots")
    committee = village.house.committee.pk
    with village.house.at_work():
        for one in (*page.standing, *page.done):
            assert one.text == printed(figure(one.key).value(committee, calendar_year(2021)))
    tiles = {one.key: one for one in page.done}
    sessions = tiles["grassroots.sessions"]
    assert (sessions.text, sessions.before_label, sessions.before, sessions.change) == (
        "3",
        "上年",
        "1",
        "+2",
    )
    assert sessions.before_url == "/statistics/figures/grassroots.sessions/?period=2020"
    assert [one.before for one in page.standing] == [""] * len(page.standing)


@pytest.mark.parametrize(
    ("value", "before", "is_share", "said"),
    [
        (12, 10, False, "+2"),
        (10, 12, False, "−2"),
        (3, 3, False, "持平"),
        (Decimal("96.9"), Decimal("90.4"), True, "+6.5个百分点"),
    ],
)
def test_change_is_said_with_its_sign(value: Any, before: Any, is_share: Any, said: str) -> None:
    assert change(value, before, is_share=is_share) == said


def test_running_year_is_compared_with_the_same_days(village: Village) -> None:
    with clock.at(datetime(2021, 6, 30, 9, tzinfo=clock.ZONE)):
        span = span_asked("", village.house.committee.pk)
        assert span.compared is not None
        assert (span.label, span.compared.key, span.compared_label) == (
            "2021年",
            "2020-01-01..2020-06-30",
            "上年同期",
        )
        assert span.is_running


@pytest.mark.parametrize(
    ("asked", "label", "compared"),
    [
        ("2020", "2020年", "2019"),
        ("2020-03", "2020年3月", "2019-03"),
        ("五年", "近五年", ""),
        ("本届", "本届", ""),
        ("nonsense", "2026年", "2025-01-01..2025-11-22"),
        ("２０２１", "2021年", "2020"),
    ],
)
def test_span_is_what_was_asked_for(village: Village, asked: str, label: str, compared: str) -> None:
    with clock.at(datetime(2026, 11, 22, 9, tzinfo=clock.ZONE)), village.house.at_work():
        span = span_asked(asked, village.house.committee.pk)
    assert (span.label, span.compared.key if span.compared else "") == (label, compared)


def test_years_can_be_chosen_back_to_the_first_record(village: Village) -> None:
    busy(village)
    with clock.at(datetime(2022, 5, 1, 9, tzinfo=clock.ZONE)):
        page = shown(village, "grassroots", "2021-03")
    assert [(one.asked, one.is_chosen) for one in page.choices] == [
        ("2021-03", True),
        ("2022", False),
        ("2021", False),
        ("2020", False),
        ("本届", False),
        ("五年", False),
    ]


def test_months_stand_beside_those_of_the_year_before(village: Village) -> None:
    busy(village, 2)
    sessions = shown(village, "grassroots").charts[0]
    assert [(m.value, m.second) for m in sessions.marks] == [(0, 0), (0, 0), (2, 0), *[(0, 0)] * 8, (0, 1)]
    assert sessions.marks[2].opens.endswith("?period=2021&by=month&part=2021-03")
    assert sessions.marks[11].second_opens.endswith("?period=2020&by=month&part=2020-12")
    assert sessions.title == "协商议事活动：2021年3月最多，2场次"


def test_table_has_a_row_for_each_township_and_a_total(village: Village) -> None:
    busy(village, 2)
    table = shown(village, "grassroots").table
    assert table is not None
    assert [(row.label, [c.text for c in row.cells]) for row in (*table.rows, table.total)] == [
        (Place.objects.get(pk=TOWN).name, ["1", "1", "1", "2", "2", "2", "2"]),
        ("合计", ["1", "1", "1", "2", "2", "2", "2"]),
    ]
    assert table.rows[0].cells[3].url.endswith(f"?period=2021&by=place&part={TOWN}")


def test_parts_of_many_are_the_parts_of_each(village: Village) -> None:
    busy(village, 2)
    committee = village.house.committee.pk
    with village.house.at_work():
        asked = [Division(one, EVER, by) for one in all_figures() for by in one.breakdowns]
        assert len(asked) > 100
        together = parts_of_many(asked, committee)
        for one, parts in zip(asked, together, strict=True):
            alone = parts_of(one.figure, committee, EVER, one.by)
            assert (one.figure.id, one.by.key, sorted(parts, key=str)) == (
                one.figure.id,
                one.by.key,
                sorted(alone, key=str),
            )


def test_values_of_many_are_the_values_of_each(village: Village) -> None:
    busy(village, 2)
    committee = village.house.committee.pk
    asked = [(one, calendar_year(year)) for one in all_figures() for year in (2020, 2021)]
    with village.house.at_work():
        together = values_of_many(asked, committee)
        assert together == [value_of(one, committee, period) for one, period in asked]


@pytest.mark.parametrize("key", AREAS)
@pytest.mark.parametrize("count", [1, 3])
def test_area_page_costs_the_same_queries(
    village: Village, client: Client, django_assert_num_queries: DjangoAssertNumQueries, key: str, count: int
) -> None:
    busy(village, count)
    client.force_login(village.house.users["staff"])
    asked = "" if key == "proposals" else "2021"
    client.get(page_of(key), {"period": asked})
    forget()
    with django_assert_num_queries(COSTS[key]):
        assert client.get(page_of(key), {"period": asked}).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_leaders_page_costs_the_same_queries(
    village: Village, client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    busy(village, count)
    client.force_login(village.house.users["leader"])
    client.get(HOME)
    forget()
    with django_assert_num_queries(COSTS[""]):
        assert client.get(HOME).status_code == 200


@pytest.mark.parametrize("path", [HOME, *map(page_of, AREAS), "/statistics/screen/grassroots/"])
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("staff", 200),
        ("leader", 200),
        ("auditor", 200),
        ("tenant_admin", 403),
        ("proposer", 403),
        ("clerk_a", 403),
        ("head", 403),
    ],
)
def test_dashboards_are_for_the_office_and_its_leaders(
    village: Village, client: Client, path: str, who: str, status: int
) -> None:
    client.force_login(village.house.users[who])
    assert client.get(path).status_code == status


def test_area_that_nobody_declared_is_not_there(client: Client, db: None) -> None:
    client.force_login(make_house().users["staff"])
    assert client.get(page_of("meetings")).status_code == 404
    assert client.get("/statistics/screen/meetings/").status_code == 404


def test_dashboard_of_another_committee_counts_nothing_of_this_one(village: Village) -> None:
    other = make_house(JINCHANG)
    busy(village)
    with village.house.at_work(other):
        span = span_asked("2021", other.committee.pk)
        one = area("grassroots")
        assert one is not None
        page = area_page(other.actor("staff"), one, span)
        assert page.is_empty
        assert page.table is None


@pytest.mark.parametrize("path", [HOME, page_of("grassroots"), page_of("topics"), page_of("proposals")])
def test_dashboard_without_anything_teaches(client: Client, db: None, path: str) -> None:
    client.force_login(make_house().users["staff"])
    page = client.get(path, {"period": "2019"}).content.decode()
    assert ("这段时间还没有记录" in page) == (path != HOME)


def links_of(page: str) -> list[tuple[str, str]]:
    """The numbers of a page that open: what stands there, and where it leads."""
    found = re.findall(r'class="num" href="([^"]+)">([\d.]+)', page)
    return sorted({(html.unescape(url), number) for url, number in found})


@pytest.mark.parametrize("key", AREAS)
def test_every_number_of_an_area_opens_a_page_with_this_number(
    village: Village, client: Client, key: str
) -> None:
    busy(village, 2)
    talk = talks.make_conversation(village.house)
    talks.voices(talk, 30)
    with village.house.at_work():
        count_conversation(talk.pk)
    client.force_login(village.house.users["staff"])
    asked = "" if key in {"proposals", "conversations"} else "2021"
    found = links_of(client.get(page_of(key), {"period": asked}).content.decode())
    wrong = []
    for url, number in found:
        answer = client.get(url)
        assert answer.status_code == 200, url
        opened = answer.context["opened"]
        # Of a share both the percentage and how many rows it is stand on the page.
        said = {re.match(r"[\d.]*", opened.value)[0], str(opened.page.paginator.count if opened.page else 0)}  # type: ignore[index]
        if number not in said:
            wrong.append((url, number, said))
    assert wrong == []
    assert len(found) > (3 if key == "conversations" else 8)


def test_numbers_of_persons_that_are_few_are_not_told_by_township(village: Village, client: Client) -> None:
    busy(village, 3)
    client.force_login(village.house.users["staff"])
    with clock.at(datetime(2026, 11, 22, 9, tzinfo=clock.ZONE)):
        page = client.get(page_of("topics")).content.decode()
    assert "群众意见：少于10的未列，免得看出是谁；能推算出来的也未列。" in page
    assert "topics.voices/?period=2026&amp;by=place" not in page


def test_leaders_see_what_is_late_first_and_each_number_once(village: Village) -> None:
    busy(village)
    with village.house.at_work():
        actor = village.house.actor("leader")
        page = home_page(actor, span_asked("五年", village.house.committee.pk))
        past = home_page(actor, span_asked("2021", village.house.committee.pk))
    assert [one.key for one in page.late] == ["grassroots.problems_overdue", "proposals.overdue"]
    # Late is late today: a year that is over has nothing to say of it.
    assert past.late == []
    assert [section.name for section in page.sections] == ["组织", "提案", "议题", "网络议政", "基层协商"]
    keys = [one.key for one in (*page.late, *(t for s in page.sections for t in s.tiles))]
    assert len(keys) == len(set(keys))
    assert 1 <= len(past.charts) <= 3


def test_share_of_nothing_is_no_number_and_compared_with_nothing(village: Village) -> None:
    with village.house.at_work():
        actor = village.house.actor("leader")
        page = area_page(actor, area("proposals"), span_asked("2021", village.house.committee.pk))
    rate = next(one for one in page.done if one.key == "proposals.reply_rate")
    assert (rate.text, rate.unit, rate.before, rate.before_url, rate.change) == ("—", "", "", "", "")


def test_screen_goes_on_by_itself_unless_somebody_stays(village: Village, client: Client) -> None:
    client.force_login(village.house.users["leader"])
    answer = client.get("/statistics/screen/organization/", {"period": "2021"})
    assert answer["Refresh"] == "60; url=/statistics/screen/proposals/?period=2021"
    last = client.get("/statistics/screen/grassroots/")
    assert last["Refresh"] == "60; url=/statistics/screen/organization/"
    assert "Refresh" not in client.get("/statistics/screen/organization/", {"stay": "1"})
    assert "<script" not in re.sub(r"<script src=[^>]+></script>", "", last.content.decode())


def test_paper_says_where_the_numbers_are_from(village: Village, client: Client) -> None:
    busy(village)
    client.force_login(village.house.users["staff"])
    with clock.at(datetime(2022, 1, 4, 9, tzinfo=clock.ZONE)):
        page = client.get(page_of("grassroots"), {"period": "2021"}).content.decode()
    assert f"来源：{village.house.committee.name}，同心平台。时间：2021年。2022年1月4日 09:00打印。" in page
