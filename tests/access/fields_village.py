"""What may stand on a page of the grass roots that opens: sayings, contacts, names of villagers, others' points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from tests.access.expectations import LINES
from tests.access.world_village import CONTACT_OF_VOICE, SECRET_OF_VOICE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.access.world import Browser

# Who decides about what was said in the first village, and who looks for the office.
_READ_SAYINGS = {"staff", "reviewer", "leader", "auditor", "head", "worker"}
# Somebody for each way of looking who reads no saying of the first village.
_OTHERS = ("anonymous", "proposer", "outsider", "clerk_a", "clerk_b", "tenant_admin", "head2", "system_admin")
# Came to sessions of both villages as one of the people; no member, no unit.
VILLAGER = "张桂兰"
_READ_VILLAGERS = {"staff", "reviewer", "leader", "auditor", "head", "worker", "head2", "proposer"}
_ROOMS = ("topics:", "grassroots:", "codes:", "journeys:", "statistics:", "front:", "publishing:")
_EVERYWHERE = ("home", "search", "notices:list")
STATIONS = {"head": "东华镇委员工作站", "head2": "安口镇委员工作站"}


def _pages(browser: Browser, who: str) -> Iterator[tuple[str, str]]:
    """Open every page of the grass roots that opens for somebody, each of its objects too."""
    for name, line in LINES.items():
        if "GET" not in line.methods or not name.startswith((*_ROOMS, *_EVERYWHERE)):
            continue
        for target in line.targets:
            if who not in line.passes & target.may:
                continue
            with transaction.atomic():
                answer = browser.ask(who, "GET", reverse(name, kwargs=target.args(browser.world.a)))
                transaction.set_rollback(True)
            yield f"{name} {target.label}", answer.text


def sayings_are_for_who_decides(browser: Browser) -> list[str]:
    """What somebody said stands in their words on no page of those who do not decide about it.

    Whoever holds the receipt reads there what they said themselves.
    """
    return [
        f"{place} shows a saying to {who}"
        for who in _OTHERS
        for place, text in _pages(browser, who)
        if SECRET_OF_VOICE in text and not place.startswith("front:receipt")
    ]


def sayings_are_read_by_who_decides(browser: Browser) -> list[str]:
    """They are really on the page of their topic; else the check above shows nothing."""
    url = reverse("topics:detail", args=[browser.world.a.ids["topic.collected"]])
    return [
        f"the topic says nothing to {who}"
        for who in sorted(_READ_SAYINGS)
        if SECRET_OF_VOICE not in browser.ask(who, "GET", url).text
    ]


def contacts_stand_on_no_page(browser: Browser) -> list[str]:
    """How to reach somebody is shown after a click with a reason, never by opening a page."""
    return [
        f"{place} shows a contact to {who}"
        for who in ("staff", "head", "leader", "anonymous")
        for place, text in _pages(browser, who)
        if CONTACT_OF_VOICE in text
    ]


def villagers_are_named_to_the_table(browser: Browser) -> list[str]:
    """Who came of the people is for the office, who keeps the session, and who sat at the table."""
    return [
        f"{place} names a villager to {who}"
        for who in _OTHERS
        if who not in _READ_VILLAGERS
        for place, text in _pages(browser, who)
        if VILLAGER in text
    ]


def heads_see_their_own_points(browser: Browser) -> list[str]:
    """Until it is approved the page of a scheme names no other station to a head."""
    wrong = []
    url = reverse("grassroots:scheme", args=[browser.world.a.ids["scheme.open"]])
    for who, own in STATIONS.items():
        text = browser.ask(who, "GET", url).text
        wrong += [f"the scheme names {n} to {who}" for n in STATIONS.values() if n != own and n in text]
        wrong += [f"the scheme says nothing of {who}"] if own not in text else []
    return wrong


LOOKS = [
    sayings_are_for_who_decides,
    sayings_are_read_by_who_decides,
    contacts_stand_on_no_page,
    villagers_are_named_to_the_table,
    heads_see_their_own_points,
]
