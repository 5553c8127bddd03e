"""Only the owner migrates."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model

_as_owner: ContextVar[bool] = ContextVar("as_owner", default=False)


@contextmanager
def as_owner() -> Iterator[None]:
    """Send every query that names no connection to the owner's, until the block ends.

    Migrations of other packages sometimes forget to name theirs (django-tasks-db 0016); over the
    application's connection such a query would wait for the migration's own locks, for ever.
    """
    token = _as_owner.set(True)
    try:
        yield
    finally:
        _as_owner.reset(token)


class OwnerMigrates:
    """The tables are made through the alias ``owner``; the application's own role may not change them."""

    def allow_migrate(self, db: str, _app_label: str, **_hints: object) -> bool:
        """Say whether migrations may run on this alias."""
        return db == "owner"

    def db_for_read(self, _model: type[Model], **_hints: object) -> str | None:
        """Choose the connection for a query that names none."""
        return "owner" if _as_owner.get() else None

    def db_for_write(self, _model: type[Model], **_hints: object) -> str | None:
        """Choose the connection for a change that names none."""
        return "owner" if _as_owner.get() else None
