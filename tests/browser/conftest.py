"""A real server over a database of its own, and real browsers before it.

Server and database live as long as the test process; each journey works in a committee of its own.
"""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from playwright.sync_api import Browser, sync_playwright

from tests.browser.people import DESK, PASSWORD, PHONE, Person
from tests.conftest import ROOT, TEST_HOME, Databases

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from pytest_django import DjangoDbBlocker

    from tests.factories import House

# Where pictures of failed pages go; ignored by git.
FAILURES = TEST_HOME / "failures"
_ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)  # fmt: skip
_READY_SECONDS = 120


class Server:
    """`tongxin serve` with these settings, on a port of its own."""

    def __init__(self, **environment: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        # One worker answers as many people as a test has.
        settings = {"TONGXIN_WORKERS": "1", "TONGXIN_SECOND_FACTOR": "0", "PYTHONWARNINGS": "ignore"}
        self.log = (TEST_HOME / f"serve-{os.getpid()}-{self.port}.log").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config", "serve", "--port", str(self.port)],
            cwd=ROOT,
            env={**os.environ, **settings, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self.log,
        )

    def wait(self) -> None:
        give_up_at = time.monotonic() + _READY_SECONDS
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > give_up_at:
                self.log.seek(0)
                raise AssertionError(self.log.read()[-3000:])
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)) as connection:
                connection.request("GET", "/healthz")
                return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False

    def stop(self) -> None:
        fell_over = self.process.poll() is not None
        self.process.terminate()
        self.process.wait(60)
        self.log.seek(0)
        said = self.log.read()
        self.log.close()
        Path(self.log.name).unlink()
        # The pages of a failed test say only that something broke; here is what.
        assert (fell_over, "Traceback" in said) == (False, False), said[-3000:]


def address(databases: Databases, name: str) -> dict[str, str]:
    """Return the settings under which a server works on this database."""
    from config.embedded import OWNER  # noqa: PLC0415 (as in tests/conftest.py)

    return {"DATABASE_URL": databases.url(name), "DATABASE_OWNER_URL": databases.url(name, OWNER)}


@pytest.fixture(scope="session")
def site_db(databases: Databases) -> Iterator[str]:
    name = databases.clone()
    yield name
    databases.drop(name)


@pytest.fixture(scope="session")
def site(databases: Databases, site_db: str) -> Iterator[str]:
    """The address of a running installation without demo mode."""
    server = Server(**address(databases, site_db))
    try:
        server.wait()
        yield server.url
    finally:
        server.stop()


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """One Chromium for the tests of a file."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's loop stands still while a test asks the database.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        launched = playwright.chromium.launch(executable_path=chromium_path, args=list(_ARGUMENTS))
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def in_database(
    django_db_setup: None, databases: Databases, site_db: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Let tests of this file look into the database that the server works on."""
    from django.db import connections  # noqa: PLC0415

    with django_db_blocker.unblock():
        before = databases.use(site_db)
        yield
        connections.close_all()
        databases.use(before)


@pytest.fixture
def house(request: pytest.FixtureRequest, in_database: None) -> House:
    """A committee with everybody in it, of this test's own; its code is the test's parameter."""
    return inhabited(request.node.get_closest_marker("committee").args[0])


def inhabited(code: str) -> House:
    """Fill a committee with people who can sign in at the running server."""
    from tests.factories import make_house  # noqa: PLC0415 (settings are ready only now)

    with transaction.atomic():
        made = make_house(code)
    let_in(made)
    return made


def let_in(house: House) -> None:
    """Give everybody of the committee the password that the running server knows."""
    from tongxin.foundation.accounts.models import User  # noqa: PLC0415

    for user in house.users.values():
        user.password = real_password()
    User.objects.bulk_update(house.users.values(), ["password"])


_password: list[str] = []


def real_password() -> str:
    """The password of all, hashed as the running server expects it."""
    if not _password:
        from tongxin.foundation.accounts.hashers import TunedArgon2Hasher  # noqa: PLC0415

        hasher = TunedArgon2Hasher()
        _password.append(hasher.encode(PASSWORD, hasher.salt()))
    return _password[0]


@pytest.fixture
def somebody(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Callable[..., Person]]:
    """Make people at browsers; in the end none of their pages may have had a fault."""
    yield from _people(request, browser, site)


def _people(
    request: pytest.FixtureRequest, browser: Browser, site: str
) -> Generator[Callable[..., Person], None, None]:
    made: list[Person] = []

    def make(*, at: str = "phone", **context: Any) -> Person:
        made.append(Person(browser, site, PHONE if at == "phone" else DESK, **context))
        return made[-1]

    yield make
    if getattr(request.node, "failed", False):
        FAILURES.mkdir(parents=True, exist_ok=True)
        for n, person in enumerate(made):
            if not person.page.is_closed():
                person.page.screenshot(path=FAILURES / f"{request.node.name}-{n}.png", full_page=True)
    for person in made:
        person.context.close()
    assert [fault for person in made for fault in person.faults] == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call" and report.failed:
        item.failed = True  # type: ignore[attr-defined]
    return report
