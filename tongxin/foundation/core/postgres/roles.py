"""The role under which the application works: it owns nothing and reads and writes what it is granted."""

from __future__ import annotations

from typing import Final

from django.db import connections
from psycopg import sql

from tongxin.foundation.core.postgres import APPEND_ONLY_TABLES

APP_ROLE: Final = "tongxin_app"


def ensure_app_role() -> None:
    """Make the application's role where it is missing (a PostgreSQL of the administrator's own)."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE])
        if cursor.fetchone():
            return
        role = sql.Identifier(APP_ROLE)
        cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN NOSUPERUSER NOBYPASSRLS").format(role))
        # The address given belongs to another role; each connection of the application steps down.
        cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))


def grant_to_app() -> None:
    """Let the application read and write every table, and only add to those that may only grow."""
    with connections["owner"].cursor() as cursor:
        names = {"app": sql.Identifier(APP_ROLE)}
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {app}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}",
            (
                "ALTER DEFAULT PRIVILEGES IN SCHEMA public"
                " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}"
            ),
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app}",
            # Which migrations have run is not the application's to change.
            "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {app}",
        ):
            cursor.execute(sql.SQL(statement).format(**names))
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            if table in APPEND_ONLY_TABLES:
                cursor.execute(
                    sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {app}").format(
                        table=sql.Identifier(table), **names
                    )
                )
