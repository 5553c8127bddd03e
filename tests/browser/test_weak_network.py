"""What a phone in a village does to a page: no scripts, no network, two devices, two presses."""

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
TEXT = "学校门口上学时车流大，没有斑马线和信号灯。"


@pytest.mark.committee("620400")
def test_without_scripts_a_proposal_is_written_handled_and_rated(
    house: House, somebody: Callable[..., Person]
) -> None:
    def without_scripts(who: str) -> Person:
        return somebody(java_script_enabled=False).sign_in(house.users[who].username)

    proposer = without_scripts("proposer")
    proposer.press("写提案").fill("案由", TITLE).press("开始写")
    proposer.fill("情况", TEXT).fill("分析", "道路建成早。").fill("建议", "请在学校门口划斑马线。")
    proposer.press("下一步：核对").choose("我确认不涉及").press("提交").sees("提案已提交")

    reviewer = without_scripts("reviewer")
    reviewer.has_only("请审查", TITLE).take_up("请审查").press("开始审查")
    reviewer.choose("立案", of="立案").press("提交审查意见").sees("已立案，编号2026-001")

    staff = without_scripts("staff")
    staff.has_only("请交办", TITLE).take_up("请交办").choose("单办", of="办理方式").choose("主办 教育局")
    staff.press("核对期限").press("确认交办").sees("已交办教育局")

    clerk = without_scripts("clerk_a")
    clerk.take_up("请签收或申请退回").press("签收").sees("已签收").press("写答复")
    clerk.fill("答复正文", "斑马线已经划好。").fill("文号", "白教函〔2026〕1号").fill(
        "联系电话", "0943-8212345"
    )
    clerk.choose("A", of="办理结果类别").choose("电话", of="怎样听取委员意见").fill("沟通日期", "2026-01-06")
    clerk.press("看一遍，送签发").press("送单位负责人签发").sees("已送单位负责人签发")
    without_scripts("leader_a").take_up("请签发答复").press("签发").sees("已签发，报政协审核")
    staff.go_home().take_up("请审核答复").choose("通过", of="审核意见").press("提交审核意见")
    staff.sees("已正式答复提案者")

    proposer.go_home().take_up("对答复说满意不满意").press("评价答复")
    proposer.choose("满意", of="对办理工作满意吗").choose("满意", of="对办理结果满意吗")
    proposer.press("提交评价").sees("谢谢，您的评价已经记下", "已经办结")


@pytest.fixture
def draft_open_twice(house: House, somebody: Callable[..., Person]) -> tuple[Person, Person]:
    """The same draft on a phone and on another phone of the same member."""
    with transaction.atomic():
        factories.draft(house, title=TITLE)
    both = tuple(somebody().sign_in(house.users["proposer"].username) for _device in range(2))
    for person in both:
        person.press("我的提案").press(TITLE, exact=False).press("接着写")
    return both[0], both[1]


@pytest.mark.committee("620500")
def test_writing_without_network_keeps_the_text_and_sends_it_later(
    draft_open_twice: tuple[Person, Person],
) -> None:
    member, other = draft_open_twice
    member.offline = True
    member.context.set_offline(offline=True)  # type: ignore[call-arg]
    member.fill("情况", "断网的时候写的一句话。").sees("没有网络，先存在手机里。有信号时自动送出。")
    member.context.set_offline(offline=False)  # type: ignore[call-arg]
    member.sees("已自动保存")
    member.offline = False

    other.page.reload()
    expect(other.field("情况")).to_have_value("断网的时候写的一句话。")


@pytest.mark.committee("620600")
def test_two_devices_at_one_draft_lose_nothing(draft_open_twice: tuple[Person, Person]) -> None:
    first, second = draft_open_twice
    second.accepted.add(409)
    first.fill("情况", "第一台手机写的。").sees("已自动保存")
    second.fill("情况", "第二台手机写的。").sees("有人刚刚改过这一页")
    second.press("先放着，以后再写").sees("下面是您写的")
    expect(second.field("情况")).to_have_value("第二台手机写的。")
    second.press("先放着，以后再写").sees("已经存好")
    first.page.reload()
    expect(first.field("情况")).to_have_value("第二台手机写的。")


@pytest.mark.parametrize(
    "scripts",
    [
        pytest.param(True, marks=pytest.mark.committee("620700")),
        pytest.param(False, marks=pytest.mark.committee("620900")),
    ],
)
def test_double_click_on_submit_hands_in_once(
    house: House, somebody: Callable[..., Person], *, scripts: bool
) -> None:
    from tongxin.activities.proposals.models import Proposal  # noqa: PLC0415 (needs Django)

    with transaction.atomic():
        factories.draft(house, title=TITLE)
    member = somebody(java_script_enabled=scripts).sign_in(house.users["proposer"].username)
    member.press("我的提案").press(TITLE, exact=False).press("核对提交")
    member.choose("我确认不涉及").button("提交").dblclick()
    member.sees("提案已提交，流水号1")
    with transaction.atomic(), house.at_work():
        serials = Proposal.objects.values_list("serial", flat=True)
        assert list(serials) == [1]
