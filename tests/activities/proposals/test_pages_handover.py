"""Pages of the two-step hand-over, taking back, extension, and the lead that waits for its helpers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from tests import factories
from tongxin.activities.proposals.actions import extending, handling, passing_on
from tongxin.activities.proposals.models import Assignment, Extension, Proposal
from tongxin.activities.proposals.selectors.office import passing_on_page
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.foundation.core import clock
from tongxin.foundation.core.once import new_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from tests.factories import House

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 10)


@pytest.fixture(autouse=True)
def on_the_day() -> Iterator[None]:
    with clock.at(DAY):
        yield


@pytest.fixture
def house() -> House:
    return factories.make_house()


def text(answer: Any) -> str:
    return str(answer.content.decode()).replace("<wbr>", "").replace("\u200b", "")


def url(name: str, thing: Proposal | Assignment) -> str:
    return reverse(f"proposals:{name}", args=[thing.pk])


def given(house: House) -> Proposal:
    made = factories.filed(house)
    with house.at_work():
        return passing_on.hand_to_office(
            actor=house.actor("staff"), proposal=made, office=house.units["office"]
        )


def at_work(house: House) -> tuple[Proposal, Assignment]:
    made, parts = factories.assigned(house)
    return made, factories.answer(house, "a", parts["a"], until="handling")


def test_staff_give_it_to_an_office_which_hands_the_ticked_ones_on(client: Client, house: House) -> None:
    made = factories.filed(house)
    client.force_login(house.users["staff"])
    assert "归口单位" in text(client.get(url("hand_to_office", made)))
    assert client.post(url("hand_to_office", made), {"office": ""}).status_code == 422
    answer = client.post(url("hand_to_office", made), {"office": house.units["office"].pk})
    assert answer.status_code == 302
    assert "等政府办公室转交承办单位" in text(client.get(url("detail", made)))
    client.force_login(house.users["supervisor"])
    there = reverse("proposals:passing_on")
    page = text(client.get(there))
    assert "关于改善学校门口交通的提案" in page
    assert "教育局" in page
    assert "住房和城乡建设局" not in page
    assert "请转交承办单位" in text(client.get(url("detail", made)))
    nothing = client.post(there, {"proposals": [made.pk]}, follow=True)
    assert "请勾选提案，再选一个单位。" in text(nothing)
    foreign = client.post(there, {"proposals": [made.pk], "unit": house.units["c"].pk}, follow=True)
    assert "请勾选提案，再选一个单位。" in text(foreign)
    data = {"proposals": [made.pk], "unit": house.units["a"].pk, "once": str(new_key())}
    for _again in range(2):
        client.post(there, data)
    with house.at_work():
        assert list(Assignment.objects.values_list("proposal", "unit__name")) == [(made.pk, "教育局")]


def test_office_hands_on_with_helpers_among_its_own_units_only(client: Client, house: House) -> None:
    made = given(house)
    client.force_login(house.users["supervisor"])
    page = client.get(url("assign", made))
    assert {u.name for u in page.context["shown"].units} == {"教育局", "交通运输局", "政府办公室"}
    fields = {"mode": "lead", "lead": house.units["a"].pk, "others": [house.units["b"].pk], "step": "confirm"}
    assert client.post(url("assign", made), fields).status_code == 302
    client.force_login(house.users["other_supervisor"])
    assert client.get(url("assign", made)).status_code == 404


def test_office_returns_it_with_the_reason(client: Client, house: House) -> None:
    made = given(house)
    client.force_login(house.users["supervisor"])
    assert client.post(url("return_from_office", made), {"note": " "}).status_code == 422
    assert client.post(url("return_from_office", made), {"note": "属党委口"}).status_code == 302
    assert client.get(url("detail", made)).status_code == 404
    client.force_login(house.users["staff"])
    page = client.get(url("detail", made)).context["page"]
    assert [(c.who, c.what, c.text) for c in page.unit_changes] == [
        (str(house.committee), "交政府办公室转交承办单位", ""),
        ("政府办公室", "退回政协，请另行交办", "属党委口"),
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_office_list_asks_the_same_queries_however_long(
    house: House, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for _n in range(rows):
        given(house)
    actor = house.actor("supervisor")
    with house.at_work(), django_assert_num_queries(4):
        assert len(passing_on_page(actor, page_number=1).rows) == rows


def test_part_is_taken_back_and_the_changes_are_traced(client: Client, house: House) -> None:
    made, part = at_work(house)
    client.force_login(house.users["staff"])
    assert url("take_back_part", part) in text(client.get(url("detail", made)))
    assert client.post(url("take_back_part", part), {"note": ""}).status_code == 422
    assert client.post(url("take_back_part", part), {"note": "职能已划转"}).status_code == 302
    page = client.get(url("detail", made)).context["page"]
    assert [str(p.state.label) for p in page.parts] == ["已收回"]
    assert [(c.what, c.text) for c in page.unit_changes] == [
        ("交办教育局（单办）", ""),
        ("收回教育局的交办", "职能已划转"),
    ]
    # The proposer reads that it changed hands, not what the offices said to each other.
    client.force_login(house.users["proposer"])
    page = client.get(url("detail", made)).context["page"]
    assert [(c.what, c.text) for c in page.unit_changes][1] == ("收回教育局的交办", "")


def test_decline_button_goes_with_the_last_day(client: Client, house: House) -> None:
    made, part = at_work(house)
    client.force_login(house.users["clerk_a"])
    # Five working days after 10 June.
    with clock.at(date(2026, 6, 17)):
        assert url("decline", part) in text(client.get(url("detail", made)))
    with clock.at(date(2026, 6, 18)):
        client.force_login(house.users["clerk_a"])
        assert url("decline", part) not in text(client.get(url("detail", made)))
        answer = client.post(url("decline", part), {"note": "归交通局"})
        assert answer.status_code == 409
        assert "申请退回的期限是6月17日，已经过了" in text(answer)


def test_extension_is_asked_with_the_new_date_and_granted_once(client: Client, house: House) -> None:
    made, part = at_work(house)
    client.force_login(house.users["clerk_a"])
    page = text(client.get(url("extend", part)))
    assert "1个月，到10月10日" in page
    assert "最长可以延到12月10日" in page
    assert client.post(url("extend", part), {"months": 4, "reason": "忙"}).status_code == 422
    data = {"months": 1, "reason": "要现场勘测", "once": str(new_key())}
    for _again in range(2):
        assert client.post(url("extend", part), data).status_code == 302
    with house.at_work():
        assert Extension.objects.count() == 1
    assert url("extend", part) not in text(client.get(url("detail", made)))
    client.force_login(house.users["supervisor"])
    assert "请答复教育局的延期申请" in text(client.get(url("detail", made)))
    assert "要现场勘测" in text(client.get(url("answer_extension", part)))
    assert client.post(url("answer_extension", part), {"grant": "no"}).status_code == 422
    assert client.post(url("answer_extension", part), {"grant": "yes"}).status_code == 302
    # The second of two who answer is told that it is done.
    client.force_login(house.users["staff"])
    late = client.post(url("answer_extension", part), {"grant": "no", "note": "不同意"})
    assert late.status_code == 409
    assert "可能别人刚刚答复过了" in text(late)
    client.force_login(house.users["clerk_a"])
    assert "经批准延长1个月" in text(client.get(url("detail", made)))


def test_refused_extension_is_told_with_the_reason(client: Client, house: House) -> None:
    _made, part = at_work(house)
    with house.at_work():
        extending.request_extension(actor=house.actor("clerk_a"), assignment=part, months=1, reason="忙")
    client.force_login(house.users["staff"])
    assert client.post(url("answer_extension", part), {"grant": "no", "note": "不复杂"}).status_code == 302
    client.force_login(house.users["clerk_a"])
    page = text(client.get(url("extend", part)))
    assert "未批准" in page
    assert "不复杂" in page


def test_lead_sees_who_is_late_reminds_and_goes_on(client: Client, house: House) -> None:
    made, parts = factories.assigned(house, to="a", co="b")
    factories.answer(house, "a", parts["a"], until="countersigning")
    lead = parts["a"]
    client.force_login(house.users["clerk_a"])
    assert url("go_on_without", lead) not in text(client.get(url("detail", made)))
    assert "会签期限还没有过" in text(client.get(url("go_on_without", lead)))
    assert client.post(url("go_on_without", lead), {"note": "委员在等"}).status_code == 409
    assert client.post(url("remind_helpers", lead)).status_code == 302
    with clock.at(date(2026, 6, 23)):
        client.force_login(house.users["clerk_a"])
        assert url("go_on_without", lead) in text(client.get(url("detail", made)))
        page = client.get(url("go_on_without", lead))
        assert [(h.unit, h.due_on) for h in page.context["waiting"].late] == [
            ("交通运输局", date(2026, 6, 17))
        ]
        assert client.post(url("go_on_without", lead), {"note": ""}).status_code == 422
        assert client.post(url("go_on_without", lead), {"note": "委员在等"}).status_code == 302
    with house.at_work():
        assert Assignment.objects.get(pk=lead.pk).state == "approving"
        assert TimelineEntry.objects.filter(verb="remind", who="教育局").count() == 1
    client.force_login(house.users["staff"])
    assert "交通运输局逾期未会签，答复稿先送签发" in text(client.get(url("detail", made)))


def test_reply_page_says_whose_opinion_is_late(client: Client, house: House) -> None:
    _made, parts = factories.assigned(house, to="a", co="b")
    with house.at_work():
        handling.sign_for(actor=house.actor("clerk_a"), assignment=parts["a"])
    with clock.at(date(2026, 7, 20)):
        client.force_login(house.users["clerk_a"])
        shown = client.get(url("reply", parts["a"])).context["waiting"]
    assert [(h.unit, h.due_on, h.is_late) for h in shown.helpers] == [("交通运输局", date(2026, 7, 10), True)]
