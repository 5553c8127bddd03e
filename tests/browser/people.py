"""A person at a browser: finds things by their words, and notices everything that a page does wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Response

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
# That of the factories; importing them would need Django, which is not set up when conftest.py is read.
PASSWORD = "蓝色的小船 42"
# A loaded machine is slow; a page that needs longer is broken.
PATIENCE_MS = 20_000
_BROKEN = 500
expect.set_options(timeout=PATIENCE_MS)


class Person:
    """Somebody with a device of their own.

    Attributes:
        faults: what went wrong on any page so far: errors of scripts, of the content policy, of the server,
            and requests that left the machine. Must be empty in the end.
        accepted: statuses below 500 that this person knows to come.
    """

    def __init__(self, browser: Browser, site: str, size: dict[str, int], **context: Any) -> None:
        # A form that comes back with its mistakes answers 422.
        self.site, self.faults, self.accepted = site, list[str](), {422}
        self.offline = False
        self.context = browser.new_context(viewport=size, locale="zh-CN", **context)  # type: ignore[arg-type]
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.on("request", self._notice_request)
        self.context.on("response", self._notice_response)
        self.context.on("console", self._notice_console)
        self.context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        self.page: Page = self.context.new_page()

    def _notice_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and f"{parts.scheme}://{parts.netloc}" != self.site:
            self.faults.append(f"left the machine: {request.url}")

    def _notice_response(self, response: Response) -> None:
        if response.status >= _BROKEN:
            self.faults.append(f"{response.status} {response.url}")

    def _notice_console(self, said: ConsoleMessage) -> None:
        if said.type not in {"error", "warning"}:
            return
        known = re.search(r"status of (\d{3})", said.text)
        if known and int(known[1]) in self.accepted:
            return
        if self.offline and "ERR_INTERNET_DISCONNECTED" in said.text:
            return
        self.faults.append(f"console: {said.text} ({said.location.get('url')})")

    # Getting about

    def arrive(self, path: str = "/") -> Person:
        """Type the address."""
        self.page.goto(self.site + path)
        return self

    def sign_in(self, login: str, password: str = PASSWORD) -> Person:
        """Come to the front door and sign in."""
        self.arrive()
        self.press("委员和单位登录")
        return self.enter(login, password)

    def enter(self, login: str, password: str = PASSWORD) -> Person:
        """Fill in the form of the sign-in page."""
        self.fill("手机号或用户名", login)
        self.page.get_by_label("密码", exact=True).fill(password)
        self.press("登录")
        return self

    def go_home(self) -> Person:
        """Press the mark in the corner."""
        self.page.locator("a.brand").click()
        return self

    # Doing

    def button(self, name: str, *, within: Locator | None = None, exact: bool = True) -> Locator:
        """Return the button or link of this name."""
        place = within or self.page.locator("body")
        return place.get_by_role("button", name=name, exact=exact).or_(
            place.get_by_role("link", name=name, exact=exact)
        )

    def press(self, name: str, *, within: Locator | None = None, exact: bool = True) -> Person:
        """Press the first button or link of this name."""
        self.button(name, within=within, exact=exact).first.click()
        return self

    def fill(self, label: str, text: str) -> Person:
        """Write into the field of this label."""
        self.field(label).fill(text)
        return self

    def field(self, label: str) -> Locator:
        """Return the field whose label begins so; a hint such as （可不填） may follow."""
        return self.page.get_by_label(re.compile(rf"^{re.escape(label)}(（.*）)?$")).first

    def choose(self, label: str, *, of: str = "") -> Person:
        """Tick the choice of this label, in the group of that name."""
        place = self.page.get_by_role("group", name=of) if of else self.page.locator("main")
        radio = place.get_by_role("radio", name=label)
        radio.or_(place.get_by_role("checkbox", name=label)).first.check()
        return self

    # Seeing

    def sees(self, *words: str) -> Person:
        """Read each of these words on the page."""
        for word in words:
            expect(self.page.locator("main")).to_contain_text(word, use_inner_text=True)
        return self

    def sees_not(self, *words: str) -> Person:
        """Read none of these words."""
        for word in words:
            expect(self.page.locator("main")).not_to_contain_text(word)
        return self

    def todos(self) -> list[tuple[str, str]]:
        """Return what the first page asks of this person: what to do, and of which proposal."""
        self.go_home()
        self.sees("请您办的事")
        # Members find other places below; what is asked of them stands under its own heading.
        asked = self.page.locator("main .sec", has=self.page.get_by_role("heading", name="请您办的事"))
        rows = asked.locator(".go-row").all()
        return [(row.locator("h3").inner_text(), row.locator(".mute").last.inner_text()) for row in rows]

    def has_only(self, ask: str, title: str) -> Person:
        """Find exactly this one thing on the to-do list."""
        assert [(a, t.endswith(title)) for a, t in self.todos()] == [(ask, True)], self.todos()
        return self

    def take_up(self, ask: str) -> Person:
        """Open the to-do of these words."""
        self.page.locator("main .go-row").filter(has=self.page.get_by_role("heading", name=ask)).first.click()
        return self

    def stands_at(self, step: str, *, with_whom: str, next_thing: str) -> Person:
        """Check stepper and "one next step" of the page of a matter."""
        expect(self.page.locator(".steps [aria-current=step] b")).to_have_text(step)
        card = self.page.locator("section.next")
        expect(card.locator("h2")).to_have_text(next_thing)
        if with_whom:
            expect(card.locator("p b").first).to_have_text(with_whom)
        return self
