"""The service worker: at the root, public, and new whenever a file that it keeps is new."""

from __future__ import annotations

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client, override_settings
from django.urls import reverse

from tongxin.foundation.core import views

pytestmark = pytest.mark.django_db


def script() -> str:
    return Client().get(reverse("worker")).content.decode()


def test_worker_is_served_to_everybody_at_the_root_and_is_asked_for_anew() -> None:
    answer = Client().get("/sw.js")
    assert (answer.status_code, answer.headers["Content-Type"], answer.headers["Cache-Control"]) == (
        200,
        "text/javascript",
        "no-cache",
    )


def test_worker_may_be_registered_under_the_content_policy() -> None:
    policy = Client().get("/sw.js").headers["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert (rules["worker-src"], rules["child-src"], rules["frame-src"]) == ("'self'", "'self'", "'none'")


def test_worker_names_every_file_of_the_page_and_each_exists() -> None:
    listed = re.search(r"const FILES = \[(.*)\];", script())
    assert listed is not None
    names = [name.removeprefix("/static/") for name in re.findall(r'"([^"]+)"', listed[1])]
    assert names == list(views._KEPT_FILES)
    assert [name for name in names if finders.find(name) is None] == []


def test_worker_with_other_files_has_another_cache() -> None:
    def cache() -> str:
        found = re.search(r'STATIC = "([^"]+)"', script())
        assert found is not None
        return found[1]

    before = cache()
    with override_settings(STATIC_URL="/other/"):
        assert cache() != before
    assert cache() == before
