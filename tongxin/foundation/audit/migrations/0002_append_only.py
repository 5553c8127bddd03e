"""The application may add to the log and read its committee's part of it, nothing else."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

_IN_SCOPE = (
    "committee_id IS NULL OR committee_id ="
    " ANY ((SELECT NULLIF(current_setting('tongxin.committees', true), '')::int[])::int[])"
)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("audit", "0001_initial")]

    # `tongxin init` grants only SELECT and INSERT on this table (core.postgres.APPEND_ONLY_TABLES).
    operations: ClassVar = [
        migrations.RunSQL(
            sql=[
                "ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY",
                "ALTER TABLE audit_entry FORCE ROW LEVEL SECURITY",
                f"CREATE POLICY in_scope ON audit_entry USING ({_IN_SCOPE}) WITH CHECK ({_IN_SCOPE})",
                "CREATE POLICY owner_sees_all ON audit_entry TO CURRENT_USER USING (true) WITH CHECK (true)",
            ],
            reverse_sql=[
                "DROP POLICY in_scope ON audit_entry",
                "DROP POLICY owner_sees_all ON audit_entry",
                "ALTER TABLE audit_entry NO FORCE ROW LEVEL SECURITY",
                "ALTER TABLE audit_entry DISABLE ROW LEVEL SECURITY",
            ],
        )
    ]
