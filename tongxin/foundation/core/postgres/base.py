"""The database wrapper; Django loads it by the name of the package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from tongxin.foundation.core import tenancy

if TYPE_CHECKING:
    from tongxin.foundation.core.tenancy import Scope


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL, told the scope before the first statement that runs in it.

    The setting is local to the transaction and follows ``tenancy.current()``: whenever a cursor is asked for
    and the scope is no longer the one that PostgreSQL was told, it is told again first. Opening and leaving a
    scope without a query in it costs nothing.
    """

    # What PostgreSQL was told in this transaction; None when it may be something else.
    _told: Scope | None = tenancy.NOTHING

    def create_cursor(self, name: str | None = None) -> Any:  # noqa: ANN401 (Django's own return type)
        """Return a cursor whose statements run in the present scope."""
        self._tell_scope()
        return super().create_cursor(name)

    def _set_autocommit(self, autocommit: bool) -> None:  # noqa: FBT001 (Django's signature)
        super()._set_autocommit(autocommit)  # type: ignore[misc]  # the stubs do not know it
        self._told = tenancy.NOTHING

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        # The setting is again what it was at the savepoint, which nobody remembers.
        self._told = None

    def _tell_scope(self) -> None:
        scope = tenancy.current()
        if scope == self._told or self.autocommit or self.connection is None:
            return
        if self.connection.info.transaction_status == TransactionStatus.INERROR:
            return
        with self.wrap_database_errors:
            self.connection.execute(
                "SELECT set_config('tongxin.committees', %s, true),"
                " set_config('tongxin.user', %s, true), set_config('tongxin.audience', %s, true),"
                # Pages join many small tables in the order in which we write them. Trying all orders of eight
                # tables takes the planner longer than the query takes to run (3 ms against 0.4 ms).
                " set_config('join_collapse_limit', '4', true)",
                (scope.committees_literal, str(scope.user_id or ""), scope.audience),
            )
        self._told = scope
