"""How entries are bound together: pure functions of the entry and a key outside the database."""

from __future__ import annotations

import hmac
import json
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Callable

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# Keys in order and nothing between: one text for one content, whatever order the database gives back.
_canonical: Callable[[Any], str] = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode


def entry_hash(
    *,
    chain: str,
    seq: int,
    committee_id: int | None,
    at_microseconds: int,
    user_id: str,
    user_name: str,
    action: str,
    target: str,
    detail: dict[str, Any],
    previous_hash: str,
) -> str:
    """Return the keyed hash of an entry and of the one before it (hexadecimal, 64 characters).

    Args:
        chain: the chain it belongs to.
        seq: its place in the chain, from 1.
        committee_id: the committee, or None for the installation's own chain.
        at_microseconds: the instant, counted from 1970 in UTC.
        user_id: the account, or empty text.
        user_name: the name as it was.
        action: what was done.
        target: what it was done to.
        detail: plain JSON content as ``plain`` returns it.
        previous_hash: hash of the entry before; empty text for the first.
    """
    content = _canonical(
        [chain, seq, committee_id, at_microseconds, user_id, user_name, action, target, detail, previous_hash]
    )
    return _keyed(content)


def head_seal(chain: str, entries: int, last_hash: str) -> str:
    """Return the keyed hash over the length and the end of a chain."""
    return _keyed(f"head:{chain}:{entries}:{last_hash}")


def anchor_seal(previous_seal: str, at: str, chain: str, entries: int, last_hash: str) -> str:
    """Return the keyed hash over one line of the file of anchors and the line before it."""
    return _keyed(f"anchor:{previous_seal}:{at}:{chain}:{entries}:{last_hash}")


def microseconds(at: datetime) -> int:
    """Return an instant as PostgreSQL keeps it, exactly; a float would lose the last digit."""
    return (at - _EPOCH) // _MICROSECOND


def same(seal: str, expected: str) -> bool:
    """Compare seals; a forged one may hold anything."""
    return hmac.compare_digest(seal.encode("utf-8", "replace"), expected.encode())


def plain(value: object) -> Any:  # noqa: ANN401, PLR0911 (what JSON can hold; one line for each kind)
    """Return a value in a form that comes back from the database exactly as it went in.

    Fractions become text: PostgreSQL would give 1e22 back as a whole number. Dates, identifiers, lazy
    translations and everything else become the text that people know them by.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, dict):
        return {plain_text(str(key)): plain(inner) for key, inner in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((plain(inner) for inner in value), key=str)
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, date):  # instants too
        return value.isoformat()
    return plain_text(str(value))


def plain_text(text: str, most: int | None = None) -> str:
    """Return text that PostgreSQL stores unchanged: no NUL, no half characters, not too long."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()[:most]


def _keyed(content: str) -> str:
    return hmac.digest(_key(), content.encode(), "sha256").hex()


@cache
def _key() -> bytes:
    return settings.AUDIT_KEY.encode()
