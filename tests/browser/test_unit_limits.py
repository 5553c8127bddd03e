"""Units whose time runs: a release that is refused or asked too late, more time, a helper that keeps them waiting."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from playwright.sync_api import expect

from tests import factories
from tongxin.activities.proposals.actions import handling
from tongxin.activities.proposals.models import Assignment, ProposalRules
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.foundation.core import clock
from tongxin.foundation.core.templatetags.ui import zh_date

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from tests.browser.people import Person
    from tests.factories import House

pytestmark = pytest.mark.browser

TITLE = "关于改善学校门口交通的提案"
LATE = "关于规范校外托管的提案"
NOT_OURS = "校门口的道路归交通运输局管，请改交。"
YOURS = "学校门前的秩序由教育局牵头，交通运输局配合。"


@pytest.mark.committee("620602")
def test_release_is_refused_by_the_office_over_the_unit_and_one_asked_too_late_names_the_last_day(
    house: House, somebody: Callable[..., Person]
) -> None:
    with transaction.atomic():
        with clock.at(clock.today() - timedelta(days=40)):
            _made, parts = factories.assigned(house, title=LATE, to="a")
            factories.answer(house, "a", parts["a"], until="handling")
        factories.assigned(house, title=TITLE, to="a")
        with house.at_work():
            last = handling.last_day_to_decline(Assignment.objects.get(pk=parts["a"].pk))
    clerk = somebody().sign_in(house.users["clerk_a"].username)
    office = somebody(at="desk").sign_in(house.users["supervisor"].username)

    open_matter(clerk, TITLE).press("申请退回").sees("申请退回到")
    clerk.fill("为什么不属于本单位办理", NOT_OURS).press("送出申请").sees("已送出退回申请")
    refuse(office)
    clerk.page.reload()
    clerk.sees("请答复委员", YOURS).page.get_by_text("申请退回的理由").click()
    clerk.sees(NOT_OURS)
    expect(clerk.button("写答复")).to_be_visible()
    ask_too_late(clerk, parts["a"], last)
    fits_the_screen(clerk, office)


def refuse(office: Person) -> None:
    open_matter(office, TITLE).press("答复退回申请").sees(NOT_OURS).choose(
        "不同意，仍由该单位办理", of="答复"
    )
    office.press("答复").sees("请写明为什么仍由该单位办理。").fill("说明", YOURS).press("答复")
    office.sees("已答复：仍由该单位办理")


def ask_too_late(clerk: Person, part: Assignment, last: date) -> None:
    """The button is gone; who kept the page open since then, or its address, is told the last day."""
    open_matter(clerk, LATE)
    expect(clerk.button("申请退回")).to_have_count(0)
    clerk.accepted.add(409)
    clerk.arrive(f"/proposals/assignments/{part.pk}/decline/").sees(zh_date(last))
    clerk.fill("为什么不属于本单位办理", NOT_OURS).press("送出申请")
    clerk.sees(f"申请退回的期限是{zh_date(last)}，已经过了。", "请和政协提案委员会联系")


@pytest.mark.committee("620702")
def test_extension_beyond_the_most_is_refused_and_two_months_are_granted_and_not_reminded(
    house: House, somebody: Callable[..., Person]
) -> None:
    with transaction.atomic():
        with clock.at(clock.today() - timedelta(days=85)):
            _made, parts = factories.assigned(house, title=TITLE, to="a")
            factories.answer(house, "a", parts["a"], until="handling")
        with house.at_work():
            before = due_of_reply(parts["a"])
    clerk = somebody().sign_in(house.users["clerk_a"].username)
    office = somebody(at="desk").sign_in(house.users["supervisor"].username)
    staff = somebody(at="desk").sign_in(house.users["staff"].username)
    staff.press("期限预警").press("7日内到期", exact=False).sees(TITLE, "教育局")

    ask_for_more(clerk, house)
    office.press("期限预警").press("申请延期待答复", exact=False).press(TITLE, exact=False)
    office.press("答复延期申请").sees("教育局申请延期2个月", "管线要等道路改造", zh_date(before), "同意以后")
    office.choose("同意延期", of="答复").press("答复")
    with house.at_work():
        after = due_of_reply(parts["a"])
    assert after > before + timedelta(days=50)
    office.sees(f"延期2个月获准，答复期限改为{zh_date(after)}")

    clerk.page.reload()
    expect(clerk.page.locator("section.next")).to_contain_text(zh_date(after))
    clerk.page.locator("section.next summary").first.click()
    clerk.sees("3个月", "延期2个月", "管线要等道路改造")
    staff.arrive("/proposals/deadlines/?tab=7").sees_not(TITLE)
    staff.arrive("/proposals/deadlines/?tab=late").sees_not(TITLE)
    staff.press("经批准延期", exact=False).sees(TITLE, "经批准延期2个月")
    clerk.arrive("/proposals/deadlines/?tab=extended").sees(TITLE, "经批准延期2个月")
    fits_the_screen(clerk, office, staff)


def ask_for_more(clerk: Person, house: House) -> None:
    """Ask for three months where the rules were changed to allow two, then for two."""
    why = "管线要等道路改造，六月底完工后马上答复。"
    open_matter(clerk, TITLE).press("申请延期").sees("最长可以延到").press("送出申请").sees("必填")
    clerk.choose("3个月", of="延长多久").fill("理由", why)
    with house.at_work():
        ProposalRules.objects.update_or_create(committee=house.committee, defaults={"reply_months_most": 5})
    clerk.press("送出申请").sees("最多还能延2个月。")
    expect(clerk.field("理由")).to_have_value(why)
    clerk.choose("2个月", of="延长多久").press("送出申请").sees("已送出延期申请；批复以前仍按原期限办理")


def due_of_reply(part: Assignment) -> date:
    return Deadline.objects.running().get(kind="reply", subject_id=part.pk).due_on


REASON = "交通运输局两次催办仍未会签，委员答复期限将到。"
ANSWER = "斑马线已经划好，信号灯已经安装，上学时段安排人员值守。"


@pytest.mark.committee("620902")
def test_lead_sees_which_helper_is_late_reminds_it_and_goes_on_without_it_saying_why(
    house: House, somebody: Callable[..., Person]
) -> None:
    with transaction.atomic(), clock.at(clock.today() - timedelta(days=60)):
        made, parts = factories.assigned(house, title=TITLE, to="a", co="b")
        factories.answer(house, "a", parts["a"], until="handling")
        factories.answer(house, "b", parts["b"], until="handling")
    lead = somebody().sign_in(house.users["clerk_a"].username)
    helper = somebody().sign_in(house.users["clerk_b"].username)
    head = somebody().sign_in(house.users["leader_a"].username)
    staff = somebody(at="desk").sign_in(house.users["staff"].username)

    left_out = ("没有会签的会办单位", "交通运输局", REASON)
    write_and_remind(lead)
    helper.press("提醒").sees(TITLE)
    send_round(lead)
    pass_time(house, made)
    go_on(lead)
    head.has_only("请签发答复", TITLE).take_up("请签发答复").sees(ANSWER, *left_out).press("签发")
    head.sees("已签发，报政协审核")
    staff.has_only("请审核答复", TITLE).take_up("请审核答复").sees(ANSWER, *left_out)
    staff.choose("通过", of="审核意见").press("提交审核意见").sees("已正式答复提案者")
    staff.sees("交通运输局逾期未会签，答复稿先送签发", REASON)
    fits_the_screen(lead, helper, head, staff)


def write_and_remind(lead: Person) -> None:
    open_matter(lead, TITLE).press("写答复").sees("还在等", "交通运输局", "超期")
    lead.press("催办会办单位").sees("已催办1个会办单位")


def send_round(lead: Person) -> None:
    lead.press("写答复").fill("答复正文", ANSWER).fill("文号", "张教函〔2026〕9号").fill(
        "联系电话", "0936-8212345"
    )
    lead.choose("A", of="办理结果类别").choose("电话", of="怎样听取委员意见")
    lead.fill("沟通日期", str(clock.today() - timedelta(days=1)))
    lead.press("看一遍，送会签").sees(ANSWER, "交通运输局").press("送1个会办单位会签").sees("已送会签")
    expect(lead.button("不再等会签")).to_have_count(0)


def pass_time(house: House, made: object) -> None:
    """Let the time to countersign pass: the server's clock cannot be set, so its dates are moved back."""
    with house.at_work():
        past = clock.today() - timedelta(days=20)
        Deadline.objects.running().filter(matter_id=made.pk, kind="countersign").update(  # type: ignore[attr-defined]
            starts_on=past, due_on=past + timedelta(days=7)
        )


def go_on(lead: Person) -> None:
    lead.page.reload()
    lead.press("不再等会签").sees("还没有会签的单位", "交通运输局", "超期")
    lead.press("不等了，送签发").sees("必填").fill("为什么不再等", REASON).press("不等了，送签发")
    lead.sees("已送单位负责人签发", "交通运输局逾期未会签", REASON)


def open_matter(person: Person, title: str) -> Person:
    """Find a proposal in the list that a person works with."""
    person.go_home()
    for place in ("承办的提案", "督办的提案", "承办"):
        if person.button(place).first.is_visible():
            person.press(place)
            break
    link = person.page.get_by_role("link", name=title)
    for tab in ("签收", "在办", "全部"):
        if link.count():
            break
        person.page.locator(".tabs").get_by_role("link", name=tab).first.click()
    link.first.click()
    return person


def fits_the_screen(*people: Person) -> None:
    """No page is wider than the screen it is read on."""
    for person in people:
        wide = person.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert (person.page.url, wide) == (person.page.url, False)
