"""The public page of the grass roots: what everybody reads of it, and what stays unread."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.activities.grassroots.meetings import TUESDAY, announced, planned, recorded
from tests.factories import JINCHANG, make_house
from tests.followers.journeys.test_place import problem, topic
from tests.village import make_village
from tongxin.activities.topics.models import TopicList, TopicListItem
from tongxin.foundation.core import clock
from tongxin.foundation.organization.models import Committee, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.village import Village

pytestmark = pytest.mark.django_db
# Html, sheet, script and fonts together are 60 KB at most; the page has what the others leave.
PAGE_BYTES = 20 * 1024


@pytest.fixture(autouse=True)
def on_a_tuesday() -> Iterator[None]:
    with clock.at(TUESDAY):
        yield


@pytest.fixture
def here() -> Village:
    return make_village(make_house())


def page_of(village: Village) -> str:
    return reverse("publishing:villages", args=[village.house.committee.code])


def read(village: Village, **query: str) -> str:
    answer = Client().get(page_of(village), query)
    assert answer.status_code == 200
    return re.sub(r"<[^>]+>", "", answer.content.decode())


def decide(village: Village, *titles: str, visibility: str = "public") -> None:
    with village.house.at_work():
        made = TopicList.objects.create(
            committee=village.house.committee, year=2026, state="decided", decided_on=TUESDAY.date()
        )
        for title in titles:
            TopicListItem.objects.create(
                committee=village.house.committee,
                list=made,
                topic=topic(village, title, "accepted", node=village.room, visibility=visibility),
                is_chosen=True,
            )


def test_page_shows_places_sessions_topics_and_what_became_of_them(here: Village) -> None:
    announced(here, title="水费怎么收")
    recorded(here, title="管网先修哪段", publish=True)
    decide(here, "村道照明")
    with transaction.atomic(), here.house.at_work():
        topic(here, "公交改线", "answered", node=here.station, outcome="七月起改走村口。")
        problem(here, "清运点搬走", "solved", result="已迁到砖厂旧址。", solved_on=TUESDAY.date())
    text = read(here)
    for words in (
        "水费怎么收", "11月5日", "管网先修哪段", "先修三社到学校这一段", "村道照明", "2026年度议题清单",
        "公交改线", "七月起改走村口。", "清运点搬走", "已迁到砖厂旧址。",
        "东华镇委员工作站", "东华镇政府院内", "寺沟村协商议事室", "寺沟村村委会一楼", "共2处",
    ):  # fmt: skip
        assert words in text, words


def test_page_keeps_silent_about_what_is_not_public(here: Village) -> None:
    planned(here, title="还在准备的会")
    recorded(here, title="不公开的会", publish=False)
    decide(here, "内部议题", visibility="internal")
    other = make_village(make_house(JINCHANG), name="外地村", town="外地镇", key="x")
    announced(other, title="外地的会")
    with here.house.at_work():
        Node.objects.filter(pk=here.room.pk).update(ended_on=TUESDAY.date())
    text = read(here)
    for words in ("还在准备的会", "不公开的会", "内部议题", "外地", "寺沟村协商议事室", "原话", "张三"):
        assert words not in text, words
    # Without its room, the council is where people go.
    assert "寺沟村协商议事会" in text
    assert "共2处" in text


def test_page_leads_to_saying_and_to_the_receipt_but_to_no_code(here: Village) -> None:
    code = here.house.committee.code
    html = Client().get(page_of(here)).content.decode()
    for name in ("front:say_online", "front:find_receipt", "publishing:site", "publishing:tracking"):
        assert f'href="{reverse(name, args=[code])}"' in html, name
    assert not [c.token for c in here.codes.values() if c.token in html]
    assert "/c/" not in html
    assert f'href="{page_of(here)}"' in Client().get(reverse("publishing:site", args=[code])).content.decode()


def test_committee_with_nothing_yet_says_what_will_be_here() -> None:
    committee = make_house().committee
    answer = Client().get(reverse("publishing:villages", args=[committee.code]))
    text = answer.content.decode()
    for words in ("还没有网点", "现在没有公告的会", "还没有公开的结果", "凭回执码随时能查"):
        assert words in text, words
    Committee.objects.filter(pk=committee.pk).update(is_public=False)
    assert Client().get(reverse("publishing:villages", args=[committee.code])).status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("寺沟", {"寺沟村协商议事室"}),
        ("西华镇", {"西华镇委员工作站", "北河村协商议事室"}),
        ("政府院内", {"东华镇委员工作站", "西华镇委员工作站"}),
        ("没有这里", set()),
        ("' OR 1=1\x00", set()),
    ],
)
def test_search_finds_places_by_town_name_and_address(here: Village, query: str, found: set[str]) -> None:
    make_village(here.house, name="北河村", town="西华镇", key="2")
    announced(here, title="水费怎么收")
    answer = Client().get(page_of(here), {"q": query})
    assert {p.name for town in answer.context["shown"].page for p in town.places} == found
    text = answer.content.decode()
    assert ("没有找到" in text) == (not found)
    assert "水费怎么收" not in text


def test_page_with_many_rows_asks_as_often_as_with_one_and_stays_light(here: Village) -> None:
    def fill(n: int) -> None:
        announced(here, title=f"水费怎么收{n}", starts_at=TUESDAY + timedelta(days=2, hours=n))
        recorded(here, title=f"管网{n}", starts_at=TUESDAY + timedelta(hours=1 + n), publish=True)
        with transaction.atomic(), here.house.at_work():
            topic(here, f"村道照明{n}", "accepted", node=here.room)
            topic(here, f"公交改线{n}", "answered", node=here.station, outcome="改走村口。")
            problem(here, f"清运点{n}", "solved", result="已搬。", solved_on=TUESDAY.date())

    fill(0)
    decide(here, "列入清单")
    counts = []
    for more in ((), (1, 2)):
        for n in more:
            fill(n)
            make_village(here.house, name=f"北河村{n}", town=f"西华镇{n}", key=str(n))
        Client().get(page_of(here))
        with CaptureQueriesContext(connection) as asked:
            html = Client().get(page_of(here)).content
        counts.append(sum(not q["sql"].startswith(("SAVEPOINT", "RELEASE")) for q in asked))
    assert counts == [10, 10]
    assert len(html) < PAGE_BYTES
