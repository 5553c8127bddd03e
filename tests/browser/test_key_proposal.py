"""A key proposal: recommended by a leader, chosen by the meeting, supervised on the spot three times, ended."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from playwright.sync_api import expect

from tests import factories
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.people import Person
    from tests.factories import House

pytestmark = pytest.mark.browser

TITLE = "关于加快博物馆新馆建设的提案"
FINDINGS = (
    "看了地块，供水主管从中间穿过，先改管线再拆迁。",
    "管线已经改好，余下三户当天签了字。",
    "桩机已进场，新馆开工。",
)
RESULT = "三次现场督办，用地交清，新馆已经开工。"


@pytest.mark.parametrize(
    "at",
    [
        pytest.param("desk", marks=pytest.mark.committee("621100")),
        pytest.param("phone", marks=pytest.mark.committee("621124")),
    ],
)
def test_key_proposal_is_supervised_three_times_on_the_spot(
    house: House, somebody: Callable[..., Person], at: str
) -> None:
    with transaction.atomic():
        made, parts = factories.assigned(house, title=TITLE, to="a", co="b")
        factories.answer(house, "a", parts["a"], until="handling")
    leader = somebody().sign_in(house.users["leader"].username)
    staff = somebody(at=at).sign_in(house.users["staff"].username)
    recommend(leader, f"/proposals/{made.pk}/")
    choose(staff)
    name_leaders(staff)
    plan(staff)
    for finding in FINDINGS:
        supervise(staff, finding)
    read(leader)
    clerk = somebody().sign_in(house.users["clerk_a"].username)
    assert ("请兑现承诺，并报告情况", True) in [(ask, t.endswith(TITLE)) for ask, t in clerk.todos()]
    end(staff)
    proposer = somebody().sign_in(house.users["proposer"].username)
    proposer.press("我的提案").press(TITLE, exact=False).sees("重点提案", "督办结束", "3次")
    proposer.press("看督办情况").sees(RESULT, "督办3次", *FINDINGS).sees_not("每季度到现场一次")
    fits_the_screen(leader, staff, proposer)


def recommend(leader: Person, page: str) -> None:
    leader.arrive(page).press("推荐为重点提案")
    leader.press("推荐为重点提案").sees("必填")
    leader.fill("推荐理由", "群众盼了十年，要几个部门一起办。").press("推荐为重点提案")
    leader.sees("已推荐为重点提案，等主席会议审定")


def choose(staff: Person) -> None:
    staff.arrive("/proposals/key/").sees("重点提案", TITLE, "群众盼了十年")
    staff.page.locator("#pool tbody input[type=checkbox]").check()
    staff.press("确定为重点提案").sees("确定1件重点提案", TITLE)
    staff.press("确定为重点提案").sees("必填")
    staff.fill("决定（会议、文号）", "主席会议第12次会议纪要").press("确定为重点提案")
    staff.sees("已确定1件重点提案").press(TITLE, exact=False).sees("还没有督办过")


def name_leaders(staff: Person) -> None:
    staff.press("督办领导")
    for name, office, role in (
        ("卢致远", "市委书记", "党政主要领导"),
        ("温秋实", "副市长", "政府副职"),
    ):
        staff.fill("姓名", name).fill("职务", office).choose(role, of="身份").press("加上")
        staff.sees(f"已加上{office}{name}")
    staff.press("加完了，回到这件重点提案").sees("市委书记卢致远", "副市长温秋实")


def plan(staff: Person) -> None:
    staff.press("督办方案").fill("督办方案", "每季度到现场一次，定到单位、定到日期。").press("保存")
    staff.sees("已保存督办方案", "每季度到现场一次")


def supervise(staff: Person, finding: str) -> None:
    staff.press("记一次督办").choose("现场督办", of="方式").choose("市委书记卢致远", of="到场的督办领导")
    staff.fill("地点", "博物馆新馆地块").fill("情况", finding)
    if finding == FINDINGS[0]:
        first = staff.page.get_by_role("group", name="第1条承诺")
        first.get_by_label("承诺做什么").fill("月底前改完管线")
        staff.press("记下这次督办").sees("请写何时完成")
        expect(staff.field("情况")).to_have_value(finding)
        first.get_by_label("何时完成").fill(str(clock.today() + timedelta(days=30)))
    staff.press("记下这次督办").sees("已记下这次督办", finding)


def read(leader: Person) -> None:
    leader.page.reload()
    leader.press("看督办情况").sees("督办3次", "月底前改完管线", "每季度到现场一次", *FINDINGS)


def end(staff: Person) -> None:
    staff.press("写督办结果").fill("督办结果", RESULT).press("结束督办").sees("督办已结束", RESULT)


def fits_the_screen(*people: Person) -> None:
    """No page is wider than the screen it is read on."""
    for person in people:
        wide = person.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert (person.page.url, wide) == (person.page.url, False)
