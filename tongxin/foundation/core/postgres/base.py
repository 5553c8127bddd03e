"""The database wrapper; Django loads it by the name of the package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from tongxin.foundation.core import tenancy

if TYPE_CHECKING:
    from tongxin.foundation.core.tenancy import Scope


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL, with the scope set at the beginning of every transaction."""

    def _set_autocommit(self, autocommit: bool) -> None:  # noqa: FBT001 (Django's signature)
        super()._set_autocommit(autocommit)  # type: ignore[misc]  # the stubs do not know it
        if not autocommit and (scope := tenancy.current()) != tenancy.NOTHING:
            self.apply_scope(scope)

    def apply_scope(self, scope: Scope) -> None:
        """Tell PostgreSQL the scope for the rest of this transaction; in a failed one do nothing."""
        if self.connection is None or self.connection.info.transaction_status == TransactionStatus.INERROR:
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
