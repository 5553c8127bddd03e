"""The world in a database of its own, made once per process; every test leaves it as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoDbBlocker

    from tests.access.world import Browser, World
    from tests.conftest import Databases


@pytest.fixture(scope="session")
def made_world(
    django_db_setup: None, databases: Databases, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[str, World]]:
    """The name of the database and what lies in it."""
    from django.db import connections  # noqa: PLC0415

    from tests.access.world import build_world  # noqa: PLC0415 (apps are not ready before)

    with django_db_blocker.unblock():
        name = databases.clone()
        before = databases.use(name)
        try:
            world = build_world()
        finally:
            connections.close_all()
            databases.use(before)
        yield name, world
        databases.drop(name)


@pytest.fixture
def world(
    made_world: tuple[str, World], databases: Databases, django_db_blocker: DjangoDbBlocker
) -> Iterator[World]:
    """The world, within a transaction that is rolled back."""
    from django.db import connections, transaction  # noqa: PLC0415

    from tests.access.world import TODAY, forget  # noqa: PLC0415
    from tongxin.foundation.core import clock  # noqa: PLC0415

    name, world = made_world
    with django_db_blocker.unblock():
        before = databases.use(name)
        forget()
        try:
            with clock.at(TODAY), transaction.atomic():
                yield world
                transaction.set_rollback(True)
        finally:
            forget()
            connections.close_all()
            databases.use(before)


@pytest.fixture
def browser(world: World) -> Iterator[Browser]:
    """Ask in this world."""
    from tests.access.world import Browser  # noqa: PLC0415

    with Browser(world).listening() as asking:
        yield asking


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much was asked."""
    totals: dict[str, int] = {}
    for report in terminalreporter.stats.get("passed", []) + terminalreporter.stats.get("failed", []):
        for name, value in getattr(report, "user_properties", ()):
            if name in {"probes", "faults", "payloads"} and report.when == "call":
                totals[name] = totals.get(name, 0) + int(value)
    if totals:
        terminalreporter.write_line("access: " + ", ".join(f"{n} {name}" for name, n in totals.items()))
