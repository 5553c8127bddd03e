"""The demo's first page: everybody by one click, and the tour from hand to hand to the public page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from playwright.sync_api import expect

from tests.browser.conftest import Server, address
from tests.browser.people import PHONE, Person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator
    from pytest_django import DjangoDbBlocker

    from tests.conftest import Databases

pytestmark = pytest.mark.browser

# More hands than any proposal passes through.
_HANDS = 30


@pytest.fixture(scope="module")
def demo(
    databases: Databases, django_db_setup: None, django_db_blocker: DjangoDbBlocker, chromium_path: str
) -> Iterator[str]:
    """The address of a demo with one committee in it, small enough to be loaded at once."""
    from django.db import connections  # noqa: PLC0415 (settings are ready only now)

    from tongxin.demo.load import load  # noqa: PLC0415
    from tongxin.demo.world import PLANS  # noqa: PLC0415

    name = databases.clone()
    with django_db_blocker.unblock():
        before = databases.use(name)
        with transaction.atomic():
            load(lambda _said: None, plans=[replace(PLANS[0], members=12, proposals=(0, 0, 4))], processes=1)
        connections.close_all()
        databases.use(before)
    server = Server(TONGXIN_DEMO="1", **address(databases, name))
    try:
        server.wait()
        yield server.url
    finally:
        server.stop()
        databases.drop(name)


@pytest.fixture
def newcomer(browser: Browser, demo: str) -> Iterator[Person]:
    person = Person(browser, demo, PHONE)
    yield person
    person.context.close()
    assert person.faults == []


def test_first_page_lets_in_each_person_with_one_click(newcomer: Person) -> None:
    newcomer.arrive()
    names = [role.inner_text() for role in newcomer.page.locator(".role b").all()]
    assert len(names) == 15
    for n, name in enumerate(names):
        newcomer.arrive("/demo/")
        newcomer.page.locator(".role").nth(n).click()
        newcomer.page.wait_for_url(lambda url: "/demo/" not in url)
        expect(newcomer.page.locator("main h1")).to_be_visible()
        newcomer.arrive("/accounts/me/").sees(name.split("　")[-1])


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_tour_leads_from_hand_to_hand_to_the_public_page(newcomer: Person, language: str) -> None:
    newcomer.arrive()
    if language == "en":
        newcomer.press("EN English")
    expect(newcomer.page.locator("html")).to_have_attribute("lang", language)
    newcomer.page.locator(".btn.main").click()
    told = []
    for _hand in range(_HANDS):
        strip = newcomer.page.locator("aside.tour")
        told.append(strip.locator("p").inner_text())
        strip.get_by_role("button").first.click()
        newcomer.page.wait_for_load_state()
        if "/p/620881/" in newcomer.page.url:
            break
        do_what_is_asked(newcomer)
    assert "/p/620881/proposals/" in newcomer.page.url
    expect(newcomer.page.locator("ol.log li").first).to_be_visible()
    # Two co-signers, proposer, reviewer, staff, clerk twice, leader, staff, proposer, staff, the public.
    assert len(told) == 12
    assert newcomer.page.locator("html").get_attribute("lang") == language


def do_what_is_asked(newcomer: Person) -> None:
    """Press the red button until the strip above tells of somebody else."""
    page = newcomer.page
    before = page.locator("aside.tour p").inner_text()
    for _press in range(4):
        fill_in(newcomer)
        red(newcomer).click()
        page.wait_for_load_state()
        if page.locator("aside.tour p").inner_text() != before:
            return
    raise AssertionError(f"{page.url}: {before}")


def red(newcomer: Person) -> Locator:
    """The one red button of the page."""
    return newcomer.page.locator("main .btn.main").first


def fill_in(newcomer: Person) -> None:
    page = newcomer.page
    for name, value in (
        ("decision", "file"), ("decision", "pass"), ("contact_method", "visit"), ("secrecy", "no"),
    ):  # fmt: skip
        radio = page.locator(f"input[name={name}][value={value}]")
        if radio.count():
            radio.check()
    for axis in ("attitude", "result", "visit", "contact"):
        if page.locator(f"input[name={axis}]").count():
            page.locator(f"input[name={axis}]").first.check()
    if page.locator("textarea[name=text]").count():
        page.locator("textarea[name=text]").fill("您提的事已经办好，道路护栏全部装完，请您去看。")
        page.locator("input[name=reply_class]").first.check()
        for name, value in (
            ("document_number", "华交函〔2026〕8号"),
            ("contact_phone", "0933-7721234"),
            ("contact_on", "2026-10-01"),
        ):
            page.locator(f"input[name={name}]").fill(value)


def test_outside_demo_mode_none_of_it_exists(browser: Browser, site: str) -> None:
    person = Person(browser, site, PHONE)
    person.accepted.add(404)
    for path in ("/demo/", "/demo/enter/", "/demo/tour/"):
        answer = person.page.goto(site + path)
        assert answer
        assert answer.status == 404
    person.arrive().sees("各级政协公开的提案").sees_not("演示")
    person.context.close()
    assert person.faults == []
