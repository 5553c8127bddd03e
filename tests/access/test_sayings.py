"""What somebody of the public said is read by who decides about it, by the office, and with its own receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse

from tests.access.expectations import LINES, OFFICE
from tests.access.world import PEOPLE
from tests.access.world_village import CONTACT_OF_VOICE, SECRET_OF_VOICE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.access.world import Browser, Side

ROOMS = ("topics", "codes", "journeys", "grassroots", "front", "statistics", "home", "search", "notices")
READERS = OFFICE | {"head", "worker"}
# Pages that are drawn at some cost, and say nothing of topics.
_DRAWN = (".pdf", ".xlsx", "/picture/", "/export/", "/print/", "/template/")


def _pages(side: Side) -> Iterator[tuple[str, str, Any]]:
    for name, line in LINES.items():
        if name.split(":")[0] not in ROOMS or "GET" not in line.methods:
            continue
        for target in line.targets:
            url = reverse(name, kwargs=target.args(side))
            if not any(part in url for part in _DRAWN):
                yield name, url, line.passes & target.may


def _opened(browser: Browser, people: set[str]) -> Iterator[tuple[str, str, str, str]]:
    for name, url, may in _pages(browser.world.a):
        for who in sorted(people & may):
            with transaction.atomic():
                text = browser.ask(who, "GET", url).text
                transaction.set_rollback(True)
            yield name, url, who, text


def test_sayings_stand_on_no_page_of_somebody_else(browser: Browser) -> None:
    others = {"proposer", "outsider", "clerk_a", "tenant_admin", "head2", "anonymous"}
    assert others <= set(PEOPLE) - READERS
    own = f"/r/{browser.world.a.ids['receipt.collected']}/"
    leaks = [
        f"{name} as {who}: {url}"
        for name, url, who, text in _opened(browser, others)
        if SECRET_OF_VOICE in text and own not in url
    ]
    assert leaks == []


def test_sayings_are_read_by_who_decides_and_on_their_own_receipt(browser: Browser) -> None:
    ids = browser.world.a.ids
    page = reverse("topics:detail", args=[ids["topic.collected"]])
    assert [who for who in sorted(READERS) if SECRET_OF_VOICE not in browser.ask(who, "GET", page).text] == []
    receipt = reverse("front:receipt", args=["620881", ids["receipt.collected"]])
    assert SECRET_OF_VOICE in browser.ask("anonymous", "GET", receipt).text


def test_contacts_stand_whole_on_no_page(browser: Browser) -> None:
    leaks = [
        f"{name} as {who}: {url}"
        for name, url, who, text in _opened(browser, {"staff", "head", "anonymous"})
        if CONTACT_OF_VOICE in text
    ]
    assert leaks == []
