"""What may stand on a page that opens: drafts, unsent replies, phones, names and notes of the office."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import openpyxl
from django.db import transaction
from django.urls import reverse

from tests.access.expectations import LINES, PROPOSAL_READERS, SEES, Line
from tests.access.world import (
    MARK,
    OFFICE_NOTE,
    PHONE_BEGINS,
    SECRET_OF_DRAFT,
    SECRET_OF_REPLY_A,
    SECRET_OF_REPLY_B,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.access.world import Browser

READERS = sorted(Line(PROPOSAL_READERS, "GET").passes)
# Who may read which unsent words, and on the page of which proposal.
UNSENT = {
    SECRET_OF_DRAFT: {"draft": {"proposer"}},
    SECRET_OF_REPLY_A: {
        "handling": {"clerk_a", "leader_a"},
        "separate": {"clerk_a", "leader_a"},
        "countersigning": {"clerk_a", "leader_a", "clerk_b"},
    },
    SECRET_OF_REPLY_B: {"separate": {"clerk_b"}},
}
# Why a proposal was returned or not filed, or should go on as an opinion report, is between its proposer and the
# office.
FOR_OFFICE = {OFFICE_NOTE: {key: SEES[key] for key in ("returned", "not_filed", "asked")}}
NAMES_OF_STAFF = ("杜工", "万工", "审读", "常主席")
# Addresses with names that no list knows: they answer as if these names were not there.
UNKNOWN_NAMES = (
    "lead_member__user__password=x",
    "matter__visibility=internal",
    "committee=1",
    "order=lead_member__user__phone_index",
    "order=-matter__committee__code;DROP",
    "sort=password",
    "_filter=draft",
)


def title_of(name: str) -> str:
    """Return how a proposal of the first committee is called."""
    words = {"body": "集体草稿", "entered": "代录草稿", "secret": "不公开"}.get(name, name)
    return f"关于{words}的提案620881"


def lists_show_only_what_may_be_seen(browser: Browser, people: Iterable[str] = READERS) -> list[str]:
    """Look through lists, searches, pages, fragments and exports for titles that the reader may not see."""
    wrong = []
    tries = (
        "",
        "?tab=all",
        "?q=提案",
        "?tab=all&state=draft",
        "?tab=all&state=returned",
        "?tab=all&page=2",
        "?page=99",
    )
    for who in people:
        pages = {t: browser.ask(who, "GET", f"/proposals/{t}").text for t in tries}
        pages["htmx"] = browser.ask(who, "GET", "/proposals/?tab=all", hx_request="true").text
        pages["home"] = browser.ask(who, "GET", "/").text
        pages["mine"] = browser.ask(who, "GET", "/proposals/mine/").text
        pages["key"] = browser.ask(who, "GET", "/proposals/key/").text
        pages["honours"] = browser.ask(who, "GET", "/proposals/honours/").text
        pages["inbox"] = browser.ask(who, "GET", "/proposals/inbox/").text
        pages["promises"] = browser.ask(who, "GET", "/proposals/promises/").text
        pages["watch"] = browser.ask(who, "GET", "/proposals/deadlines/?tab=all").text
        pages["passing on"] = browser.ask(who, "GET", "/proposals/passing-on/").text
        pages["search"] = browser.ask(who, "GET", "/search/?q=提案").text
        with transaction.atomic():
            book = openpyxl.load_workbook(
                io.BytesIO(browser.ask(who, "GET", "/proposals/export/?tab=all").body), read_only=True
            )
            transaction.set_rollback(True)
        pages["export"] = "\n".join(str(v) for row in book.active.values for v in row)
        for place, text in pages.items():
            wrong += [
                f"{place} shows {name} to {who}"
                for name in SEES
                if who not in SEES[name] and title_of(name) in text
            ]
            wrong += [f"{place} shows a foreign name to {who}"] if MARK in text else []
        if who in {"staff", "reviewer", "leader", "auditor"} and title_of("submitted") not in pages["export"]:
            wrong.append(f"the export of {who} is empty")
    return wrong


def unknown_names_are_ignored(browser: Browser) -> list[str]:
    """Ask lists with filters and orders that are not on their allow-list."""
    plain = _titles_in(browser.ask("staff", "GET", "/proposals/").text)
    wrong = []
    for query in UNKNOWN_NAMES:
        answer = browser.ask("staff", "GET", f"/proposals/?{query}")
        if answer.status != 200 or _titles_in(answer.text) != plain:
            wrong.append(f"?{query} answered {answer.status}")
    return wrong


def _titles_in(text: str) -> list[int]:
    return [text.count(title_of(name)) for name in SEES]


def pages_show_no_unsent_words(browser: Browser, names: Iterable[str] = SEES) -> list[str]:
    """Open the page of every proposal as everybody who may, and look for words that are not theirs yet."""
    wrong = []
    for name in names:
        readers = SEES[name]
        url = reverse("proposals:detail", args=[browser.world.a.ids[f"proposal.{name}"]])
        for who in sorted(readers):
            text = browser.ask(who, "GET", url).text
            for words, places in (UNSENT | FOR_OFFICE).items():
                if words in text and who not in places.get(name, set()):
                    wrong.append(f"{name} shows {words!r} to {who}")
    return wrong


def readers_of_unsent_words_do_see_them(browser: Browser) -> list[str]:
    """The words are really on the pages of those who may read them; else the check above shows nothing."""
    seen = []
    for words, places in UNSENT.items():
        for name, who in ((n, w) for n, ws in places.items() for w in sorted(ws)):
            if who == "supervisor":
                continue
            pk = browser.world.a.ids[f"proposal.{name}"]
            if words in browser.ask(who, "GET", reverse("proposals:detail", args=[pk])).text:
                seen.append(words)
    return sorted(set(UNSENT) - set(seen))


def phones_are_masked(browser: Browser, names: Iterable[str] = LINES) -> list[str]:
    """Open every page without an object, and the pages of people, and look for a whole number."""
    wrong = []
    for name in names:
        line = LINES[name]
        if "GET" not in line.methods:
            continue
        for target in line.targets[:1]:
            url = reverse(name, kwargs=target.args(browser.world.a))
            for who in sorted(line.passes & target.may - {"anonymous"})[:4]:
                with transaction.atomic():
                    if PHONE_BEGINS in browser.ask(who, "GET", url).text:
                        wrong.append(f"{name} shows a whole number to {who}")
                    transaction.set_rollback(True)
    return wrong


def public_site_names_no_staff(browser: Browser) -> list[str]:
    """Read the public pages for names and notes of the office, and for anything that is not disclosed."""
    side = browser.world.a
    wrong = []
    for url in (
        "/p/",
        "/p/620881/",
        "/p/620881/?q=提案",
        reverse("publishing:tracking", args=["620881"]),
        reverse("publishing:proposal", args=["620881", side.ids["proposal.public"]]),
    ):
        answer = browser.ask("anonymous", "GET", url)
        text = answer.text
        wrong += [f"{url} answered {answer.status}"] if answer.status != 200 else []
        wrong += [f"{url} names {name}" for name in (*NAMES_OF_STAFF, OFFICE_NOTE, MARK) if name in text]
        wrong += [f"{url} shows {n}" for n in SEES if n != "public" and title_of(n) in text]
    if title_of("public") not in browser.ask("anonymous", "GET", "/p/620881/").text:
        wrong.append("the public site is empty")
    return wrong


def accounts_that_ended_are_out(browser: Browser) -> list[str]:
    """A deactivated account's session ends with its next request."""
    user = browser.world.a.house.users["staff"]
    with transaction.atomic():
        type(user).objects.filter(pk=user.pk).update(is_active=False)
        answer = browser.ask("staff", "GET", "/proposals/")
        transaction.set_rollback(True)
    return [] if answer.status == 302 else [f"a deactivated account was answered {answer.status}"]
