"""A citizen with an old phone in a village: scans, says something without a network, and finds it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from playwright.sync_api import expect

from tests.browser.people import Person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, CDPSession

    from tests.factories import House
    from tests.village import Village

pytestmark = pytest.mark.browser

SMALL = {"width": 360, "height": 640}
FIRST_LOAD_BYTES = 60 * 1024
TEXT = "村口到小学的路上没有路灯，晚上孩子走着怕。"
# 2G with a long way to the mast.
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 40_000, "uploadThroughput": 20_000}


@pytest.fixture
def village(house: House) -> Village:
    from tests.village import make_village  # noqa: PLC0415 (needs Django)

    with transaction.atomic():
        return make_village(house)


@pytest.fixture
def citizen(browser: Browser, site: str) -> Iterator[Person]:
    person = Person(browser, site, SMALL)
    yield person
    person.context.close()
    assert person.faults == []


def scanned(village: Village) -> str:
    return f"/p/{village.house.committee.code}/c/{village.codes['room'].token}/"


def said(village: Village) -> list[tuple[str, int]]:
    from tongxin.activities.topics.models import Voice  # noqa: PLC0415
    from tongxin.capabilities.files.models import StoredFile  # noqa: PLC0415

    with transaction.atomic(), village.house.at_work():
        voices = Voice.objects.values_list("pk", "text")
        return [(text, StoredFile.objects.filter(subject_id=pk).count()) for pk, text in voices]


class Meter:
    """How many bytes came over the network, headers and all."""

    def __init__(self, session: CDPSession) -> None:
        self.bytes = 0
        session.send("Network.enable")
        session.on("Network.loadingFinished", self._add)

    def _add(self, event: dict[str, Any]) -> None:
        self.bytes += int(event["encodedDataLength"])


@pytest.mark.committee("620821")
def test_said_without_network_arrives_once_when_it_is_back(village: Village, citizen: Person) -> None:
    from tests.activities.topics.test_receiving import photo  # noqa: PLC0415

    session = citizen.context.new_cdp_session(citizen.page)
    meter = Meter(session)
    session.send("Network.emulateNetworkConditions", SLOW)
    citizen.arrive(scanned(village))
    citizen.sees("寺沟村协商议事室", "说句话")
    citizen.page.wait_for_load_state("networkidle")
    first = meter.bytes
    citizen.press("说句话").sees("您想说什么事？")
    citizen.page.wait_for_load_state("networkidle")
    print(f"first load {first} bytes, the form {meter.bytes - first} more")
    assert 0 < first <= FIRST_LOAD_BYTES

    citizen.offline = True
    session.send("Network.emulateNetworkConditions", {**SLOW, "offline": True})
    citizen.context.set_offline(offline=True)  # type: ignore[call-arg]
    citizen.fill("您想说什么事？", TEXT)
    upload = photo((1600, 1200))
    picture = {"name": upload.name or "", "mimeType": "image/jpeg", "buffer": upload.read()}
    citizen.page.get_by_label("照片").set_input_files(picture)  # type: ignore[arg-type]
    citizen.press("提交，拿回执").sees("已存在手机里，有网时自动发出。")
    assert said(village) == []

    session.send("Network.emulateNetworkConditions", SLOW)
    citizen.context.set_offline(offline=False)  # type: ignore[call-arg]
    citizen.sees("收到了。", "截个屏", "您说了这件事", "等待受理")
    citizen.offline = False
    citizen.page.reload()
    citizen.sees("您说了这件事")
    code = citizen.page.locator("h1.code").inner_text()
    assert said(village) == [(TEXT, 1)]

    citizen.arrive(scanned(village)).press("查我说过的").fill("回执码", code.lower()).press("查").sees(
        "等待受理"
    )


@pytest.mark.committee("620822")
def test_without_scripts_a_saying_gets_its_receipt(village: Village, browser: Browser, site: str) -> None:
    citizen = Person(browser, site, SMALL, java_script_enabled=False)
    citizen.arrive(scanned(village)).press("说句话").fill("您想说什么事？", " ").press("提交，拿回执")
    citizen.sees("请写一两句，是什么事。").fill("您想说什么事？", TEXT)
    citizen.page.wait_for_timeout(2100)  # as long as a person needs at least
    citizen.press("提交，拿回执").sees("收到了。", "等待受理")
    assert said(village) == [(TEXT, 0)]
    citizen.context.close()
    assert citizen.faults == []


@pytest.mark.committee("620825")
def test_page_of_a_place_fits_a_small_phone(village: Village, citizen: Person) -> None:
    for path in (scanned(village), f"{scanned(village)}say/", f"/p/{village.house.committee.code}/r/"):
        citizen.arrive(path)
        wide = citizen.page.evaluate("document.documentElement.scrollWidth")
        assert wide == SMALL["width"], path
        expect(citizen.page.locator("main .btn.main")).to_have_count(1)
