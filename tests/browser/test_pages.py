"""Every main page: light, accessible, large enough to touch, reachable by keyboard, printable, at home."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from axe_core_python.base import AXE_SCRIPT

from tests.browser.people import DESK, PHONE, Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.factories import House

pytestmark = pytest.mark.browser

FIRST_LOAD_BYTES = 100_000
NEXT_LOAD_BYTES = 30_000
TARGET, SIMPLE_TARGET = 44, 60
# A page on which the main button comes later than this is not for the keyboard.
_TABS = 150

# Colours are three quarters of the work, and neither the size of letters nor the language changes them.
# What is folded is opened to be judged: axe 4.4 does not know that closed details show nothing, and takes the
# colour of the button that stands where their words would be for the ground of those words.
AXE = """async colours => {
  const shut = [...document.querySelectorAll("details:not([open])")];
  shut.forEach(d => { d.open = true; });
  const found = (await axe.run(document, {resultTypes: ["violations"],
    rules: {"color-contrast": {enabled: colours}}})).violations;
  shut.forEach(d => { d.open = false; });
  return found.map(v => v.id + ": " + v.nodes.map(n => n.target.join(" ")).join(", ")); }"""
# What a finger has to hit. A link inside a sentence is as high as its line, and as wide as its word; a mark of
# a chart stands in its table again.
SMALL = """least => [...document.querySelectorAll(
    "a[href],button,summary,select,textarea,input:not([type=hidden])")]
  .map(e => [e, ["checkbox", "radio"].includes(e.type) ? e.closest("label") || e : e])
  .filter(([e, box]) => e.checkVisibility() && !e.closest(".vh,.skip,svg")
    && !(e.tagName === "A" && getComputedStyle(e).display === "inline"))
  .map(([e, box]) => [e, box.getBoundingClientRect()])
  .filter(([e, r]) => r.width > 1 && (r.height < least - .6 || r.width < 24))
  .map(([e, r]) => [e.tagName, (e.innerText || e.name || e.id).slice(0, 20), r.width, r.height].join(" "))"""
OVERFLOW = "() => document.documentElement.scrollWidth - innerWidth"
FOCUSED = """() => { const e = document.activeElement, s = getComputedStyle(e),
  box = ["checkbox", "radio"].includes(e.type) ? getComputedStyle(e.closest("label") || e) : s;
  const seen = [s, box].some(x => x.outlineStyle !== "none" && parseFloat(x.outlineWidth) >= 2);
  return [e.matches(".btn.main"), seen, e.tagName + " " + (e.innerText || e.name || "").slice(0, 20)]; }"""


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
        # On every page from its beginning: half a megabyte sent anew to each takes longer than the page.
        person.context.add_init_script(AXE_SCRIPT)

    def _add(self, event: dict[str, Any]) -> None:
        self._bytes += int(event["encodedDataLength"])

    def open(self, path: str, *, first: bool = False) -> None:
        """Go to a page; as somebody who comes for the first time, or with what is shared already here."""
        if first:
            self._devtools.send("Network.clearBrowserCache")
        self._bytes = 0
        self.person.arrive(path)
        if self._bytes > (FIRST_LOAD_BYTES if first else NEXT_LOAD_BYTES):
            self._say(f"{self._bytes} bytes")
        if first:
            self.heaviest_first = max(self.heaviest_first, self._bytes)
        else:
            self.heaviest_next = max(self.heaviest_next, self._bytes)

    def look(self, size: dict[str, int], *, least: int = 0) -> None:
        """Look for what is too wide, or too small to touch."""
        self.page.set_viewport_size(size)  # type: ignore[arg-type]
        if (over := self.page.evaluate(OVERFLOW)) > 0:
            self._say(f"{over} px too wide")
        if least:
            for small in self.page.evaluate(SMALL, least):
                self._say(f"too small: {small}")

    def judge(self, *, colours: bool) -> None:
        """Look for what is not accessible at this size."""
        for violation in self.page.evaluate(AXE, colours):
            self._say(violation)

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
def places(in_database: None) -> tuple[House, dict[str, list[str]]]:
    return made_once()


@cache
def made_once() -> tuple[House, dict[str, list[str]]]:
    """Fill the committee once a process: a worker that takes over tests of others comes back to this module."""
    from tests.browser.conftest import inhabited, let_in  # noqa: PLC0415
    from tests.browser.pages import main_pages  # noqa: PLC0415 (needs Django)

    house = inhabited("621021")
    pages = main_pages(house)
    let_in(house)  # who keeps the village's nodes came later
    return house, pages


def enter(person: Person, house: House, who: str) -> Person:
    if who:
        person.arrive("/accounts/sign-in/").enter(house.users[who].username)
        person.page.wait_for_url(f"{person.site}/")
    return person


_WHO = (
    "", "proposer", "cosigner_1", "outsider", "submitter", "staff", "reviewer", "clerk_a", "clerk_b",
    "leader_a", "supervisor", "leader", "tenant_admin", "auditor", "head", "worker",
    "city_staff",
)  # fmt: skip
# Who works with very many pages goes through them in so many turns, which workers share.
_TURNS = {"staff": 6, "leader": 2}


@pytest.mark.parametrize(
    ("who", "turn"),
    [
        pytest.param(who, turn, id=f"{who or 'citizen'}-{turn + 1}" if who in _TURNS else who or "citizen")
        for who in _WHO
        for turn in range(_TURNS.get(who, 1))
    ],
)
def test_pages_of_each_role_are_light_accessible_and_fit(
    places: tuple[House, dict[str, list[str]]], somebody: Callable[..., Person], who: str, turn: int
) -> None:
    house, pages = places
    paths = pages[who][turn :: _TURNS.get(who, 1)]
    audit = Audit(enter(somebody(), house, who))
    for path in paths:
        audit.open(path, first=True)
        audit.look(PHONE, least=TARGET)
        audit.judge(colours=True)
        audit.look(DESK)
        audit.judge(colours=True)
        audit.reach_main_button()
    for mode, least in (({"simple": "1"}, SIMPLE_TARGET), ({"simple": "0", "language": "en"}, TARGET)):
        audit.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        for name, value in mode.items():
            audit.page.locator(f".top button[name={name}][value='{value}']").click()
        for path in paths:
            audit.open(path)
            audit.look(PHONE, least=least)
            audit.judge(colours=False)
            audit.look(DESK)
    print(f"heaviest first load {audit.heaviest_first} bytes, next page {audit.heaviest_next} bytes")
    assert sorted(set(audit.found)) == []


@pytest.mark.parametrize(
    ("who", "nth", "most"), [("proposer", 9, 3), ("staff", 2, 3)], ids=["a closed proposal", "the list"]
)
def test_printed_page_is_the_matter_alone(
    places: tuple[House, dict[str, list[str]]], somebody: Callable[..., Person], who: str, nth: int, most: int
) -> None:
    house, paths = places
    person = enter(somebody(at="desk"), house, who)
    person.arrive(paths[who][nth])
    person.page.emulate_media(media="print")
    shown = person.page.evaluate(
        """() => [...document.querySelectorAll("nav,.top,.side,.tabbar,form.filters,.btn,.toast")]
          .filter(e => e.checkVisibility()).map(e => e.className)"""
    )
    assert shown == []
    pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", person.page.pdf(format="A4")))
    assert 1 <= pages <= most
