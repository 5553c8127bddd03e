"""A member answers on paper; what the unit promised is followed until it is kept, and shown to the public."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from tests import factories
from tests.capabilities.files import corpus

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.people import Person
    from tests.factories import House

pytestmark = pytest.mark.browser

TITLE = "关于硬化村道的提案"
PAPER = {"name": "征询意见表.pdf", "mimeType": "application/pdf", "buffer": corpus.pdf()}


@pytest.mark.committee("622900")
def test_paper_rating_entered_by_staff_leads_to_tracking_until_the_promise_is_kept(
    house: House, somebody: Callable[..., Person]
) -> None:
    with transaction.atomic():
        factories.replied(house, title=TITLE, code="B")
    staff = somebody(at="desk").sign_in(house.users["staff"].username)
    clerk = somebody().sign_in(house.users["clerk_a"].username)

    enter_paper(staff)
    clerk.has_only("请兑现承诺，并报告情况", TITLE).take_up("请兑现承诺，并报告情况")
    clerk.fill("办成了什么样", "信号灯已经装好，正在使用。").press("报告已兑现").sees("已报告，等政协核实")

    staff.has_only("请核实承诺兑现没有", TITLE).take_up("请核实承诺兑现没有")
    staff.sees("信号灯已经装好").choose("还没有，退回继续兑现", of="核实结果").press("确定")
    staff.sees("请写明还差什么。").fill("核实意见", "还没有通电。").press("确定").sees("已退回单位继续兑现")
    clerk.has_only("请兑现承诺，并报告情况", TITLE).take_up("请兑现承诺，并报告情况")
    clerk.sees("上次退回：还没有通电。").press("报告已兑现").sees("已报告，等政协核实")
    staff.has_only("请核实承诺兑现没有", TITLE).take_up("请核实承诺兑现没有")
    staff.choose("已经兑现", of="核实结果").press("确定").sees("已确认兑现")

    staff.press("承诺已兑现，办结").fill("办成了什么样，有什么凭据", "信号灯已装，现场看过。").press("办结")
    staff.sees("已办结", "已经办结").press("公开设置").press("向社会公开").sees("已向社会公开")
    citizen = somebody().arrive(f"/p/{house.committee.code}/tracking/")
    citizen.sees(TITLE, "已兑现", factories.PROMISE)
    assert (staff.todos(), clerk.todos()) == ([], [])


def enter_paper(staff: Person) -> None:
    staff.arrive("/proposals/?tab=all").page.get_by_role("link", name=TITLE).click()
    staff.press("提醒提案者评价").sees("已提醒提案者")
    staff.press("录入征询意见表").sees("您在替提案者录入纸质征询意见表")
    staff.choose("满意", of="对办理工作满意吗").choose("基本满意", of="对办理结果满意吗")
    staff.choose("已走访", of="单位走访过您吗")
    staff.page.locator("#id_scan").set_input_files([PAPER])  # type: ignore[list-item]
    staff.press("提交评价").sees("您的评价已经记下", "机关工作人员按纸质征询意见表录入", "走访情况：已走访")
