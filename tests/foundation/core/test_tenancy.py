"""The scope that PostgreSQL enforces is always the one that the code is in."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from tongxin.foundation.core import tenancy

pytestmark = pytest.mark.django_db


def told() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('tongxin.committees', true), '')")
        return str(cursor.fetchone()[0])


def test_scope_is_told_before_the_first_statement_and_taken_back_after_the_block() -> None:
    with tenancy.scope([7, 3, 7]):
        assert told() == "{3,7}"
        with tenancy.scope([5]):
            assert told() == "{5}"
        assert told() == "{3,7}"
    assert told() == ""


def test_scope_after_a_savepoint_was_rolled_back_is_the_present_one() -> None:
    with tenancy.scope([3]):
        try:
            with transaction.atomic(), tenancy.scope([5]):
                assert told() == "{5}"
                raise LookupError
        except LookupError:
            pass
        assert told() == "{3}"
    assert told() == ""


def test_scope_left_after_a_rollback_inside_it_leaves_nothing_behind() -> None:
    with tenancy.scope([3]):
        assert told() == "{3}"
        try:
            with transaction.atomic():
                raise LookupError
        except LookupError:
            pass
    assert told() == ""
