"""Phone numbers: encrypted at rest, found again by a keyed hash, shown masked."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import unicodedata
from functools import cache

from cryptography.fernet import Fernet
from django.conf import settings

_SHOWN_AT_EACH_END = 4


def normalise(number: str) -> str:
    """Return the digits of a number, without separators and without China's country code."""
    # NFKC turns full-width digits and signs into ordinary ones.
    digits = re.sub(r"[\s\-.()·–—]", "", unicodedata.normalize("NFKC", number))
    return re.sub(r"^(\+|00)?86(?=1\d{10}$)", "", digits)


def encrypt(number: str) -> bytes | None:
    """Return the number as stored; nothing for no number."""
    plain = normalise(number)
    return _cipher().encrypt(plain.encode()) if plain else None


def decrypt(stored: bytes | memoryview | None) -> str:
    """Return the number; empty when there is none."""
    return _cipher().decrypt(bytes(stored)).decode() if stored else ""


def blind_index(number: str) -> str | None:
    """Return what finds an account by its number without revealing the number."""
    plain = normalise(number)
    return hmac.new(_key("index"), plain.encode(), hashlib.sha256).hexdigest() if plain else None


def mask(number: str) -> str:
    """Return 138****8000."""
    if len(number) <= _SHOWN_AT_EACH_END + 3:
        return "****" if number else ""
    return f"{number[:3]}****{number[-_SHOWN_AT_EACH_END:]}"


@cache
def _key(purpose: str) -> bytes:
    return hmac.new(settings.DATA_KEY.encode(), f"phone {purpose}".encode(), hashlib.sha256).digest()


@cache
def _cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key("cipher")))
