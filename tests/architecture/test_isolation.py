"""Row-level security lies over every table of a committee, and the application's role cannot lift it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connections, transaction

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

_TABLES = """
SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,
    EXISTS (SELECT 1 FROM pg_policies p WHERE p.tablename = c.relname AND p.policyname = 'in_scope'
            AND p.qual LIKE '%%tongxin.committees%%' AND p.with_check LIKE '%%tongxin.committees%%')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'committee_id' AND NOT a.attisdropped
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') ORDER BY c.relname
"""


def open_tables(cursor: CursorWrapper) -> set[str]:
    """Return the tables of a committee that row-level security does not guard."""
    cursor.execute(_TABLES)
    return {name for name, *guards in cursor.fetchall() if not all(guards)}


def test_tables_with_a_committee_are_all_isolated() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(_TABLES)
        assert len(cursor.fetchall()) > 30
        assert open_tables(cursor) == set()


@pytest.mark.parametrize(
    "fault",
    [
        "CREATE TABLE planted (id int, committee_id int)",
        "ALTER TABLE proposals_reply NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE proposals_reply DISABLE ROW LEVEL SECURITY",
        "DROP POLICY in_scope ON proposals_reply",
        "ALTER POLICY in_scope ON proposals_reply USING (true)",
        "ALTER POLICY in_scope ON proposals_reply WITH CHECK (true)",
    ],
)
def test_open_tables_with_a_planted_fault_are_found(fault: str) -> None:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(fault)
        assert len(open_tables(cursor)) == 1
        transaction.set_rollback(True, using="owner")


def owned_by_the_application(cursor: CursorWrapper) -> set[str]:
    """Return what the application's role owns or may lift: nothing, if all is well."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = 'tongxin_app'"
        " UNION ALL SELECT proname FROM pg_proc WHERE pg_get_userbyid(proowner) = 'tongxin_app'"
        " UNION ALL SELECT nspname FROM pg_namespace WHERE pg_get_userbyid(nspowner) = 'tongxin_app'"
        " UNION ALL SELECT rolname FROM pg_roles WHERE rolname = 'tongxin_app' AND (rolsuper OR rolbypassrls"
        " OR rolcreaterole OR rolcreatedb)"
        " UNION ALL SELECT 'member of ' || r.rolname FROM pg_auth_members m"
        " JOIN pg_roles r ON r.oid = m.roleid WHERE m.member = 'tongxin_app'::regrole"
    )
    return {name for (name,) in cursor.fetchall()}


def test_application_role_owns_nothing_and_cannot_bypass() -> None:
    with connections["owner"].cursor() as cursor:
        assert owned_by_the_application(cursor) == set()


def test_application_role_tries_to_lift_the_guard_is_refused() -> None:
    from django.db import DatabaseError  # noqa: PLC0415

    for attempt in (
        "ALTER TABLE proposals_reply DISABLE ROW LEVEL SECURITY",
        "DROP POLICY in_scope ON proposals_reply",
        "SET ROLE tongxin_owner",
        "TRUNCATE audit_entry",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute(attempt)
