"""How somebody who said something may be reached: encrypted, shown to who has a reason, removed in time."""

from __future__ import annotations

from tongxin.foundation.core import ciphers

_PURPOSE = "contact of a saying"


def encrypt_contact(contact: str) -> bytes | None:
    """Return a phone number or the name in a messenger as it is stored; nothing for none."""
    return ciphers.encrypt(contact, purpose=_PURPOSE)


def decrypt_contact(stored: bytes | memoryview | None) -> str:
    """Return it in clear; empty when there is none. Who calls this writes down who asked, and why."""
    return ciphers.decrypt(stored, purpose=_PURPOSE)
