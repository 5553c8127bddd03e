"""By what a voice and the author of a statement are found again, without anybody else finding them.

Both are keyed hashes; the key (``TONGXIN_DATA_KEY``) lies outside the database. A voice and the statements of the
same person have different hashes, so that not even those two can be joined.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.foundation.core.ciphers import keyed_digest

if TYPE_CHECKING:
    from uuid import UUID


def member_secret(user_id: UUID) -> str:
    """Return what stands for a member who is signed in: one voice, on whichever device."""
    return f"member {user_id}"


def device_secret(token: str) -> str:
    """Return what stands for a device of the public, by the token in its cookie."""
    return f"device {token}"


def voice_index(conversation_id: UUID, secret: str) -> str:
    """Return by what a voice is found."""
    return keyed_digest(f"{conversation_id} {secret}", purpose="conversation voice").hex()


def author_index(conversation_id: UUID, secret: str) -> str:
    """Return by what an author finds the own statements."""
    return keyed_digest(f"{conversation_id} {secret}", purpose="conversation author").hex()
