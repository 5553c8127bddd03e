"""A form counts once: its second arrival does nothing and gets the first answer, and only its sender's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

from tests.access.expectations import LINES
from tests.access.filling import filled
from tests.access.probing import every_url
from tests.access.world import committee_tables, fingerprint, touched
from tongxin.foundation.core.once import new_key

if TYPE_CHECKING:
    from tests.access.world import Answer, Browser

_ANYBODY_FIRST = (
    "proposer",
    "submitter",
    "staff",
    "tenant_admin",
    "reviewer",
    "clerk_a",
    "leader_a",
    "clerk_b",
)


def is_once(view: Any) -> bool:
    """Say whether ``once`` stands anywhere in the decorators of a view."""
    while view is not None:
        if view.__code__.co_filename.endswith("/core/once.py"):
            return True
        view = getattr(view, "__wrapped__", None)
    return False


# Read when the tests are collected: a new view that counts once is covered by itself.
COUNT_ONCE = sorted(name for name, view in every_url().items() if is_once(view))


def sender_of(name: str) -> str:
    line = LINES[name]
    if line.is_public:
        return "anonymous"
    allowed = line.passes & line.targets[0].may
    return next((who for who in _ANYBODY_FIRST if who in allowed), min(allowed))


def send_twice(browser: Browser, name: str) -> tuple[Answer, Answer, bool]:
    """Send the form of a page twice with one key; say whether the second arrival changed anything."""
    who = sender_of(name)
    with transaction.atomic():
        url, data = filled(browser, name, who)
        data["once"] = str(new_key())
        first = browser.ask(who, "POST", url, _again(data))
        with transaction.atomic():
            known = touched()
            second = browser.ask(who, "POST", url, _again(data))
            looked_at = {*committee_tables(), "accounts_user"}
            written = sorted(t for t, n in touched().items() if n != known.get(t) and t in looked_at)
            after = fingerprint(written, browser.world.committee_ids)
            transaction.set_rollback(True)
        changed = after != fingerprint(written, browser.world.committee_ids)
        transaction.set_rollback(True)
    return first, second, changed


def _again(data: dict[str, Any]) -> dict[str, Any]:
    for value in data.values():
        if hasattr(value, "seek"):
            value.seek(0)
    return data


def acts_twice(browser: Browser, name: str) -> list[str]:
    return wrong_with(name, *send_twice(browser, name))


def wrong_with(name: str, first: Answer, second: Answer, changed: bool) -> list[str]:  # noqa: FBT001 (as it came)
    wrong = []
    if first.status == 302 and (second.status, second.location) != (302, first.location):
        wrong.append(f"{name}: first {first.status} {first.location}, then {second.status} {second.location}")
    if changed:
        wrong.append(f"{name}: the second arrival changed something")
    return wrong


def keys_belong_to_one_person(browser: Browser) -> list[str]:
    """Let two people send a form with the same key: neither learns where the other was led."""
    key = str(new_key())
    with transaction.atomic():
        data = {"title": "同一个钥匙", "once": key}
        first = browser.ask("proposer", "POST", "/proposals/new/", data)
        other = browser.ask("outsider", "POST", "/proposals/new/", data)
        again = browser.ask("proposer", "POST", "/proposals/new/", data)
        transaction.set_rollback(True)
    wrong = []
    if other.location == first.location:
        wrong.append("another person's key led to the first one's proposal")
    if again.location != first.location:
        wrong.append("another person's use of the key changed where its owner is led")
    return wrong


# What a page's own form, filled in with something, is not enough for.
_NEED_MORE = {
    "grassroots:approve_scheme",
    "grassroots:head_account",
    "grassroots:node_charge",
    "grassroots:node_worker",
    "grassroots:session_ledger_undo",
    "journeys:tell_back",
    "topics:list_decide",
    "topics:paper",
    "deadlines:set_day",
    "organization:committee_open",
    "organization:member_add",
    "organization:member_edit",
    "organization:post_add",
    "organization:terms_add",
    "organization:unit_rename",
    "organization:unit_split",
    "proposals:advise",
    "proposals:attach",
    "proposals:attach_stamp",
    "proposals:enter",
    "proposals:merge",
}


@pytest.mark.parametrize("name", COUNT_ONCE)
def test_form_sent_twice_counts_once(browser: Browser, name: str) -> None:
    first, second, changed = send_twice(browser, name)
    assert wrong_with(name, first, second, changed) == []
    # Else sending it twice would show nothing.
    assert first.status == 302 or name in _NEED_MORE


def test_key_of_another_person_leaks_nothing(browser: Browser) -> None:
    assert keys_belong_to_one_person(browser) == []


def test_views_that_create_count_once() -> None:
    creating = [
        n
        for n in LINES
        if n.endswith(("_add", ":new", ":enter", ":attach", ":assign", ":assign_many", ":roster"))
    ]
    assert sorted(set(creating) - set(COUNT_ONCE)) == []
