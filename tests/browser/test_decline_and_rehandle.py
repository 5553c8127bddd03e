"""A unit that is the wrong one, and a reply that does not satisfy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from tests import factories

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.people import Person
    from tests.factories import House

pytestmark = pytest.mark.browser

TITLE = "关于改善学校门口交通的提案"


@pytest.mark.committee("620200")
def test_declined_proposal_is_reassigned_answered_twice_and_closed(
    house: House, somebody: Callable[..., Person]
) -> None:
    with transaction.atomic():
        factories.assigned(house, title=TITLE, to="a")
    staff = somebody(at="desk").sign_in(house.users["staff"].username)
    proposer = somebody().sign_in(house.users["proposer"].username)
    wrong = somebody(at="desk").sign_in(house.users["clerk_a"].username)
    clerk = somebody(at="desk").sign_in(house.users["clerk_b"].username)
    head = somebody().sign_in(house.users["leader_b"].username)

    decline(wrong)
    reassign(staff)
    wrong.go_home().press("承办的提案").sees("承办提案").sees_not("请签收")

    clerk.has_only("请签收或申请退回", TITLE).take_up("请签收或申请退回").press("签收").sees("已签收")
    answer(clerk, head, staff, "已经列入计划，等资金到位以后再安排。")
    be_dissatisfied(proposer)
    order_again(staff)
    clerk.has_only("请签收或申请退回", TITLE).take_up("请签收或申请退回").press("签收").sees(
        "已签收", "第2轮"
    )
    answer(clerk, head, staff, "斑马线已于11月20日划好，信号灯已经安装，上学时段由交警值守。")

    proposer.has_only("对答复说满意不满意", TITLE).take_up("对答复说满意不满意")
    proposer.sees("斑马线已于11月20日划好", "第2轮").press("评价答复")
    proposer.choose("满意", of="对办理工作满意吗").choose("满意", of="对办理结果满意吗")
    proposer.press("提交评价").sees("谢谢，您的评价已经记下", "已经办结")
    assert (proposer.todos(), staff.todos(), clerk.todos(), head.todos()) == ([], [], [], [])


def decline(wrong: Person) -> None:
    wrong.has_only("请签收或申请退回", TITLE).take_up("请签收或申请退回")
    wrong.press("申请退回").press("送出申请").sees("必填")
    wrong.fill("为什么不属于本单位办理", "校门口的道路归交通运输局管，请改交。").press("送出申请")
    wrong.sees("已送出退回申请").stands_at(
        "交办签收", with_whom="提案委员会", next_thing="教育局申请退回，等待答复"
    )


def reassign(staff: Person) -> None:
    staff.has_only("请答复退回申请", TITLE).take_up("请答复退回申请")
    staff.sees("校门口的道路归交通运输局管").choose("同意退回", of="答复").press("答复")
    staff.sees("已同意退回").choose("单办", of="办理方式").choose("主办 交通运输局").press("核对期限")
    staff.press("确认交办").sees("已交办交通运输局")
    staff.stands_at("交办签收", with_whom="交通运输局", next_thing="等交通运输局签收")


def answer(clerk: Person, head: Person, staff: Person, text: str) -> None:
    clerk.has_only("请答复委员", TITLE).take_up("请答复委员")
    clerk.fill("答复正文", text).fill("文号", "金交函〔2026〕9号").fill("联系电话", "0935-8212345")
    clerk.choose("A", of="办理结果类别").choose("电话", of="怎样听取委员意见").fill("沟通日期", "2026-01-06")
    clerk.press("看一遍，送签发").sees(text).press("送单位负责人签发").sees("已送单位负责人签发")
    head.has_only("请签发答复", TITLE).take_up("请签发答复").sees(text).press("签发").sees(
        "已签发，报政协审核"
    )
    staff.has_only("请审核答复", TITLE).take_up("请审核答复")
    staff.sees(text).choose("通过", of="审核意见").press("提交审核意见").sees("已正式答复提案者")


def be_dissatisfied(proposer: Person) -> None:
    proposer.has_only("对答复说满意不满意", TITLE).take_up("对答复说满意不满意").press("评价答复")
    proposer.choose("基本满意", of="对办理工作满意吗").choose("不满意", of="对办理结果满意吗")
    proposer.press("提交评价").sees("不满意的，请写一两句原因")
    proposer.fill("您的意见", "没有说什么时候办。").press("提交评价").sees("谢谢，您的评价已经记下")
    proposer.stands_at("委员反馈", with_whom="提案委员会", next_thing="等待决定怎样办")


def order_again(staff: Person) -> None:
    staff.has_only("请决定是否重新办理", TITLE).take_up("请决定是否重新办理")
    staff.sees("没有说什么时候办。").choose("重新办理", of="怎么办").fill(
        "对单位的要求", "请写明完成时间。"
    ).press("确定")
    staff.sees("已交单位重新办理，第2轮").stands_at(
        "交办签收", with_whom="交通运输局", next_thing="等交通运输局签收"
    )
