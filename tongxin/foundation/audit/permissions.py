"""Who may read the log."""

from __future__ import annotations

# Words of ``organization.enums.Role``, which lies above this room.
READER_ROLES = ("auditor", "tenant_admin")
