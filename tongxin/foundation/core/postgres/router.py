"""Only the owner migrates."""

from __future__ import annotations


class OwnerMigrates:
    """The tables are made through the alias ``owner``; the application's own role may not change them."""

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        """Say whether migrations may run on this alias."""
        return db == "owner"
