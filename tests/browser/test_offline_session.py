"""A session in a village without a network: two phones at one table, and everything arrives once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator

    from tests.browser.people import Person
    from tests.factories import House
    from tests.village import Village
    from tongxin.activities.grassroots.models import DeliberationSession

pytestmark = pytest.mark.browser

INVITED = 32


@pytest.fixture
def village(house: House) -> Village:
    from tests.browser.conftest import real_password  # noqa: PLC0415 (needs Django)
    from tests.village import make_village  # noqa: PLC0415
    from tongxin.foundation.accounts.models import User  # noqa: PLC0415

    with transaction.atomic():
        made = make_village(house)
    for who in ("head", "worker"):
        house.users[who].password = real_password()
    User.objects.bulk_update([house.users["head"], house.users["worker"]], ["password"])
    return made


@pytest.fixture
def session(village: Village) -> DeliberationSession:
    from tests.activities.grassroots.phones import session_at  # noqa: PLC0415

    with transaction.atomic():
        return session_at(village, people=INVITED)


def at_desk(
    somebody: Callable[..., Person], village: Village, session: DeliberationSession, who: str
) -> Person:
    """Open the desk on a phone, until the phone has kept it."""
    person = somebody().sign_in(village.house.users[who].username).sees("请您办的事")
    person.arrive(f"/grassroots/sessions/{session.pk}/desk/")
    expect(person.page.locator("[data-desk][data-kept]")).to_have_count(1)
    return person


@pytest.fixture
def phones(
    somebody: Callable[..., Person], village: Village, session: DeliberationSession
) -> tuple[Person, Person]:
    return (
        at_desk(somebody, village, session, "worker"),
        at_desk(somebody, village, session, "head"),
    )


def lose_network(person: Person) -> None:
    person.offline = True
    person.context.set_offline(offline=True)  # type: ignore[call-arg]


def find_network(person: Person) -> None:
    person.context.set_offline(offline=False)  # type: ignore[call-arg]
    person.sees("都已保存")
    person.offline = False


def row(person: Person, name: str) -> Locator:
    return person.page.locator(".desk-row").filter(has_text=name)


def check_in(person: Person, *names: str) -> None:
    for name in names:
        row(person, name).get_by_role("button", name="签到").click()
        expect(row(person, name)).to_contain_text("已到", use_inner_text=True)


def add(person: Person, name: str) -> None:
    person.page.locator("#add summary").click()
    person.fill("姓名", name).press("加上并签到")
    expect(row(person, name)).to_contain_text("已到", use_inner_text=True)


def part(person: Person, name: str) -> Person:
    return person.press(name, within=person.page.locator(".desk-tabs"))


def write(person: Person, label: str, text: str) -> None:
    part(person, "记录").fill(label, text)
    person.page.get_by_label(label).first.blur()


def names(first: int, last: int) -> list[str]:
    return [f"村民{n:02d}" for n in range(first, last + 1)]


@pytest.fixture
def state(village: Village, session: DeliberationSession) -> Callable[[], dict[str, object]]:
    """What the database holds in the end."""
    from tongxin.activities.grassroots.enums import Presence  # noqa: PLC0415
    from tongxin.activities.grassroots.models import DeliberationSession, SyncedAct  # noqa: PLC0415

    def look() -> dict[str, object]:
        with transaction.atomic(), village.house.at_work():
            found = DeliberationSession.objects.get(pk=session.pk)
            open_ones = found.conflicts.filter(resolved_at__isnull=True)
            return {
                "here": found.attendees.filter(presence=Presence.PRESENT).count(),
                "listed": found.attendees.count(),
                "chaired_by": found.chaired_by,
                "agreed": found.agreed,
                "conflicts": list(open_ones.values_list("field", "standing", "arrived")),
                "statements": list(found.statements.values_list("who", "text")),
                "acts": SyncedAct.objects.filter(session=found).count(),
            }

    return look


@pytest.mark.parametrize(
    "first_back",
    [
        pytest.param(0, marks=pytest.mark.committee("620402")),
        pytest.param(1, marks=pytest.mark.committee("620422")),
    ],
)
def test_two_phones_offline_forty_check_ins_three_edits_one_conflict(
    phones: tuple[Person, Person],
    state: Callable[[], dict[str, object]],
    first_back: int,
) -> None:
    worker, head = phones
    for person in phones:
        lose_network(person)
    # 40 presses by 35 people: four of those invited and one guest stand on both phones.
    check_in(worker, *names(1, 18))
    add(worker, "来宾甲")
    add(worker, "来宾乙")
    check_in(head, *names(15, INVITED))
    add(head, "来宾甲")
    add(head, "来宾丙")
    write(worker, "主持人", "温联络")
    write(worker, "达成一致的", "装十二盏灯。")
    write(head, "达成一致的", "装十盏灯，先装村口。")
    worker.sees("22条已存在手机里")
    head.sees("21条已存在手机里")
    # Somebody turns the phone off and on.
    worker.page.reload()
    worker.sees("22条已存在手机里")
    expect(worker.field("达成一致的")).to_have_value("装十二盏灯。")
    expect(part(worker, "签到").page.locator(".desk-row.here")).to_have_count(20)

    order = phones if first_back == 0 else phones[::-1]
    for person in order:
        find_network(person)
    for person in phones:
        # A second time, and a page as the server has it.
        person.page.reload()
        person.sees("都已保存", "有两份，请选定", "装十二盏灯。", "装十盏灯，先装村口。")
        part(person, "签到").sees("已到35人")
    texts = ("装十二盏灯。", "装十盏灯，先装村口。")
    standing, arrived = texts if first_back == 0 else texts[::-1]
    expected = {
        "here": INVITED + 3,
        "listed": INVITED + 3,
        "chaired_by": "温联络",
        "agreed": standing,
        "conflicts": [("agreed", standing, arrived)],
        "statements": [],
        "acts": 43,
    }
    assert state() == expected

    head.page.locator(".desk-clash summary").click()
    head.fill("改成一份", "装十二盏灯，先装村口的十盏。").press("保存合成的").sees("已经选定")
    assert state() == {**expected, "agreed": "装十二盏灯，先装村口的十盏。", "conflicts": []}


@pytest.fixture
def kept(phones: tuple[Person, Person]) -> Callable[[Person], list[str]]:
    """What a phone's cache of pages holds."""

    def look(person: Person) -> list[str]:
        script = (
            "caches.open('tongxin-pages').then(c => c.keys()).then(k => k.map(r => new URL(r.url).pathname))"
        )
        found: list[str] = person.page.evaluate(script)
        return found

    return look


@pytest.mark.committee("620403")
def test_phone_keeps_the_desk_alone_and_forgets_it_when_signing_out(
    phones: tuple[Person, Person], kept: Callable[[Person], list[str]], session: DeliberationSession
) -> None:
    worker, _head = phones
    worker.go_home().sees("请您办的事")
    assert kept(worker) == [f"/grassroots/sessions/{session.pk}/desk/"]
    worker.arrive("/accounts/me/").press("退出登录")
    expect(worker.page.get_by_label("密码", exact=True)).to_be_visible()
    assert kept(worker) == []


@pytest.mark.committee("620421")
def test_signed_out_while_offline_keeps_the_acts_and_says_so(
    phones: tuple[Person, Person], state: Callable[[], dict[str, object]], village: Village
) -> None:
    worker, _head = phones
    lose_network(worker)
    check_in(worker, "村民01")
    worker.sees("1条已存在手机里")
    worker.context.clear_cookies(name="sessionid")
    worker.accepted.add(403)
    worker.context.set_offline(offline=False)  # type: ignore[call-arg]
    worker.sees("请重新登录后自动发送。1条在手机里，没有丢")
    worker.offline = False
    worker.press("去登录").enter(village.house.users["worker"].username)
    worker.sees("都已保存", "已到1人")
    assert state()["here"] == 1


@pytest.mark.committee("620524")
def test_session_closed_meanwhile_gives_the_text_back(
    phones: tuple[Person, Person], session: DeliberationSession, village: Village
) -> None:
    from tongxin.activities.grassroots.enums import SessionState  # noqa: PLC0415
    from tongxin.capabilities.matters.models import Matter  # noqa: PLC0415

    worker, _head = phones
    lose_network(worker)
    part(worker, "意见").fill("谁说的", "村民代表").fill("说了什么", "<img src=x onerror=alert(1)>晚上太黑。")
    worker.press("记下这句话").sees("1条已存在手机里")
    with transaction.atomic(), village.house.at_work():
        Matter.objects.filter(pk=session.pk).update(state=SessionState.RECORDED)
    worker.context.set_offline(offline=False)  # type: ignore[call-arg]
    worker.sees("没有收下", "已归档", "<img src=x onerror=alert(1)>晚上太黑。", "复制文字", "再发一次")
    worker.offline = False
    # The page of a closed session has no forms any more; the text is still there.
    expect(worker.page.get_by_role("button", name="记下这句话")).to_have_count(0)
    worker.sees("晚上太黑。", "1条没有收下")
    worker.press("不要了").press("真的不要了")
    expect(worker.page.get_by_role("heading", name="没有收下")).to_be_hidden()


@pytest.mark.committee("620423")
def test_desk_without_scripts_does_the_same_by_forms(
    somebody: Callable[..., Person],
    village: Village,
    session: DeliberationSession,
    state: Callable[[], dict[str, object]],
) -> None:
    person = somebody(java_script_enabled=False).sign_in(village.house.users["worker"].username)
    person.arrive(f"/grassroots/sessions/{session.pk}/desk/")
    check_in(person, "村民01", "村民02")
    row(person, "村民01").get_by_role("button", name="撤销").click()
    expect(row(person, "村民01")).not_to_contain_text("已到", use_inner_text=True)
    add(person, "来宾甲")
    person.fill("达成一致的", "装十二盏灯。").press("保存「达成一致的」")
    person.fill("谁说的", "村民代表").fill("说了什么", "晚上太黑。").press("记下这句话")
    found = state()
    assert (found["here"], found["agreed"], found["statements"]) == (
        2,
        "装十二盏灯。",
        [("村民代表", "晚上太黑。")],
    )
