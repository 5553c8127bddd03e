"""A proposal that comes back, is changed and signed again; and a second one on the same matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from playwright.sync_api import expect

from tests import factories

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.people import Person
    from tests.factories import House

pytestmark = pytest.mark.browser

TITLE = "关于改善学校门口交通的提案"
OTHER = "关于学校门口设置信号灯的提案"
BETTER = "请在学校门口划斑马线，装信号灯，由公安局在每天7点到8点派两名警员值守。"


@pytest.mark.committee("620300")
def test_returned_proposal_is_changed_signed_again_and_takes_in_another(
    house: House, somebody: Callable[..., Person]
) -> None:
    with transaction.atomic():
        factories.under_review(house, title=TITLE, cosigners=["cosigner_1"])
    proposer = somebody().sign_in(house.users["proposer"].username)
    cosigner = somebody().sign_in(house.users["cosigner_1"].username)
    reviewer = somebody(at="desk").sign_in(house.users["reviewer"].username)

    give_back(reviewer)
    change(proposer)
    sign_again(cosigner)
    hand_in_again(proposer)
    file_with_changes_seen(reviewer)

    with transaction.atomic():
        factories.under_review(house, title=OTHER, by="outsider")
    merge(reviewer)
    second = somebody().sign_in(house.users["outsider"].username)
    second.press("我的提案").press(OTHER, exact=False).sees("已并案", "已并入另一件提案，一起办理")
    second.press(TITLE, exact=False).sees(BETTER)


def give_back(reviewer: Person) -> None:
    reviewer.has_only("请审查", TITLE).take_up("请审查")
    reviewer.choose("退回修改", of="退回修改").press("提交审查意见").sees("请写明要改什么")
    reviewer.fill("要改什么", "请写明由哪个单位、什么时段值守。").press("提交审查意见")
    reviewer.sees("已退回提案者修改").stands_at("提交", with_whom="王芳", next_thing="等提案者修改后重新提交")
    assert reviewer.todos() == []


def change(proposer: Person) -> None:
    proposer.has_only("请修改后重新提交", TITLE).take_up("请修改后重新提交")
    proposer.sees("请写明由哪个单位、什么时段值守。").fill("建议", BETTER).sees("已自动保存")
    proposer.press("下一步：核对").sees("还有1位没有签名，提交后邀请就撤回：李强")
    proposer.press("回去再改改").sees("文字改过，请重新签名")


def sign_again(cosigner: Person) -> None:
    cosigner.has_only("是否联名", TITLE).take_up("是否联名")
    cosigner.sees("您签名以后文字改过了", BETTER).press("同意联名，签名").sees("您已签名联名")


def hand_in_again(proposer: Person) -> None:
    proposer.page.reload()
    proposer.press("下一步：核对").sees("1位已本人签名", "李强").choose("我确认不涉及").press("提交").sees(
        "提案已提交"
    )


def file_with_changes_seen(reviewer: Person) -> None:
    reviewer.has_only("请审查", TITLE).take_up("请审查")
    reviewer.press("开始审查").sees("改过什么")
    expect(reviewer.page.locator(".diff ins").last).to_have_text("由公安局在每天7点到8点派两名警")
    expect(reviewer.page.locator(".diff del").last).to_have_text("上学时段安排人")
    reviewer.choose("立案", of="立案").press("提交审查意见").sees("已立案，编号2026-001")


def merge(reviewer: Person) -> None:
    reviewer.has_only("请审查", OTHER).take_up("请审查")
    reviewer.sees("相近的提案").press(f"并入{TITLE}").sees("这一件，将并入右边", "主案", BETTER)
    reviewer.press("并入2026-001").sees("已并入2026-001", "并入本案的提案", OTHER)
