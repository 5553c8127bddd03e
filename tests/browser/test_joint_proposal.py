"""A joint proposal through every hand to the public page, on phones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.people import Person
    from tests.factories import House

pytestmark = pytest.mark.browser

TITLE = "关于给神峪乡旧路口装护栏的提案"
SITUATION = "神峪乡旧路口弯急坡陡，去年有3辆车冲出路面，学生上学要从路边走。"
ANALYSIS = "道路修建时没有按现在的标准装护栏，养护责任在乡和县之间没有说清。"
SUGGESTION = "请交通运输局在年内给6处急弯装上波形护栏，由教育局安排学生错峰走这一段。"
REPLY = "您提出的建议收悉。我局已勘查6处急弯，护栏列入今年安防工程，9月底前装完。"


@pytest.mark.committee("620881")
def test_joint_proposal_through_every_hand_reaches_the_public_page(
    house: House, somebody: Callable[..., Person]
) -> None:
    house.users["proposer"].phone = "13809330001"
    house.users["proposer"].save()

    proposer = somebody().sign_in("138 0933 0001")
    write(proposer)
    continue_on_a_second_device(somebody().sign_in("13809330001"))
    invite(proposer)
    for who in ("cosigner_1", "cosigner_2"):
        cosign(somebody().sign_in(house.users[who].username))
    submit(proposer)

    file(somebody().sign_in(house.users["reviewer"].username))
    staff = somebody().sign_in(house.users["staff"].username)
    assign(staff)
    lead, co = (somebody().sign_in(house.users[f"clerk_{unit}"].username) for unit in "ba")
    sign_for(lead, "交办签收", "请答复委员")
    # The whole stands where its lead unit does.
    sign_for(co, "办理", "请向主办单位交会办意见")
    give_opinion(co)
    write_reply(lead)
    countersign(co, lead)
    approve(somebody().sign_in(house.users["leader_b"].username))
    pass_reply(staff)
    rate(proposer)
    disclose(staff)
    find_in_public(somebody())


def write(proposer: Person) -> None:
    proposer.sees("王芳委员", "现在没有等您办的事")
    proposer.press("写提案").fill("案由", TITLE).press("开始写")
    proposer.sees("写的时候会自动保存")
    proposer.fill("情况", SITUATION).fill("分析", ANALYSIS)
    proposer.sees("已自动保存")


def continue_on_a_second_device(other: Person) -> None:
    other.press("我的提案").press(TITLE, exact=False)
    other.stands_at("提交", with_whom="", next_thing="还没有提交")
    other.press("接着写")
    expect(other.field("情况")).to_have_value(SITUATION)
    other.fill("建议", SUGGESTION).sees("已自动保存")


def invite(proposer: Person) -> None:
    proposer.page.reload()
    expect(proposer.field("建议")).to_have_value(SUGGESTION)
    proposer.press("请委员联名").choose("李强", of="在任委员").choose("赵敏", of="在任委员")
    proposer.press("请勾选的委员联名").sees("已请2位委员联名", "李强", "赵敏")


def cosign(member: Person) -> None:
    member.has_only("是否联名", TITLE).take_up("是否联名")
    member.stands_at("提交", with_whom="您", next_thing="是否联名")
    member.sees(SITUATION, SUGGESTION).press("同意联名，签名").sees("您已签名联名")
    assert member.todos() == []


def submit(proposer: Person) -> None:
    proposer.page.reload()
    proposer.press("下一步：核对").sees("2位已本人签名", "李强、赵敏").choose("我确认不涉及").press("提交")
    proposer.sees("提案已提交").stands_at("审查立案", with_whom="提案委员会", next_thing="正在审查")


def file(reviewer: Person) -> None:
    reviewer.has_only("请审查", TITLE).take_up("请审查")
    reviewer.press("开始审查").sees(SUGGESTION).choose("立案", of="立案").press("提交审查意见")
    reviewer.sees("已立案，编号").stands_at("交办签收", with_whom="提案委员会", next_thing="等待交办")
    assert reviewer.todos() == []


def assign(staff: Person) -> None:
    staff.has_only("请交办", TITLE).take_up("请交办")
    staff.choose("主办加会办", of="办理方式").choose("主办 交通运输局").choose("会办或分办 教育局")
    staff.press("核对期限").sees("这样交办，期限是").press("确认交办")
    staff.sees("已交办交通运输局、教育局").stands_at(
        "交办签收", with_whom="交通运输局", next_thing="等交通运输局签收"
    )
    assert staff.todos() == []


def sign_for(clerk: Person, step: str, then: str) -> None:
    clerk.has_only("请签收或申请退回", TITLE).take_up("请签收或申请退回")
    clerk.stands_at(step, with_whom="您", next_thing="请签收或申请退回")
    clerk.press("签收").sees("已签收").stands_at("办理", with_whom="您", next_thing=then)
    clerk.has_only(then, TITLE)


def give_opinion(co: Person) -> None:
    co.take_up("请向主办单位交会办意见").fill("会办意见", "我局安排学生错峰通行，9月1日起执行。")
    co.press("交给主办单位").sees("已交给主办单位").stands_at(
        "办理", with_whom="交通运输局", next_thing="交通运输局正在办理"
    )
    assert co.todos() == []


def write_reply(lead: Person) -> None:
    lead.has_only("请答复委员", TITLE).take_up("请答复委员")
    lead.sees("我局安排学生错峰通行").fill("答复正文", REPLY).fill("文号", "华交函〔2026〕18号")
    lead.fill("联系电话", "0933-7721234").fill("签发人", "周建国").fill(
        "沟通情况", "8月3日到现场和委员一起看过。"
    )
    lead.choose("A", of="办理结果类别").choose("当面走访", of="怎样听取委员意见").fill(
        "沟通日期", "2026-01-06"
    )
    lead.sees("已自动保存").press("看一遍，送会签").sees(REPLY, "华交函〔2026〕18号").press(
        "送1个会办单位会签"
    )
    lead.sees("已送会签").stands_at("办理", with_whom="教育局", next_thing="等教育局会签")
    assert lead.todos() == []


def countersign(co: Person, lead: Person) -> None:
    co.has_only("请会签答复稿", TITLE).take_up("请会签答复稿")
    co.sees(REPLY).choose("同意", of="会签意见").press("会签").sees("已会签")
    lead.page.reload()
    lead.sees("现在没有等您办的事")


def approve(leader: Person) -> None:
    leader.has_only("请签发答复", TITLE).take_up("请签发答复")
    leader.sees(REPLY).press("签发").sees("已签发，报政协审核").stands_at(
        "答复审核", with_whom="提案委员会", next_thing="交通运输局的答复正在审核"
    )


def pass_reply(staff: Person) -> None:
    staff.has_only("请审核答复", TITLE).take_up("请审核答复")
    staff.sees(REPLY).choose("通过", of="审核意见").press("提交审核意见").sees("已正式答复提案者")
    staff.stands_at("委员反馈", with_whom="王芳", next_thing="等提案者评价答复")


def rate(proposer: Person) -> None:
    proposer.has_only("对答复说满意不满意", TITLE).take_up("对答复说满意不满意")
    proposer.stands_at("委员反馈", with_whom="您", next_thing="对交通运输局的答复说满意不满意")
    proposer.sees(REPLY).press("评价答复")
    proposer.choose("满意", of="对办理工作满意吗").choose("基本满意", of="对办理结果满意吗")
    proposer.press("提交评价").sees("谢谢，您的评价已经记下", "已经办结")
    assert proposer.todos() == []


def disclose(staff: Person) -> None:
    staff.press("提案").press("全部", exact=False).press(TITLE, exact=False).press("公开设置")
    staff.sees("公众会看到", REPLY).press("向社会公开").sees("已向社会公开")


def find_in_public(visitor: Person) -> None:
    visitor.arrive().press("华亭市", exact=False)
    visitor.fill("案由或编号", "护栏").press("查找").press(TITLE, exact=False)
    visitor.sees("已办结", REPLY, SUGGESTION, "经过")
    log = visitor.page.locator(".log").inner_text()
    assert [word for word in ("立案", "交办", "答复") if word not in log] == []
