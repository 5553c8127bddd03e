"""Every URL × method × person × {own, another unit's, another committee's, missing}.

A URL without a line: add one to ``LINES`` in ``tests/access/expectations.py`` from what the specification
says of it (roles, methods, and for each object who may reach it), make the object in ``world.py`` if there is
none, then run ``python -m tests.access.document`` to bring ``docs/access-matrix.md`` up to date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.urls import get_resolver

from tests.access import document
from tests.access.expectations import LINES
from tests.access.probing import Prober, every_url
from tongxin.foundation.core.access import Policy

if TYPE_CHECKING:
    from tests.access.world import Browser

HANDLERS = ("handler403", "handler404", "handler500")


def test_urls_each_have_a_line_in_the_expectations() -> None:
    missing = sorted(set(every_url()) - set(LINES))
    gone = sorted(set(LINES) - set(every_url()))
    assert missing == [], f"no line in tests/access/expectations.py for {missing}: {__doc__}"
    assert gone == [], f"tests/access/expectations.py has lines for URLs that are gone: {gone}"


def test_urls_each_declare_a_policy() -> None:
    assert [
        n for n, view in every_url().items() if not isinstance(getattr(view, "policy", None), Policy)
    ] == []


def test_views_none_is_exempt_from_the_token_of_forms() -> None:
    assert [n for n, view in every_url().items() if getattr(view, "csrf_exempt", False)] == []


def test_error_pages_are_our_own() -> None:
    found = {name: getattr(get_resolver().urlconf_module, name, "") for name in HANDLERS}
    assert {
        n: str(v).startswith("tongxin.foundation.core.views.") for n, v in found.items()
    } == dict.fromkeys(HANDLERS, True)


def test_default_deny_stands_in_the_middleware() -> None:
    assert "tongxin.foundation.core.middleware.DefaultDeny" in settings.MIDDLEWARE


def test_demo_outside_demo_mode_does_not_exist(browser: Browser) -> None:
    assert [browser.ask("anonymous", "GET", f"/demo/{p}").status for p in ("", "enter/", "tour/")] == [
        404
    ] * 3


@pytest.mark.parametrize("name", sorted(LINES))
def test_url_answers_everybody_as_written(browser: Browser, name: str, record_property: Any) -> None:
    prober = Prober(browser)
    prober.check(name)
    if "POST" in LINES[name].methods:
        prober.without_token(name)
    record_property("probes", prober.report.probes)
    assert prober.report.failures == []


def test_document_is_up_to_date() -> None:
    assert document.PATH.read_text(encoding="utf-8") == document.written(), (
        "the access matrix has changed: run `python -m tests.access.document`"
    )
