"""The page behind a code: what it says, what it keeps silent, and the one closed door."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_house, two_houses
from tests.village import make_village
from tongxin.activities.grassroots.models import Attendee, DeliberationSession, DutySlot, Problem, Visit
from tongxin.activities.topics.models import Topic
from tongxin.capabilities.codes.models import AccessCode, ScanCount
from tongxin.capabilities.matters.models import Matter, Participation
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tests.factories import House
    from tests.village import Village
    from tongxin.foundation.organization.models import Node

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 6, 14, 30, tzinfo=clock.ZONE)


@pytest.fixture
def house() -> House:
    return make_house()


@pytest.fixture
def village(house: House) -> Village:
    return make_village(house)


def page_of(village: Village, key: str = "room") -> str:
    return reverse("front:place", args=[village.house.committee.code, village.codes[key].token])


def matter(village: Village, kind: str, title: str, state: str, visibility: str = "public") -> Matter:
    return Matter.objects.create(
        committee=village.house.committee, kind=kind, title=title, state=state, visibility=visibility
    )


def session(
    village: Village, title: str, *, at: datetime, state: str = "announced", **more: object
) -> DeliberationSession:
    made: DeliberationSession = DeliberationSession.objects.create(
        matter=matter(village, "session", title, state, str(more.pop("visibility", "public"))),
        committee=village.house.committee,
        node=more.pop("node", village.council),
        starts_at=at,
        **more,
    )
    return made


def topic(
    village: Village, title: str, state: str, *, node: Node, visibility: str = "public", **more: object
) -> Topic:
    made: Topic = Topic.objects.create(
        matter=matter(village, "topic", f"原话：{title}", state, visibility),
        committee=village.house.committee,
        channel="mass",
        node=node,
        text="张三家门口",
        public_title=title,
        **more,
    )
    return made


def problem(village: Village, title: str, state: str, **more: object) -> Problem:
    made: Problem = Problem.objects.create(
        matter=matter(village, "problem", title, state), committee=village.house.committee,
        node=village.council, text=title, owner="村委会", **more,
    )  # fmt: skip
    return made


def fill(village: Village, rows: int = 1) -> None:
    with transaction.atomic(), village.house.at_work():
        for n in range(rows):
            session(village, f"商量水费{n}", at=NOW + timedelta(days=9 + n))
            topic(village, f"村道照明{n}", "accepted", node=village.room)
            topic(village, f"公交改线{n}", "answered", node=village.station, outcome="七月起改走村口。")
            problem(village, f"清运点搬走{n}", "solved", result="已迁到砖厂旧址。", solved_on=NOW.date())
            DutySlot.objects.create(
                committee=village.house.committee, node=village.room,
                person=village.person if n % 2 else village.guest,
                weekday=3, starts_at=time(9 + n), ends_at=time(11 + n),
            )  # fmt: skip


def get(url: str, client: Client | None = None) -> tuple[str, HttpResponse]:
    answer = (client or Client()).get(url)
    return re.sub(r"<[^>]+>", "", answer.content.decode()), answer  # type: ignore[return-value]


def test_place_page_shows_who_when_what_and_what_became_of_it(village: Village) -> None:
    fill(village)
    with clock.at(NOW.replace(hour=10)):
        text, answer = get(page_of(village))
    assert answer.status_code == 200
    for words in (
        "寺沟村协商议事室", "寺沟村村委会一楼", "王芳", "何远山", "市政协委员", "每周三 09:00–11:00", "今天有人在",
        "祁站长", "东华镇党委副书记", "商量水费0", "村道照明0", "列为议题", "公交改线0", "七月起改走村口。",
        "清运点搬走0",
        "已迁到砖厂旧址。", "说句话", "查我说过的",
    ):  # fmt: skip
        assert words in text, words


def test_duty_hours_that_are_over_are_not_today_any_more(village: Village) -> None:
    fill(village)
    with clock.at(NOW):
        text, _answer = get(page_of(village))
    assert ("今天有人在" in text, "每周三 09:00–11:00" in text) == (False, True)


def test_place_page_says_nothing_that_is_not_public(village: Village) -> None:
    with transaction.atomic(), village.house.at_work():
        session(village, "还没公告的会", at=NOW + timedelta(days=1), state="planned", visibility="internal")
        topic(village, "内部议题", "accepted", node=village.room, visibility="members")
        topic(village, "", "accepted", node=village.room)
    text, _answer = get(page_of(village))
    assert [w for w in ("还没公告", "内部议题", "原话", "张三") if w in text] == []


def test_place_page_of_one_village_shows_nothing_of_another(village: Village) -> None:
    other = make_village(village.house, name="安口村", town="安口镇", key="2")
    fill(other)
    text, _answer = get(page_of(village))
    assert [w for w in ("安口", "商量水费", "村道照明", "清运点", "祁站长2") if w in text] == []
    text, _answer = get(page_of(other, "station"))
    assert "村道照明0" in text


def test_place_page_takes_the_same_queries_for_one_row_and_three(village: Village) -> None:
    counts = []
    for rows in (1, 3):
        fill(village, rows)
        with clock.at(NOW), CaptureQueriesContext(connection) as asked:
            get(page_of(village))
        counts.append(len([q for q in asked if "set_config" not in q["sql"] and "SAVEPOINT" not in q["sql"]]))
        with transaction.atomic(), village.house.at_work():
            Problem.objects.all().delete()
            Topic.objects.all().delete()
            DeliberationSession.objects.all().delete()
            DutySlot.objects.all().delete()
    assert counts == [11, 11]


def test_scan_is_counted_by_day_and_nothing_else(
    village: Village, django_capture_on_commit_callbacks: object
) -> None:
    with clock.at(NOW), django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        for _n in range(3):
            Client().get(page_of(village), REMOTE_ADDR="203.0.113.9")
        Client().head(page_of(village))
    with village.house.at_work():
        assert list(ScanCount.objects.values_list("code__token", "on", "count")) == [
            (village.codes["room"].token, NOW.date(), 3)
        ]


def test_closed_door_is_the_same_page_for_every_reason() -> None:
    one, other = two_houses()
    here, there = make_village(one), make_village(other)
    with transaction.atomic(), one.at_work():
        AccessCode.objects.filter(pk=here.codes["room"].pk).update(status="revoked")
        AccessCode.objects.filter(pk=here.codes["station"].pk).update(status="suspended")
    code = one.committee.code
    tokens = [
        here.codes["room"].token,
        here.codes["station"].token,
        there.codes["room"].token,
        "zzzzzzzzzzzz",
        "码",
    ]
    addresses = [reverse("front:place", args=[code, t]) for t in tokens]
    addresses += [reverse("front:say", args=[code, t]) for t in tokens]
    addresses += [reverse("front:place", args=["999999", there.codes["room"].token])]
    answers = [Client().get(a) for a in addresses]
    assert {(a.status_code, a.content) for a in answers} == {(404, answers[0].content)}
    assert "看看墙上有没有新贴的码" in answers[0].content.decode()


def test_event_code_leads_to_its_session(village: Village) -> None:
    with transaction.atomic(), village.house.at_work():
        held = session(village, "路灯怎么装", at=NOW + timedelta(days=3), venue="村口广场")
        AccessCode.objects.create(committee=village.house.committee, matter=held.matter, token="23456789abcd")
    text, answer = get(reverse("front:place", args=[village.house.committee.code, "23456789abcd"]))
    assert (answer.status_code, "这次协商议事" in text, text.count("路灯怎么装")) == (200, True, 1)
    assert "村口广场" in text


# With an account


def signed_in(house: House, who: str) -> Client:
    client = Client()
    client.force_login(house.users[who])
    return client


def test_visitor_without_session_costs_no_query_for_it(village: Village) -> None:
    with CaptureQueriesContext(connection) as asked:
        get(page_of(village))
    assert [q for q in asked if "session" in q["sql"] and "django" in q["sql"]] == []


@pytest.mark.parametrize(
    ("hours", "state", "offered"),
    [(1.9, "announced", "签到"), (-3.9, "held", "签到"), (2.1, "announced", "记一次走访"), (-4.1, "held", "记一次走访"),
     (0, "planned", "记一次走访"), (0, "recorded", "记一次走访")],
)  # fmt: skip
def test_member_is_offered_to_check_in_around_the_session_only(
    village: Village, hours: float, state: str, offered: str
) -> None:
    at = NOW + timedelta(hours=hours)
    with transaction.atomic(), village.house.at_work():
        session(village, "商量水费", at=at, ends_at=at + timedelta(hours=2), state=state)
    with clock.at(NOW):
        text, _answer = get(page_of(village), signed_in(village.house, "proposer"))
    assert [w for w in ("签到", "记一次走访") if w in text] == [offered]


def test_check_in_by_scan_is_one_row_with_the_server_s_time(village: Village) -> None:
    with transaction.atomic(), village.house.at_work():
        held = session(village, "商量水费", at=NOW)
        Attendee.objects.create(
            committee=village.house.committee, session=held, side="member", name="王芳",
            member=village.house.members["proposer"], person=village.person,
        )  # fmt: skip
    url = reverse("front:check_in", args=[village.house.committee.code, village.codes["room"].token])
    with clock.at(NOW):
        for who in ("proposer", "proposer", "outsider"):
            answer = signed_in(village.house, who).post(url, {"at": "2020-01-01T00:00"}, follow=True)
            assert "签到好了：商量水费" in answer.content.decode()
            assert "已签到" in answer.content.decode()
    with village.house.at_work():
        rows = Attendee.objects.order_by("name").values_list("name", "side", "presence", "how", "present_at")
        assert list(rows) == [
            ("孙立", "member", "present", "scan", NOW),
            ("王芳", "member", "present", "scan", NOW),
        ]
        parts = Participation.objects.order_by("member__name").values_list("member__name", "role", "on")
        assert list(parts) == [("孙立", "present", NOW.date()), ("王芳", "present", NOW.date())]


def test_check_in_where_nothing_runs_is_refused_with_a_sentence(village: Village) -> None:
    url = reverse("front:check_in", args=[village.house.committee.code, village.codes["room"].token])
    answer = signed_in(village.house, "proposer").post(url)
    assert (answer.status_code, "没有正在开的协商议事" in answer.content.decode()) == (409, True)


def test_visit_counts_once_for_the_same_form(village: Village) -> None:
    client = signed_in(village.house, "worker")
    with clock.at(NOW):
        text = client.get(page_of(village)).content.decode()
        nonce = re.search(r'name="nonce" value="([^"]+)"', text)
        assert nonce is not None
        url = reverse("front:visit", args=[village.house.committee.code, village.codes["room"].token])
        for _n in range(2):
            answer = client.post(url, {"nonce": nonce[1]}, follow=True)
            assert "这次走访记下了" in answer.content.decode()
    with village.house.at_work():
        assert [(v.node_id, v.user_id, v.member_id, v.on, v.at) for v in Visit.objects.all()] == [
            (village.room.pk, village.house.users["worker"].pk, None, NOW.date(), NOW)
        ]


def test_somebody_of_another_committee_is_offered_nothing() -> None:
    one, other = two_houses()
    here = make_village(one)
    stranger = signed_in(other, "proposer")
    text, answer = get(page_of(here), stranger)
    assert (answer.status_code, "记一次走访" in text) == (200, False)
    url = reverse("front:visit", args=[one.committee.code, here.codes["room"].token])
    assert stranger.post(url, {"nonce": "x"}).status_code == 404
