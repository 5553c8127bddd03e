"""Dashboards in a browser: accessible at every width, legible without colour, a sheet of paper, a hall."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_core_python.base import AXE_SCRIPT

from tests.browser.people import DESK, PHONE, Person
from tests.browser.test_pages import AXE, OVERFLOW, enter, made_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.factories import House

pytestmark = pytest.mark.browser

HALL = {"width": 1920, "height": 1080}
AREAS = ["organization", "proposals", "topics", "conversations", "grassroots"]


@pytest.fixture(scope="module")
def house(in_database: None) -> House:
    return made_once()[0]


def faults(person: Person, path: str, size: dict[str, int]) -> list[str]:
    """What is not accessible, or too wide."""
    person.page.set_viewport_size(size)  # type: ignore[arg-type]
    person.arrive(path)
    person.page.evaluate(AXE_SCRIPT)
    found = [f"{path} {size}: {violation}" for violation in person.page.evaluate(AXE, arg=True)]
    over = person.page.evaluate(OVERFLOW)
    return [*found, *([f"{path} {size}: {over} px too wide"] if over > 0 else [])]


def test_dashboards_are_accessible_and_fit_every_screen(
    house: House, somebody: Callable[..., Person]
) -> None:
    leader = enter(somebody(at="desk"), house, "leader")
    pages = [(path, size) for path in paths() for size in (PHONE, DESK)]
    pages += [(f"/statistics/screen/{key}/?stay=1", HALL) for key in AREAS]
    assert [fault for path, size in pages for fault in faults(leader, path, size)] == []


def paths() -> list[str]:
    return ["/statistics/", *(f"/statistics/areas/{key}/" for key in AREAS)]


def test_screen_of_a_hall_needs_no_scrolling(house: House, somebody: Callable[..., Person]) -> None:
    leader = enter(somebody(at="desk"), house, "leader")
    leader.page.set_viewport_size(HALL)  # type: ignore[arg-type]
    tall = {}
    for key in AREAS:
        leader.arrive(f"/statistics/screen/{key}/?stay=1")
        tall[key] = leader.page.evaluate("document.documentElement.scrollHeight - innerHeight")
    assert tall == dict.fromkeys(AREAS, 0)


def test_paper_has_no_navigation_and_shows_tables(house: House, somebody: Callable[..., Person]) -> None:
    staff = enter(somebody(at="desk"), house, "staff")
    staff.arrive("/statistics/areas/proposals/")
    staff.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    staff.page.emulate_media(media="print")
    seen = {
        what: staff.page.locator(what).first.is_visible()
        for what in (".side", ".tabs", "form.no-print", ".chart table", ".print-only")
    }
    assert seen == {
        ".side": False,
        ".tabs": False,
        "form.no-print": False,
        ".chart table": True,
        ".print-only": True,
    }
