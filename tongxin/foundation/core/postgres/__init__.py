"""A PostgreSQL backend that carries the scope of the running work into every transaction.

Django's own backend, plus one thing: before a statement runs, PostgreSQL has been told which committees are
in scope (``core.tenancy``). Row-level security reads that. The setting is local to the transaction, so it also
holds behind a transaction pooler, and outside a transaction nothing of a committee can be read at all.
"""

# Tables to which the application may only add. Migrations and `tongxin init` grant accordingly.
APPEND_ONLY_TABLES = frozenset({"audit_entry"})
