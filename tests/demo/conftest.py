"""The addresses are read before a test turns the demo on: outside it none of its pages exists.

Loading takes seconds. Tests that only look at what was loaded share it: it lies in a database of its own, and
each of them works in a transaction that is rolled back.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from pytest_django import DjangoDbBlocker

    from tests.conftest import Databases


@pytest.fixture(scope="session", autouse=True)
def _addresses() -> None:
    import config.urls  # noqa: F401, PLC0415 (the apps are not ready before)


@pytest.fixture(scope="session")
def within(
    django_db_setup: None, databases: Databases, django_db_blocker: DjangoDbBlocker
) -> Iterator[Callable[[Callable[[], None]], AbstractContextManager[None]]]:
    """Let a test work on what this function loads, which is called once a process."""
    from django.db import connections, transaction  # noqa: PLC0415

    from tests.access.world import forget  # noqa: PLC0415

    made: dict[Callable[[], None], str] = {}

    @contextmanager
    def using(name: str) -> Iterator[None]:
        before = databases.use(name)
        forget()
        try:
            yield
        finally:
            forget()
            connections.close_all()
            databases.use(before)

    @contextmanager
    def work(load: Callable[[], None]) -> Iterator[None]:
        with django_db_blocker.unblock():
            if load not in made:
                name = databases.clone()
                with using(name):
                    load()
                made[load] = name
            with using(made[load]), transaction.atomic():
                yield
                transaction.set_rollback(True)

    yield work
    with django_db_blocker.unblock():
        for name in made.values():
            databases.drop(name)
