"""The pages of codes: every number opens what it counts, and each sees what is theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from tests import factories, village
from tests.capabilities.codes.seen import codes_of
from tests.capabilities.codes.test_actions import new_event, new_room
from tongxin.capabilities.codes.actions import issue_code, reissue_code, revoke_code, suspend_code
from tongxin.capabilities.codes.models import AccessCode
from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import figure
from tongxin.foundation.organization.models import Node, Place

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries
    from pytest_django.fixtures import SettingsWrapper

    from tests.village import Village

LIST = "/codes/"


def names(client: Client, query: str = "") -> list[str]:
    """Return the names of the list, and see that the pager counts as many."""
    shown = client.get(f"{LIST}{query}").context["shown"]
    assert shown.page.paginator.count == len(shown.rows)
    return [row.name for row in shown.rows]


@pytest.fixture
def staff(place: Village, client: Client) -> Client:
    client.force_login(place.house.users["staff"])
    return client


def test_list_numbers_open_as_many_rows(place: Village, staff: Client) -> None:
    new_room(place, "甲室")
    new_room(place, "乙室")
    bare = new_room(place, "丙室")
    with place.house.at_work():
        suspend_code(
            actor=place.house.actor("staff"),
            code=issue_code(actor=place.house.actor("staff"), node=bare),
            reason="装修",
        )
    coverage = {c.kind: c for c in staff.get(LIST).context["shown"].coverage}
    assert {k: (c.total, c.active, c.suspended, c.missing, c.percent) for k, c in coverage.items()} == {
        "station": (1, 1, 0, 0, 100),
        "room": (4, 1, 1, 2, 25),
    }
    for c in coverage.values():
        for count, url in (
            (c.total, c.total_url),
            (c.active, c.active_url),
            (c.missing, c.missing_url),
            (c.suspended, c.suspended_url),
        ):
            assert len(names(staff, url.removeprefix(LIST))) == count
    # The figures of the room say the same, and open the same list.
    with place.house.at_work():
        of_rooms = figure("codes.room_coverage")
        assert of_rooms.rows(place.house.committee.pk, None).count() == 1  # type: ignore[arg-type]
    assert names(staff, of_rooms.url().removeprefix(LIST)) == ["寺沟村协商议事室"]


def test_list_tabs_hold_events_and_revoked_codes(place: Village, staff: Client) -> None:
    actor = place.house.actor("staff")
    with place.house.at_work():
        issue_code(actor=actor, matter=new_event(place, "路灯怎么装"))
        reissue_code(actor=actor, code=place.codes["room"], reason="涂改")
    tabs = staff.get(LIST).context["shown"].tabs
    assert [tab["count"] for tab in tabs] == [2, 1, 1]
    assert [names(staff, tab["url"].removeprefix(LIST)) for tab in tabs] == [
        ["东华镇委员工作站", "寺沟村协商议事室"],
        ["路灯怎么装"],
        ["寺沟村协商议事室"],
    ]
    assert names(staff, "?tab=events&q=路灯") == ["路灯怎么装"]
    assert names(staff, "?tab=revoked&q=路灯") == []


def test_list_narrows_by_kind_status_town_and_word(place: Village, staff: Client) -> None:
    town = Place.objects.create(code="620881999", name="测试镇", level="town")
    village_place = Place.objects.create(code="620881999201", name="测试村", level="village", parent=town)
    bare = new_room(place, "河西村协商议事室")
    with place.house.at_work():
        Node.objects.filter(pk=bare.pk).update(place=village_place, address="河西小学旁")
        AccessCode.objects.filter(pk=place.codes["station"].pk).update(printed_on=clock.today())
    everything = ["河西村协商议事室", "东华镇委员工作站", "寺沟村协商议事室"]
    for query, found in {
        "": everything,
        "?kind=room": [everything[0], everything[2]],
        "?kind=home": [],
        "?status=none": everything[:1],
        "?status=with": everything[1:],
        "?status=active": everything[1:],
        "?status=suspended": [],
        "?status=unprinted": everything[2:],
        "?town=620881999": everything[:1],
        "?q=小学": everything[:1],
        "?q=工作站&kind=room": [],
        "?kind=x&status=x&town=x'&tab=x&page=x": everything,
        "?q=%00": everything,
    }.items():
        assert names(staff, query) == found, query
    assert staff.get(LIST).context["shown"].towns == [("620881999", "测试镇")]


def test_list_asks_for_a_council_only_where_it_has_no_room(place: Village, staff: Client) -> None:
    with place.house.at_work():
        lonely = Node.objects.create(
            committee=place.house.committee,
            kind="council",
            name="单独的议事会",
            host="village",
            parent=place.station,
            station=place.station,
        )
    assert names(staff, "?kind=council") == ["单独的议事会"]
    staff.post(reverse("codes:issue"), {"all": "1"})
    assert [c.node_id for c in codes_of(place, node__kind="council")] == [lonely.pk]


def test_list_points_at_codes_of_places_that_are_gone(place: Village, staff: Client) -> None:
    assert "网点已经撤销" not in staff.get(LIST).content.decode()
    with place.house.at_work():
        Node.objects.filter(pk=place.room.pk).update(ended_on=clock.today())
    shown = staff.get(LIST)
    assert (shown.context["shown"].ended, "?status=ended" in shown.content.decode()) == (1, True)
    # Its council has no other door now.
    assert names(staff) == ["东华镇委员工作站", "寺沟村协商议事会"]
    assert names(staff, "?status=ended") == ["寺沟村协商议事室"]


def test_issue_gives_all_missing_or_the_one_that_was_chosen(place: Village, staff: Client) -> None:
    rooms = [new_room(place, f"第{n}室") for n in range(3)]
    assert "给没有码的3个网点赋码" in staff.get(LIST).content.decode()
    answer = staff.post(reverse("codes:issue"), {"nodes": [str(rooms[0].pk), "x"], "kind": "room"})
    assert (answer.status_code, answer["Location"]) == (302, "/codes/?kind=room")
    assert [len(codes_of(place, node=room)) for room in rooms] == [1, 0, 0]
    for _twice in range(2):
        assert staff.post(reverse("codes:issue"), {"all": "1"})["Location"] == LIST
    assert [len(codes_of(place, node=room)) for room in rooms] == [1, 1, 1]
    assert 'name="all"' not in staff.get(LIST).content.decode()


def test_code_page_shows_the_history_of_its_place(place: Village, staff: Client) -> None:
    actor, old = place.house.actor("staff"), place.codes["room"]
    with place.house.at_work():
        AccessCode.objects.filter(pk=old.pk).update(printed_on=clock.today())
        new = reissue_code(actor=actor, code=old, reason="海报被涂改")
    page = staff.get(reverse("codes:show", args=[new.pk]))
    assert [past.code.pk for past in page.context["shown"].history] == [new.pk, old.pk]
    said = page.content.decode()
    assert [words in said for words in ("海报被涂改", "请打印新的海报换上", old.token)] == [True] * 3
    earlier = staff.get(reverse("codes:show", args=[old.pk])).content.decode()
    assert ["作废：海报被涂改" in earlier, reverse("codes:reissue", args=[old.pk]) in earlier] == [
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("act", "status"),
    [("suspend", ["suspended"]), ("revoke", ["revoked"]), ("reissue", ["revoked", "active"])],
)
def test_code_page_acts_with_a_reason_and_once(
    place: Village, staff: Client, act: str, status: list[str]
) -> None:
    code = place.codes["room"]
    url = reverse(f"codes:{act}", args=[code.pk])
    empty = staff.post(url, {"reason": " "})
    assert (empty.status_code, [c.status for c in codes_of(place, node=place.room)]) == (422, ["active"])
    long = staff.post(url, {"reason": "长" * 121})
    assert (long.status_code, "长" * 121 in long.content.decode()) == (422, True)
    key = str(staff.get(url).context["once"])
    answers = [staff.post(url, {"reason": "海报被涂改", "once": key}) for _n in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    now = codes_of(place, node=place.room)
    assert [c.status for c in now] == status
    assert answers[0]["Location"] == reverse("codes:show", args=[now[-1].pk])
    if act != "suspend":
        assert staff.post(url, {"reason": "再来"}).status_code == 409


def test_code_suspended_is_resumed_by_a_button(place: Village, staff: Client) -> None:
    code = place.codes["room"]
    with place.house.at_work():
        suspend_code(actor=place.house.actor("staff"), code=code, reason="装修")
    assert "装修" in staff.get(reverse("codes:show", args=[code.pk])).content.decode()
    assert staff.post(reverse("codes:resume", args=[code.pk])).status_code == 302
    assert staff.post(reverse("codes:resume", args=[code.pk])).status_code == 409
    assert [c.status for c in codes_of(place, node=place.room)] == ["active"]


def test_picture_of_a_code_is_handed_out_as_svg(place: Village, staff: Client) -> None:
    answer = staff.get(reverse("codes:picture", args=[place.codes["room"].pk]))
    assert (answer["Content-Type"], answer.content[:4]) == ("image/svg+xml", b"<svg")


def test_pages_of_codes_are_of_the_office_and_of_who_keeps_the_place(place: Village, client: Client) -> None:
    with place.house.at_work():
        event = issue_code(actor=place.house.actor("staff"), matter=new_event(place))
        own = issue_code(actor=place.house.actor("head"), matter=new_event(place, "站长的会"))
    shows = [reverse("codes:show", args=[c.pk]) for c in (*place.codes.values(), event, own)]
    posters = reverse("codes:posters")
    issue, suspend = reverse("codes:issue"), reverse("codes:suspend", args=[place.codes["room"].pk])
    found = {}
    for who in ("staff", "tenant_admin", "leader", "auditor", "head", "worker", "proposer", "clerk_a"):
        client.force_login(place.house.users[who])
        found[who] = (
            client.get(LIST).status_code,
            [client.get(url).status_code for url in shows],
            client.get(posters).status_code,
            client.post(issue).status_code,
            client.get(suspend).status_code,
        )
    looks, nothing = (200, [200] * 4, 403, 403, 403), (403, [403] * 4, 403, 403, 403)
    assert found == {
        "staff": (200, [200] * 4, 200, 302, 200),
        "tenant_admin": (200, [200] * 4, 200, 302, 200),
        "leader": looks,
        "auditor": looks,
        "head": (200, [200, 200, 404, 200], 200, 403, 403),
        "worker": (200, [404, 200, 404, 404], 200, 403, 403),
        "proposer": nothing,
        "clerk_a": nothing,
    }


def test_list_of_who_keeps_a_room_holds_that_room(place: Village, client: Client) -> None:
    new_room(place)
    client.force_login(place.house.users["worker"])
    page = client.get(LIST)
    assert names(client) == ["寺沟村协商议事室"]
    assert [(c.kind, c.total) for c in page.context["shown"].coverage] == [("room", 1)]
    client.force_login(place.house.users["head"])
    assert len(names(client)) == 3


def test_codes_of_another_committee_are_missing(db: None, client: Client) -> None:
    house, other = factories.two_houses()
    here, there = village.make_village(house), village.make_village(other)
    client.force_login(house.users["staff"])
    for name in ("show", "picture", "suspend", "revoke", "reissue"):
        assert client.get(reverse(f"codes:{name}", args=[there.codes["room"].pk])).status_code == 404
    assert client.post(reverse("codes:resume", args=[there.codes["room"].pk])).status_code == 404
    chosen = client.get(reverse("codes:posters"), {"codes": [str(there.codes["room"].pk)]})
    assert chosen.context["codes"] == []
    client.post(reverse("codes:issue"), {"nodes": [str(there.council.pk)]})
    assert codes_of(there, node=there.council) == []
    assert len(names(client)) == len(codes_of(here))


def test_pages_say_when_no_phone_can_reach_the_address(
    place: Village, staff: Client, settings: SettingsWrapper
) -> None:
    settings.SITE_URL = ""
    pages = [LIST, reverse("codes:posters"), reverse("codes:show", args=[place.codes["room"].pk])]
    assert ["TONGXIN_URL" in staff.get(url).content.decode() for url in pages] == [True] * 3
    settings.SITE_URL = "https://zx.example.cn"
    assert ["TONGXIN_URL" in staff.get(url).content.decode() for url in pages] == [False] * 3


def test_names_are_shown_as_text(place: Village, staff: Client) -> None:
    with place.house.at_work():
        Node.objects.filter(pk=place.room.pk).update(name="<script>alert(1)</script>", address="<b>x</b>")
    for url in (LIST, reverse("codes:posters"), reverse("codes:show", args=[place.codes["room"].pk])):
        said = staff.get(url).content.decode()
        assert ["<script>alert" in said, "<b>x" in said] == [False, False]


def test_pages_ask_as_often_for_three_places_as_for_one(
    place: Village, staff: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    actor = place.house.actor("staff")
    show = reverse("codes:show", args=[place.codes["room"].pk])
    staff.get(LIST)
    with place.house.at_work():
        revoke_code(actor=actor, code=place.codes["station"], reason="不用了")
        issue_code(actor=actor, matter=new_event(place))
    asked = {LIST: 13, f"{LIST}?tab=events": 12, f"{LIST}?tab=revoked": 12, show: 10, "/codes/posters/": 7}
    for url, queries in asked.items():
        with django_assert_num_queries(queries):
            staff.get(url)
    with place.house.at_work():
        for n in range(2):
            code = issue_code(actor=actor, node=new_room(place, f"第{n}室"))
            revoke_code(actor=actor, code=code, reason="不用了")
            issue_code(actor=actor, node=new_room(place, f"又{n}室"))
            issue_code(actor=actor, matter=new_event(place, f"第{n}件事"))
        for _n in range(2):
            now = AccessCode.objects.current().get(node=place.room)
            reissue_code(actor=actor, code=now, reason="涂改")
    for url, queries in asked.items():
        with django_assert_num_queries(queries):
            staff.get(url)


def test_code_of_an_event_leads_to_the_event_for_who_reads_it(place: Village, client: Client) -> None:
    event = new_event(place, "路灯怎么装")
    with place.house.at_work():
        code = issue_code(actor=place.house.actor("staff"), matter=event)
    address = f'href="/grassroots/sessions/{event.pk}/"'
    for who, leads in (("staff", True), ("leader", True), ("auditor", True), ("tenant_admin", False)):
        client.force_login(place.house.users[who])
        for page in (f"{LIST}?tab=events", f"{LIST}{code.pk}/"):
            assert (address in client.get(page).content.decode()) == leads, (who, page)
        assert address not in client.get(LIST).content.decode()
