"""A villager in a minibus says by thumb what she thinks: on a good network, on none, and without scripts."""

from __future__ import annotations

import csv
import io
import re
import time
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from playwright.sync_api import expect

from tests.browser.people import DESK, PATIENCE_MS, PHONE, Person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from tests.factories import House
    from tongxin.activities.conversations.models import Conversation

pytestmark = pytest.mark.browser

SEEDS = (
    "学校门口应当划斑马线。",
    "镇上应当增加一班接送学生的公交车。",
    "路边停车应当收费。",
    "夜里路灯应当亮到十二点。",
    "村里应当有图书室。",
    "垃圾应当每天清运。",
    "集市应当搬到镇东头。",
    "卫生室应当备常用的慢性病药。",
    "河道两边应当装护栏。",
    "老人食堂应当收一点钱。",
    "婚丧嫁娶应当定个简单的标准。",
    "广场舞到九点应当结束。",
)
OWN = "公交站牌上应当写清楚末班车的时间。"
LEAST_PIXELS = 56


@pytest.fixture
def conversation(house: House) -> Conversation:
    from tests import talks  # noqa: PLC0415 (needs Django)

    with transaction.atomic():
        return talks.now(talks.make_conversation(house, seeds=SEEDS))


@pytest.fixture
def citizen(browser: Browser, site: str) -> Iterator[Person]:
    person = Person(browser, site, PHONE)
    yield person
    person.context.close()
    assert person.faults == []


def door(conversation: Conversation) -> str:
    return f"/p/{conversation.committee.code}/talks/{conversation.matter.code}/"


def arrived(citizen: Person, conversation: Conversation) -> Person:
    """Open the conversation, until the phone has kept it."""
    citizen.arrive(door(conversation))
    expect(citizen.page.locator("[data-talk][data-kept]")).to_have_count(1)
    return citizen


def statement(person: Person) -> str:
    return person.page.locator("#statement").inner_text()


def vote(person: Person, answer: str = "赞成") -> str:
    """Press one of the three buttons; return what was on the screen."""
    text = statement(person)
    person.press(answer, within=person.page.locator("[data-card]"))
    expect(person.page.locator("#statement")).not_to_have_text(text)
    # A thumb is not quicker.
    person.page.wait_for_timeout(260)
    return text


def kept(conversation: Conversation) -> list[dict[str, str]]:
    """What the database holds: for each voice the answers by the words of the statement."""
    from tongxin.activities.conversations.models import Statement, Voice  # noqa: PLC0415
    from tongxin.foundation.core import tenancy  # noqa: PLC0415

    with tenancy.scope([conversation.committee_id]), transaction.atomic():
        rows = Statement.objects.filter(conversation=conversation).published()
        words = dict(rows.values_list("number", "text"))
        found = Voice.objects.filter(conversation=conversation).values_list("ballot", flat=True)
        return [{words[n]: s for n, s in enumerate(b, 1) if s != "."} for b in found]


def lose_network(person: Person) -> None:
    person.offline = True
    person.context.set_offline(offline=True)  # type: ignore[call-arg]


def find_network(person: Person) -> None:
    person.context.set_offline(offline=False)  # type: ignore[call-arg]
    person.sees("已全部送达")
    person.offline = False


@pytest.mark.committee("620922")
def test_citizen_votes_on_ten_statements_three_of_them_without_a_network(
    citizen: Person, conversation: Conversation
) -> None:
    arrived(citizen, conversation).sees("已表态0条", "表态满7条，就能看大家怎么想。")
    said = {vote(citizen): "+" for _n in range(2)}
    citizen.sees("已表态2条")
    # The thumb slipped.
    citizen.press("改上一条")
    changed = statement(citizen)
    assert vote(citizen, "不赞成") == changed
    said[changed] = "-"
    said |= {vote(citizen, "不好说"): "0" for _n in range(2)}
    citizen.sees("已表态4条", "已全部送达")
    assert kept(conversation) == [said]

    lose_network(citizen)
    said |= {vote(citizen, "不赞成"): "-" for _n in range(3)}
    citizen.sees("已表态7条", "3条待发送，有网时自动发出")
    assert len(kept(conversation)[0]) == 4
    # Somebody turns the phone off and on.
    citizen.page.reload()
    citizen.sees("已表态7条", "3条待发送")
    find_network(citizen)
    citizen.sees("看意见图谱")
    said |= {vote(citizen): "+" for _n in range(3)}
    citizen.sees("已表态10条", "已全部送达")
    assert (len(said), kept(conversation)) == (10, [said])


@pytest.mark.committee("620923")
def test_citizen_adds_a_statement_without_a_network_and_reads_what_became_of_it(
    citizen: Person, conversation: Conversation
) -> None:
    from tongxin.activities.conversations.models import Statement  # noqa: PLC0415
    from tongxin.foundation.core import tenancy  # noqa: PLC0415

    arrived(citizen, conversation)
    vote(citizen)
    citizen.sees("已全部送达")
    citizen.press("我也提一条看法").fill("您的看法", "学校门口应当划上斑马线")
    citizen.page.wait_for_timeout(2100)  # as long as a person needs at least
    citizen.press("提交").sees("这些和您的相近吗？", "学校门口应当划斑马线。")
    citizen.fill("您的看法", OWN)
    lose_network(citizen)
    citizen.press("提交").sees("已存在手机里，有网时自动发出。")
    citizen.context.set_offline(offline=False)  # type: ignore[call-arg]
    citizen.sees("我提的看法", OWN, "待审核")
    citizen.offline = False
    with tenancy.scope([conversation.committee_id]), transaction.atomic():
        waiting = Statement.objects.waiting()
        assert list(waiting.values_list("text", flat=True)) == [OWN]
        waiting.update(state="rejected", outcome="已经办了，站牌下个月换。")
    citizen.arrive(door(conversation)).sees("有新结果", "未公布", "已经办了，站牌下个月换。")
    citizen.arrive(door(conversation)).sees("未公布").sees_not("有新结果")


@pytest.mark.committee("620924")
def test_closed_while_without_a_network_says_what_was_not_counted(
    citizen: Person, conversation: Conversation
) -> None:
    from tongxin.capabilities.matters.models import Matter  # noqa: PLC0415
    from tongxin.foundation.core import tenancy  # noqa: PLC0415

    citizen.accepted.add(409)
    arrived(citizen, conversation)
    said = {vote(citizen): "+"}
    citizen.sees("已全部送达")
    lose_network(citizen)
    vote(citizen)
    vote(citizen, "不赞成")
    citizen.sees("2条待发送")
    with tenancy.scope([conversation.committee_id]), transaction.atomic():
        Matter.objects.filter(pk=conversation.pk).update(state="closed")
    citizen.context.set_offline(offline=False)  # type: ignore[call-arg]
    citizen.sees("这个对话已经结束。有2条没有等到送达的回音，没送到的不再计入。", "看意见图谱")
    citizen.offline = False
    assert kept(conversation) == [said]


@pytest.mark.committee("622901")
def test_keys_of_a_desk_and_two_tabs_are_one_voice(
    browser: Browser, site: str, conversation: Conversation
) -> None:
    person = Person(browser, site, DESK)
    person.arrive(door(conversation))
    second = person.context.new_page()
    second.goto(site + door(conversation))
    expect(second.locator("[data-talk][data-ready]")).to_have_count(1)
    expect(person.page.locator("[data-talk][data-ready]")).to_have_count(1)
    signs = {}
    for key, sign in (("1", "+"), ("2", "-"), ("3", "0")):
        signs[statement(person)] = sign
        person.page.keyboard.press(key)
        expect(person.page.locator("#statement")).not_to_have_text(list(signs)[-1])
        person.page.wait_for_timeout(260)
    text = second.locator("#statement").inner_text()
    second.get_by_role("button", name="赞成", exact=True).click()
    signs[text] = "+"
    expect(second.locator("[data-sent]")).to_have_text("已全部送达")
    person.sees("已全部送达")
    assert kept(conversation) == [signs]
    person.context.close()
    assert person.faults == []


@pytest.mark.committee("622921")
def test_without_scripts_votes_and_changes_one_by_forms(
    browser: Browser, site: str, conversation: Conversation
) -> None:
    person = Person(browser, site, PHONE, java_script_enabled=False)
    person.arrive(door(conversation))
    said = {}
    for n in range(1, 4):
        said[statement(person)] = "+"
        person.press("赞成").sees(f"已表态{n}条")
    person.press("改上一条").sees("您表过态了，再按一个就改过来。")
    said[statement(person)] = "-"
    person.press("不赞成").sees("已表态3条")
    assert kept(conversation) == [said]
    person.context.close()
    assert person.faults == []


@pytest.mark.committee("622924")
def test_staff_moderate_the_map_appears_and_closing_freezes_it(
    citizen: Person, somebody: Callable[..., Person], house: House, conversation: Conversation
) -> None:
    from tests import talks  # noqa: PLC0415 (needs Django)

    with transaction.atomic():
        talks.voices(conversation, 40, groups=2)
    arrived(citizen, conversation)
    said = {vote(citizen): "+" for _n in range(7)}
    citizen.sees("看意见图谱").press("我也提一条看法").fill("您的看法", OWN)
    citizen.page.wait_for_timeout(2100)  # as long as a person needs at least
    citizen.press("提交").sees("待审核")
    citizen.press("我也提一条看法").fill("您的看法", "打电话给张三。")
    citizen.page.wait_for_timeout(2100)
    citizen.press("提交").sees("打电话给张三。")

    staff = somebody(at="desk").sign_in(house.users["staff"].username)
    staff.sees("请您办的事").arrive(f"/talks/{conversation.pk}/desk/").sees(OWN, "打电话给张三。")
    row = staff.page.get_by_role("row").filter(has_text=OWN)
    staff.press("公布", within=row.locator("td").last, exact=False).sees_not(OWN)
    row = staff.page.get_by_role("row").filter(has_text="打电话给张三。")
    row.locator("summary").click()
    row.locator("button[name=quick]").first.click()
    staff.sees_not("打电话给张三。")

    citizen.arrive(door(conversation)).sees("有新结果", "已公布", "未公布")
    said |= {vote(citizen): "+" for _n in range(5)}
    said[statement(citizen)] = "+"
    citizen.press("赞成").sees("已表态13条", "已全部送达", "谢谢您！")
    assert (said[OWN], said in kept(conversation)) == ("+", True)

    staff.arrive(f"/talks/{conversation.pk}/").press("结束").press(
        "结束", within=staff.page.locator("dialog, form.confirm")
    )
    staff.sees("已经结束")
    final = counted_for_good(conversation)
    assert final["voices"] == 41
    citizen.arrive(door(conversation)).sees("这个对话已经结束").press("看意见图谱")
    citizen.sees("已结束，结果不再变。", OWN)
    assert exported(citizen, conversation) == {
        row["number"]: tuple(row[key] for key in ("agrees", "disagrees", "passes", "votes"))
        for row in final["statements"]
        if not row["few"]
    }


def counted_for_good(conversation: Conversation) -> dict[str, Any]:
    """Wait for the server's worker to count for the last time; return the result."""
    from tongxin.activities.conversations.models import OpinionMap  # noqa: PLC0415
    from tongxin.foundation.core import tenancy  # noqa: PLC0415

    give_up_at = time.monotonic() + PATIENCE_MS / 1000 * 3
    while time.monotonic() < give_up_at:
        with tenancy.scope([conversation.committee_id]), transaction.atomic():
            found = OpinionMap.objects.get(pk=conversation.pk)
        if found.is_final:
            return found.result
        time.sleep(0.5)
    raise AssertionError("the worker did not count")


def exported(person: Person, conversation: Conversation) -> dict[int, tuple[int, ...]]:
    """Download the open data, and return the counts of each statement that are told."""
    with person.page.expect_download() as download:
        person.press("下载数据")
    with zipfile.ZipFile(download.value.path()) as archive:
        rows = list(csv.reader(io.StringIO(archive.read("statements.csv").decode("utf-8-sig"))))
    assert rows[0][:7] == ["编号", "看法", "已撤下", "赞成", "不赞成", "不好说", "表态"]
    return {int(row[0]): tuple(map(int, row[3:7])) for row in rows[1:] if row[6]}


@pytest.mark.committee("622923")
def test_phone_keeps_a_members_page_and_everybodys_beside_each_other(
    somebody: Callable[..., Person], house: House, conversation: Conversation
) -> None:
    person = somebody().sign_in(house.users["proposer"].username)
    expect(person.page.locator(".tabbar")).to_be_visible()
    inside = f"/talks/{conversation.pk}/vote/"
    for path in (inside, door(conversation)):
        person.arrive(path)
        expect(person.page.locator("[data-talk][data-kept]")).to_have_count(1)
    # The worker that came after the first page keeps the second by itself.
    script = "caches.open('tongxin-pages').then(c => c.keys()).then(k => k.map(r => new URL(r.url).pathname))"
    assert sorted(person.page.evaluate(script)) == sorted([inside, door(conversation)])
    vote(person)
    person.sees("已全部送达").arrive(inside).sees("已表态0条")


@pytest.mark.committee("622922")
def test_page_fits_a_phone_and_its_buttons_lie_under_the_thumb(
    citizen: Person, conversation: Conversation
) -> None:
    for path in (door(conversation), f"{door(conversation)}say/", f"/p/{conversation.committee.code}/talks/"):
        citizen.arrive(path)
        assert citizen.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], path
    citizen.arrive(door(conversation))
    boxes = [button.bounding_box() for button in citizen.page.locator(".talk-answers .btn").all()]
    assert len(boxes) == 3
    for box in boxes:
        assert box
        assert min(box["width"], box["height"]) >= LEAST_PIXELS
        # Seen at once, in the lower half.
        assert PHONE["height"] / 2 <= box["y"] <= PHONE["height"] - box["height"]
    assert re.search("管理人员", citizen.page.locator("main").inner_text())
