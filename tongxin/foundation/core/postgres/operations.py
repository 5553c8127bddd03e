"""Migration operations for row-level security."""

from __future__ import annotations

from django.db.migrations.operations import RunSQL

# Both subselects are evaluated once per statement, not per row.
_IN_SCOPE = (
    "committee_id = ANY ((SELECT NULLIF(current_setting('tongxin.committees', true), '')::int[])::int[])"
)
_OWN = "user_id = (SELECT NULLIF(current_setting('tongxin.user', true), '')::uuid)"
_NOT_PUBLIC = "(SELECT coalesce(current_setting('tongxin.audience', true), '')) <> 'public'"


def isolate(table: str, *, own_rows: bool = False, public_when: str = "") -> RunSQL:
    """Let the application see and write only rows of the committees in scope.

    Args:
        table: a table with ``committee_id``.
        own_rows: also show rows whose ``user_id`` is the person at work (posts, notices).
        public_when: for the anonymous public, rows must also satisfy this condition.
    """
    seen = f"({_IN_SCOPE} OR {_OWN})" if own_rows else _IN_SCOPE
    if public_when:
        seen = f"{seen} AND ({_NOT_PUBLIC} OR ({public_when}))"
    return RunSQL(
        sql=[
            f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
            f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
            f'CREATE POLICY in_scope ON "{table}" USING ({seen}) WITH CHECK ({_IN_SCOPE})',
            # Migrations, backup and restore run as the owner and see everything.
            f'CREATE POLICY owner_sees_all ON "{table}" TO CURRENT_USER USING (true) WITH CHECK (true)',
        ],
        reverse_sql=[
            f'DROP POLICY in_scope ON "{table}"',
            f'DROP POLICY owner_sees_all ON "{table}"',
            f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY',
            f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
        ],
    )


def show_to_public(table: str, when: str) -> RunSQL:
    """Let the anonymous public see only those rows of an isolated table that satisfy a condition.

    Args:
        table: a table that ``isolate`` guards already.
        when: the condition; ``false`` where the public has no business at all.
    """
    return RunSQL(
        sql=f'ALTER POLICY in_scope ON "{table}" USING ({_IN_SCOPE} AND ({_NOT_PUBLIC} OR ({when})))',
        reverse_sql=f'ALTER POLICY in_scope ON "{table}" USING ({_IN_SCOPE})',
    )
