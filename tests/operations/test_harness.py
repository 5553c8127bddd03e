"""The ground of the tests itself: who they are in the database, and that they stay on this machine."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.utils import timezone


@pytest.mark.django_db
def test_database_in_tests_is_used_as_the_role_that_owns_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("tongxin_app", False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = 'tongxin_app'::regrole")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db(databases=["default", "owner"])
def test_owner_alias_when_asked_for_is_the_owner_of_the_same_database() -> None:
    found = set()
    for alias in ("default", "owner"):
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT current_database(), current_user")
            found.add(cursor.fetchone())
    names = {name for name, _role in found}
    assert len(names) == 1
    assert {role for _name, role in found} == {"tongxin_app", "tongxin_owner"}


def _add_session(number: int) -> int:
    Session.objects.create(session_key=f"thread-{number}", session_data="", expire_date=timezone.now())
    connection.close()
    return number


def test_fresh_db_with_threads_sees_what_each_committed(fresh_db: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(_add_session, range(8))) == list(range(8))
    assert Session.objects.count() == 8


def test_fresh_db_after_another_starts_empty(fresh_db: str) -> None:
    assert Session.objects.count() == 0


def test_sockets_to_another_machine_are_refused() -> None:
    with socket.socket() as outward, pytest.raises(PermissionError):
        outward.connect(("192.0.2.1", 80))
