"""What every answer carries, and what no page contains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from lxml import html

from tests.access.expectations import LINES

if TYPE_CHECKING:
    from tests.access.world import Browser

# Scripts of ours that a browser asks for by address; it asks each time whether they are still the same.
RUN_BY_BROWSERS = ("worker",)


@pytest.mark.parametrize("name", sorted(n for n, line in LINES.items() if "GET" in line.methods))
def test_page_carries_its_guards(browser: Browser, name: str) -> None:
    line = LINES[name]
    target = next(t for t in line.targets if t.may)
    who = max(line.passes & target.may)
    wrong = []
    with transaction.atomic():
        answer = browser.ask(who, "GET", reverse(name, kwargs=target.args(browser.world.a)))
        transaction.set_rollback(True)
    headers = answer.headers
    policy = headers.get("Content-Security-Policy", "")
    wrong += ["no policy"] if "default-src 'none'" not in policy or "unsafe" in policy else []
    wrong += ["sniffable"] if headers.get("X-Content-Type-Options") != "nosniff" else []
    wrong += ["framed"] if headers.get("X-Frame-Options") != "DENY" else []
    fresh = "no-cache" if name in RUN_BY_BROWSERS else "no-store"
    wrong += ["kept by caches"] if fresh not in headers.get("Cache-Control", "") else []
    wrong += ["tells where from"] if headers.get("Referrer-Policy") != "same-origin" else []
    for cookie in answer.cookies.values():
        if not cookie["samesite"] or not (cookie["httponly"] or cookie.key == settings.CSRF_COOKIE_NAME):
            wrong.append(f"cookie {cookie.key}")
    kind = headers.get("Content-Type", "")
    if answer.status == 200 and "text/html" in kind:
        wrong += inline_parts(answer.text)
    elif (
        answer.status == 200
        and name not in {"healthz", *RUN_BY_BROWSERS}
        and "attachment" not in headers.get("Content-Disposition", "")
        # A picture of our own making, in a box of its own.
        and not (kind.startswith("image/") and policy.startswith("sandbox;"))
    ):
        wrong.append(f"{kind} is not saved but shown")
    assert wrong == []


def inline_parts(page: str) -> list[str]:
    """Return every inline script, style and handler of a page."""
    found = []
    for element in html.fromstring(page).iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag == "style":
            found.append("<style>")
        if element.tag == "script" and not element.get("src") and element.get("type") != "application/json":
            found.append("<script>")
        found += [
            f"{element.tag} {a}" for a in element.attrib if a == "style" or a.startswith(("on", "hx-on"))
        ]
    return found


def test_upload_is_saved_and_never_run(browser: Browser) -> None:
    ids = browser.world.a.ids
    for who, url in (
        ("proposer", reverse("files:download", args=[ids["file.draft"]]) + "?inline=1"),
        ("anonymous", reverse("publishing:file", args=["620881", ids["file.public"]])),
    ):
        headers = browser.ask(who, "GET", url).headers
        assert headers["Content-Disposition"].startswith("attachment")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_refusals_carry_the_same_guards(browser: Browser) -> None:
    for who, url, status in (
        ("proposer", "/proposals/settings/", 403),
        ("staff", "/proposals/01999999-9999-7999-8999-999999999999/", 404),
        ("anonymous", "/nowhere/", 404),
    ):
        answer = browser.ask(who, "GET", url)
        assert answer.status == status
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in answer.headers["Cache-Control"]


def test_session_cookie_stays_with_the_browser() -> None:
    assert (settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE) == (True, "Lax")
    assert settings.CSRF_COOKIE_SAMESITE == "Lax"
