"""A lamp on a village road: from the receipt to the solved item through a proposal, as citizen and as staff."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.db import transaction

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.people import Person
    from tests.factories import House
    from tests.village import Village

pytestmark = pytest.mark.browser

SAID = "从村口到小学那段路没有路灯，晚上黑，娃娃走着怕。"
TITLE = "关于给村口到小学路段装路灯的提案"
SUGGESTION = "请交通运输局把这段路列入今年的照明工程"


@pytest.mark.committee("620823")
def test_lamp_reaches_the_receipt_and_the_chain_page(house: House, somebody: Callable[..., Person]) -> None:
    village = village_of(house)
    citizen = somebody()
    receipt = says(citizen, village)

    staff = somebody(at="desk").sign_in(house.users["staff"].username)
    topic = accepts(staff, house)
    session = plans_session(staff, topic)
    held(village, session)
    proposal = proposes(somebody().sign_in(house.users["proposer"].username), session, house)
    through_every_hand(house, proposal)
    solved_in_the_village(village, session)
    tells_back(staff, session)

    citizen.arrive(f"/p/{house.committee.code}/r/").fill("回执码", receipt).press("查")
    citizen.sees(
        SAID,
        "您说了这件事",
        "列为议题",
        "坐在一起商量了",
        "商定：村里先装2盏临时灯",
        "写成提案，已经立案",
        "交给交通运输局办理",
        "交通运输局答复了",
        "办理结果：计划解决或准备采纳。",
        "答应的事办到了",
        "解决了",
        "装2盏临时灯。已经装好。",
        "办结",
        "灯装好了，谢谢您提出来。",
    )
    shown = citizen.page.locator("body").inner_text()
    assert [name for name in names_in(village) if name in shown] == []

    staff.arrive(f"/journeys/{topic}/")
    staff.sees("村口到小学路灯", "议一议路灯", "装2盏临时灯", TITLE)
    staff.sees("已办结", "已归档", "已解决", "交通运输局", "村口到小学路灯")
    staff.page.locator(".chain a", has_text=re.compile("关于给")).click()
    staff.sees("提案内容", "来龙去脉")


def village_of(house: House) -> Village:
    from tests.village import make_village  # noqa: PLC0415 (needs Django)

    with transaction.atomic():
        return make_village(house)


def says(citizen: Person, village: Village) -> str:
    """Say it at the code on the wall; return the receipt."""
    citizen.arrive(f"/p/{village.house.committee.code}/c/{village.codes['room'].token}/")
    citizen.press("说句话").fill("您想说什么事？", SAID)
    citizen.page.wait_for_timeout(2100)  # as long as a person needs at least
    citizen.press("提交，拿回执").sees("收到了。")
    return citizen.page.locator("h1.code").inner_text()


def accepts(staff: Person, house: House) -> str:
    """Take the saying up as a topic; return its id."""
    from tongxin.activities.topics.models import Topic  # noqa: PLC0415

    with transaction.atomic(), house.at_work():
        topic = str(Topic.objects.get(text=SAID).pk)
    staff.arrive(f"/topics/{topic}/").sees(SAID).press("列为议题")
    staff.fill("标题", "村口到小学路灯").fill("公开的标题", "上学路装路灯").press("列为议题")
    staff.sees("都受理完了")
    return topic


def plans_session(staff: Person, topic: str) -> str:
    """Plan a session about the topic from its page; return the session's id."""
    from tongxin.foundation.core import clock  # noqa: PLC0415

    staff.arrive(f"/topics/{topic}/").press("办一场协商议事会").sees("村口到小学路灯")
    staff.fill("商量什么事", "议一议路灯").fill("日期", clock.today().isoformat()).fill("开始", "15:00")
    staff.fill("地点", "村委会前广场").press("保存").sees("议一议路灯")
    staff.arrive(f"/journeys/{topic}/").sees("村口到小学路灯", "正在协商")
    link = staff.page.locator(".chain a", has_text=re.compile("议一议")).first.get_attribute("href") or ""
    return link.rstrip("/").rpartition("/")[2]


def held(village: Village, session_id: str) -> None:
    """Hold the session and archive its record, open to everybody."""
    from tongxin.activities.grassroots.actions import attending, recording  # noqa: PLC0415
    from tongxin.activities.grassroots.models import DeliberationSession  # noqa: PLC0415

    house = village.house
    with transaction.atomic(), house.at_work():
        actor = house.actor("staff")
        session = DeliberationSession.objects.get(pk=UUID(session_id))
        recording.begin_record(actor=actor, session=session)
        for person in (village.person, village.guest):
            attending.mark_present(actor=actor, session=session, person=person)
        record = {
            "chaired_by": "祁站长",
            "summary": "村民、学校和交通部门都来了。",
            "agreed": "村里先装2盏临时灯，由王芳写提案；温联络负责联系。",
            "not_agreed": "无",
        }
        for field, text in record.items():
            recording.write_field(actor=actor, session=session, field=field, text=text)
        recording.add_suggestion(actor=actor, session=session, text=SUGGESTION)
        recording.add_statement(actor=actor, session=session, who="村民代表", text="天一黑就看不见路。")
        recording.archive_record(actor=actor, session=session, publish=True)


def proposes(member: Person, session: str, house: House) -> Any:
    """Let a member write a proposal from the suggestion."""
    from tongxin.activities.proposals.models import Proposal  # noqa: PLC0415

    member.arrive(f"/grassroots/sessions/{session}/").press("把意见建议写成提案")
    member.sees(SUGGESTION).press("写成提案")
    member.sees("这段话会放进提案的正文").fill("案由", TITLE).press("开始写")
    member.sees("写的时候会自动保存")
    with transaction.atomic(), house.at_work():
        return Proposal.objects.select_related("matter").get(matter__title=TITLE)


def through_every_hand(house: House, proposal: Any) -> None:
    """Hand it in, file it, hand it over, answer it, open it to everybody, and keep what was promised."""
    from tests import factories  # noqa: PLC0415
    from tongxin.activities.proposals.actions import drafting, handling, rating, reviewing  # noqa: PLC0415
    from tongxin.activities.proposals.models import Reply  # noqa: PLC0415
    from tongxin.capabilities.matters.actions import set_visibility  # noqa: PLC0415
    from tongxin.capabilities.matters.models import Matter, Visibility  # noqa: PLC0415

    with transaction.atomic(), house.at_work():
        actor = house.actor("proposer")
        fields = factories.TEXT | {"suggestion": SUGGESTION + "，明年底以前装好。"}
        made = drafting.save_draft(actor=actor, proposal=proposal, version=None, fields=fields)
        made = drafting.submit_proposal(actor=actor, proposal=made)
        made = reviewing.take_up_proposal(actor=house.actor("staff"), proposal=made)
        made = reviewing.file_proposal(actor=house.actor("reviewer"), proposal=made, topic=house.topic)
        to = handling.HandOver(answering=(house.units["b"],), co=(), separate=False)
        (part,) = handling.assign_proposal(actor=house.actor("staff"), proposal=made, to=to)
    with transaction.atomic():
        factories.answer(house, "b", part, code="B")
    with transaction.atomic(), house.at_work():
        matter = Matter.objects.get(pk=proposal.pk)
        set_visibility(actor=house.actor("staff"), matter=matter, visibility=Visibility.PUBLIC)
        reply = Reply.objects.get(assignment=part)
        rating.rate_reply(
            actor=house.actor("proposer"), reply=reply, attitude="satisfied", result="satisfied", comment=""
        )
    with transaction.atomic():
        factories.keep_promises(house, proposal)


def solved_in_the_village(village: Village, session_id: str) -> None:
    """Let the village put up two lamps, and the station confirm it, open to everybody."""
    from tongxin.activities.grassroots.actions import problems  # noqa: PLC0415
    from tongxin.activities.grassroots.models import DeliberationSession  # noqa: PLC0415
    from tongxin.foundation.core import clock  # noqa: PLC0415

    house = village.house
    with transaction.atomic(), house.at_work():
        head, staff = house.actor("head"), house.actor("staff")
        made = problems.add_problem(
            actor=head,
            session=DeliberationSession.objects.get(pk=UUID(session_id)),
            node=village.council,
            text="装2盏临时灯",
            owner="温联络",
            due_on=clock.today() + timedelta(days=20),
        )
        problems.report_problem(actor=head, problem=made, result="已经装好")
        problems.confirm_problem(actor=staff, problem=made)
        problems.set_problem_visibility(actor=staff, problem=made, is_public=True)


def tells_back(staff: Person, session: str) -> None:
    """End the topic with what came of it."""
    staff.arrive(f"/grassroots/sessions/{session}/").press("把结果告诉提出人")
    staff.choose("上学路装路灯").fill("告诉提出人的话", "灯装好了，谢谢您提出来。").press("办结，告诉提出人")
    staff.sees("已办结")


def names_in(village: Village) -> list[str]:
    """The names of all people of the house and the village."""
    house = village.house
    return sorted(
        {user.name for user in house.users.values()}
        | {member.name for member in house.members.values()}
        | {village.guest.name, village.person.name, "祁站长", "温联络"}
    )
