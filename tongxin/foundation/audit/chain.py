"""How entries are bound together: pure functions of the entry and a key outside the database."""

from __future__ import annotations

import hashlib
import hmac
import json
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


def entry_hash(  # every column of an entry takes part
    *,
    chain: str,
    seq: int,
    committee_id: int | None,
    at: datetime,
    user_id: UUID | None,
    user_name: str,
    action: str,
    target: str,
    detail: dict[str, Any],
    previous_hash: str,
) -> str:
    """Return the keyed hash of an entry and of the one before it (hexadecimal, 64 characters)."""
    content = json.dumps(
        [
            chain,
            seq,
            committee_id,
            int(at.timestamp() * 1_000_000),
            str(user_id or ""),
            user_name,
            action,
            target,
            detail,
            previous_hash,
        ],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hmac.new(_key(), content.encode(), hashlib.sha256).hexdigest()


def head_seal(chain: str, entries: int, last_hash: str) -> str:
    """Return the keyed hash over the length and the end of a chain."""
    return hmac.new(_key(), f"head:{chain}:{entries}:{last_hash}".encode(), hashlib.sha256).hexdigest()


@cache
def _key() -> bytes:
    return settings.AUDIT_KEY.encode()
