"""Texts that are kept encrypted, and codes that are kept as a hash, under the key of the installation's data."""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import cache

from cryptography.fernet import Fernet
from django.conf import settings


def encrypt(text: str, *, purpose: str) -> bytes | None:
    """Return the text as it is stored; nothing for an empty one.

    Fernet writes the second of encryption in clear before what it hides; here it is always the same one, so
    that nobody reads from it when something was said.

    Args:
        text: what to hide.
        purpose: each has a key of its own.
    """
    plain = text.strip()
    return _cipher(purpose).encrypt_at_time(plain.encode(), current_time=0) if plain else None


def decrypt(stored: bytes | memoryview | None, *, purpose: str) -> str:
    """Return the text; empty when there is none."""
    return _cipher(purpose).decrypt(bytes(stored)).decode() if stored else ""


def keyed_digest(text: str, *, purpose: str) -> bytes:
    """Return 32 bytes that nobody can compute without the installation's key."""
    return hmac.new(_key(purpose), text.encode(), hashlib.sha256).digest()


@cache
def _key(purpose: str) -> bytes:
    return hmac.new(settings.DATA_KEY.encode(), f"text {purpose}".encode(), hashlib.sha256).digest()


@cache
def _cipher(purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key(f"cipher {purpose}")))
