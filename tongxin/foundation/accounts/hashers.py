"""Passwords: hashed slowly on purpose, and never more at once than the machine can bear."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.utils.translation import gettext as _

from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

# One computation fills a core and 32 MiB; a process takes two at once, so pages still get their turn.
AT_ONCE = 2
# Two every 100 ms means that forty people are served before anybody waits this long.
_LONGEST_WAIT_SECONDS = 4.0
_turns = threading.BoundedSemaphore(AT_ONCE)


class TooBusy(Refused):
    """Too many people sign in at this moment; the one who asks should try again shortly."""


@contextmanager
def turn() -> Iterator[None]:
    """Wait for one's turn to compute a hash.

    Raises:
        TooBusy: it did not come in time.
    """
    if not _turns.acquire(timeout=_LONGEST_WAIT_SECONDS):
        raise TooBusy(_("现在登录的人太多，请过半分钟再试。您没有做错什么。"))
    try:
        yield
    finally:
        _turns.release()


class TunedArgon2Hasher(Argon2PasswordHasher):
    """Argon2id within 150 ms.

    Two passes over 32 MiB on one lane take about 90 ms on one core of the machine this was measured on
    (OWASP asks for at least two passes over 19 MiB). More lanes would only take the other core from
    somebody else's page. `tests/foundation/accounts/test_hashers.py` measures it.
    """

    time_cost = 2
    memory_cost = 32 * 1024  # KiB
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Return the hash to be stored."""
        with turn():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Say whether the password belongs to the stored hash."""
        with turn():
            return super().verify(password, encoded)
