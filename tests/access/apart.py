"""Two units whose work is handed over through one office: each sees its own matters, the office both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from tests.access.expectations import LINES
from tests.access.fields import title_of

if TYPE_CHECKING:
    from tests.access.world import Browser

# Handed over to the first unit alone, and to both of them.
OF_A = (
    "assigned",
    "extending",
    "declining",
    "handling",
    "approving",
    "replying",
    "replied",
    "closed",
    "dissatisfied",
    "tracking",
    "reported",
    "kept",
    "pool",
    "supervised",
)
OF_BOTH = ("separate", "joint", "countersigning")
# Lists that show more behind a tab, or when something is looked for.
_WAYS = {
    "proposals:list": ("?tab=all", "?q=提案", "?tab=all&page=2"),
    "proposals:export": ("?tab=all",),
    "proposals:inbox": ("?tab=all",),
    "proposals:watch": ("?tab=all", "?tab=late", "?tab=asked"),
    "proposals:promises": ("?tab=late", "?tab=reported", "?tab=kept"),
    "search": ("?q=提案",),
}


def pages_of(browser: Browser, who: str) -> dict[str, str]:
    """Open every page without an object that somebody may open; lists in several ways."""
    found = {}
    for name, line in LINES.items():
        if "GET" not in line.methods or who not in line.passes or line.targets[0].label != "—":
            continue
        for way in ("", *_WAYS.get(name, ())):
            with transaction.atomic():
                found[f"{name}{way}"] = browser.ask(who, "GET", reverse(name) + way).text
                transaction.set_rollback(True)
    return found


def objects_of_a(browser: Browser) -> list[str]:
    """Return the addresses of everything that belongs to the work of the first unit alone."""
    ids = browser.world.a.ids
    proposals = ("proposals:detail", "proposals:sheet_word", "proposals:sheet_pdf", "proposals:key")
    parts = (
        "proposals:reply",
        "proposals:propose",
        "proposals:decline",
        "proposals:extend",
        "proposals:opinion",
    )
    replies = ("proposals:letter_word", "proposals:letter_pdf", "proposals:reply_versions")
    return [
        *(reverse(name, args=[ids[f"proposal.{key}"]]) for name in proposals for key in OF_A),
        *(reverse(name, args=[ids[f"part.{key}.a"]]) for name in parts for key in ("assigned", "handling")),
        *(reverse(name, args=[ids[f"reply.{key}"]]) for name in replies for key in ("replied", "handling")),
        reverse("proposals:report_promise", args=[ids["promise.open"]]),
        reverse("proposals:go_on_without", args=[ids["part.countersigning.a"]]),
        reverse("files:download", args=[ids["file.letter_draft"]]),
    ]


def unit_sees_only_its_own(browser: Browser) -> list[str]:
    """Look through the second unit's pages for the first one's matters, and ask for them by their addresses."""
    pages = pages_of(browser, "clerk_b")
    wrong = [f"{place} shows {key}" for place, text in pages.items() for key in OF_A if title_of(key) in text]
    wrong += [
        f"{url} answered {status}"
        for url in objects_of_a(browser)
        if (status := browser.ask("clerk_b", "GET", url).status) != 404
    ]
    return wrong


def nothing_is_hidden_from_whom_it_belongs_to(browser: Browser) -> list[str]:
    """The office sees what both units handle, and a unit its own; else the look above shows nothing."""
    wrong = []
    for who, keys in (("supervisor", OF_A + OF_BOTH), ("clerk_a", OF_A + OF_BOTH), ("clerk_b", OF_BOTH)):
        for key in keys:
            url = reverse("proposals:detail", args=[browser.world.a.ids[f"proposal.{key}"]])
            status = browser.ask(who, "GET", url).status
            wrong += [f"{key} answered {status} to {who}"] if status != 200 else []
    inbox = {who: browser.ask(who, "GET", reverse("proposals:inbox")).text for who in ("clerk_a", "clerk_b")}
    wrong += ["the inbox of the first unit is empty"] if title_of("assigned") not in inbox["clerk_a"] else []
    wrong += ["the inbox of the second is empty"] if title_of("separate") not in inbox["clerk_b"] else []
    return wrong
