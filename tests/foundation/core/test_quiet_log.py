"""What the log says of public pages."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from collections.abc import Iterator

RECEIPT = "/p/620881/r/abcdefghjk/"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the installation's handler writes."""
    (name,) = settings.LOGGING["handlers"]["console"]["filters"]
    handler = logging.StreamHandler(io.StringIO())
    handler.addFilter(import_string(settings.LOGGING["filters"][name]["()"])())
    logging.getLogger().addHandler(handler)
    yield handler.stream
    logging.getLogger().removeHandler(handler)


@pytest.mark.parametrize("path", [RECEIPT, "/p/620881/c/23456789abcd/say/"])
def test_wrong_public_address_is_not_logged(log: io.StringIO, path: str) -> None:
    logging.getLogger("django.request").warning("%s: %s", "Not Found", path)
    logging.getLogger("django.security.csrf").warning("Forbidden (%s): %s", "no cookie", path)
    assert log.getvalue() == ""


def test_fault_of_ours_is_logged_without_the_receipt(log: io.StringIO) -> None:
    logging.getLogger("django.request").error("%s: %s", "Internal Server Error", f"{RECEIPT}objection/")
    assert log.getvalue() == "Internal Server Error: /p/620881/r/…\n"


def test_other_addresses_are_logged(log: io.StringIO) -> None:
    logging.getLogger("django.request").warning("%s: %s", "Not Found", "/proposals/x/")
    assert log.getvalue() == "Not Found: /proposals/x/\n"
