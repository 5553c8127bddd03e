"""Every main page: light, accessible, large enough to touch, reachable by keyboard, printable, at home."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from axe_core_python.base import AXE_SCRIPT

from tests.browser.people import DESK, PHONE, Person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.browser.pages import Place
    from tests.factories import House

pytestmark = pytest.mark.browser

FIRST_LOAD_BYTES = 100_000
NEXT_LOAD_BYTES = 30_000
TARGET, SIMPLE_TARGET = 44, 60
# A page on which the main button comes later than this is not for the keyboard.
_TABS = 150

AXE = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
  .map(v => v.id + ": " + v.nodes.map(n => n.target.join(" ")).join(", "))"""
# What a finger has to hit. A link inside a sentence is as high as its line.
SMALL = """least => [...document.querySelectorAll("a[href],button,summary,select,textarea,input:not([type=hidden])")]
  .map(e => [e, ["checkbox", "radio"].includes(e.type) ? e.closest("label") || e : e])
  .filter(([e, box]) => e.checkVisibility() && !e.closest(".vh,.skip")
    && !(e.tagName === "A" && getComputedStyle(e).display === "inline"))
  .map(([e, box]) => [e, box.getBoundingClientRect()])
  .filter(([e, r]) => r.width > 1 && (r.height < least - .6 || r.width < 43.4))
  .map(([e, r]) => `${e.tagName} ${(e.innerText || e.name || e.id).slice(0, 20)} ${Math.round(r.width)}x${Math.round(r.height)}`)"""
OVERFLOW = "() => document.documentElement.scrollWidth - innerWidth"
FOCUSED = """() => { const e = document.activeElement, s = getComputedStyle(e),
  box = ["checkbox", "radio"].includes(e.type) ? getComputedStyle(e.closest("label") || e) : s;
  return [e.matches(".btn.main"), [s, box].some(x => x.outlineStyle !== "none" && parseFloat(x.outlineWidth) >= 2),
    e.tagName + " " + (e.innerText || e.name || "").slice(0, 20)]; }"""


class Audit:
    """Looks at one page after the other and writes down what is wrong."""

    def __init__(self, person: Person) -> None:
        self.person, self.page = person, person.page
        self.found: list[str] = []
        self.heaviest_first = self.heaviest_next = 0
        self._bytes = 0
        self._devtools = person.context.new_cdp_session(self.page)
        self._devtools.send("Network.enable")
        self._devtools.on("Network.loadingFinished", self._add)

    def _add(self, event: dict[str, Any]) -> None:
        self._bytes += int(event["encodedDataLength"])

    def open(self, path: str, *, first: bool = False) -> None:
        if first:
            self._devtools.send("Network.clearBrowserCache")
        self._bytes = 0
        self.person.arrive(path)
        self.page.wait_for_load_state("networkidle")
        most = FIRST_LOAD_BYTES if first else NEXT_LOAD_BYTES
        if self._bytes > most:
            self._say(f"{self._bytes} bytes")
        if first:
            self.heaviest_first = max(self.heaviest_first, self._bytes)
        else:
            self.heaviest_next = max(self.heaviest_next, self._bytes)

    def look(self, size: dict[str, int], *, least: int = 0) -> None:
        self.page.set_viewport_size(size)  # type: ignore[arg-type]
        self.page.evaluate(AXE_SCRIPT)
        for violation in self.page.evaluate(AXE):
            self._say(violation)
        if (over := self.page.evaluate(OVERFLOW)) > 0:
            self._say(f"{over} px too wide")
        if least:
            for small in self.page.evaluate(SMALL, least):
                self._say(f"too small: {small}")

    def reach_main_button(self) -> None:
        """Press Tab until the main button has the focus; wherever it is on the way, it must be seen."""
        if not self.page.locator(".btn.main").first.is_visible():
            return
        for _tab in range(_TABS):
            self.page.keyboard.press("Tab")
            arrived, seen, where = self.page.evaluate(FOCUSED)
            if not seen:
                self._say(f"no focus to be seen at {where}")
            if arrived:
                return
        self._say("main button cannot be reached")

    def _say(self, what: str) -> None:
        words = self.page.evaluate("[document.documentElement.lang, document.documentElement.className]")
        where = re.sub(r"[0-9a-f-]{36}", "…", self.page.url.removeprefix(self.person.site))
        self.found.append(f"{where} {self.page.viewport_size} {words}: {what}")


@pytest.fixture(scope="module")
def places(in_database: None) -> tuple[House, list[Place]]:
    from tests.browser.conftest import inhabited  # noqa: PLC0415
    from tests.browser.pages import main_pages  # noqa: PLC0415 (needs Django)

    house = inhabited("621000")
    return house, main_pages(house)


@pytest.fixture
def audits(
    places: tuple[House, list[Place]], somebody: Callable[..., Person]
) -> Iterator[tuple[Audit, list[str]]]:
    """One person of each role after the other, signed in."""

    def each() -> Iterator[tuple[Audit, list[str]]]:
        house, them = places
        for place in them:
            person = somebody()
            if place.who:
                person.arrive("/accounts/sign-in/").enter(house.users[place.who].username)
                person.page.wait_for_url(f"{person.site}/")
            yield Audit(person), place.paths
            person.context.close()

    return each()


def test_main_pages_are_accessible_and_fit_in_every_mode(audits: Iterator[tuple[Audit, list[str]]]) -> None:
    found: list[str] = []
    heaviest = (0, 0)
    for audit, paths in audits:
        for path in paths:
            audit.open(path, first=True)
            audit.look(PHONE, least=TARGET)
            audit.look(DESK)
            audit.reach_main_button()
        for tool, least in (("大字版", SIMPLE_TARGET), ("标准版", 0), ("EN English", TARGET)):
            audit.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
            audit.person.press(tool)
            for path in paths if least else ():
                audit.open(path)
                audit.look(PHONE, least=least)
                audit.look(DESK)
        found += audit.found
        heaviest = max(heaviest[0], audit.heaviest_first), max(heaviest[1], audit.heaviest_next)
    print(f"heaviest first load {heaviest[0]} bytes, next page {heaviest[1]} bytes")  # noqa: T201
    assert sorted(set(found)) == []


@pytest.mark.parametrize(("who", "page", "most"), [("proposer", "detail", 3), ("staff", "list", 2)])
def test_printed_page_is_the_matter_alone(
    places: tuple[House, list[Place]], somebody: Callable[..., Person], who: str, page: str, most: int
) -> None:
    house, them = places
    paths = next(p.paths for p in them if p.who == who)
    person = somebody(at="desk").arrive("/accounts/sign-in/").enter(house.users[who].username)
    person.page.wait_for_url(f"{person.site}/")
    person.arrive(paths[9] if page == "detail" else paths[1])
    person.page.emulate_media(media="print")
    shown = person.page.evaluate(
        """() => [...document.querySelectorAll("nav,.top,.side,.tabbar,form.filters,.btn,.toast")]
          .filter(e => e.checkVisibility()).map(e => e.className)"""
    )
    assert shown == []
    pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", person.page.pdf(format="A4")))
    assert 1 <= pages <= most
