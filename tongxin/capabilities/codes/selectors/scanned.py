"""What the page asks that somebody reached by scanning."""

from __future__ import annotations

from tongxin.capabilities.codes.models import ALPHABET, AccessCode
from tongxin.foundation.core import clock

_SIGNS = frozenset(ALPHABET)


def find_active(committee_id: int, token: str) -> AccessCode | None:
    """Return the code in force that somebody scanned, with its place or event; None for every other token.

    One query, the same for unknown, suspended, revoked and foreign tokens, so that the time of the answer tells
    nothing. Runs in the caller's scope: the public finds an event only when it is announced.
    """
    asked = token if _SIGNS.issuperset(token) else ""
    found: AccessCode | None = (
        AccessCode.objects.active()
        .filter(committee_id=committee_id, token=asked)
        .select_related("committee", "node__station", "node__place", "matter")
        .first()
    )
    # What the scope hides was not joined.
    if found is None or (found.node is None and found.matter is None):
        return None
    has_ended = found.node and found.node.ended_on and found.node.ended_on <= clock.today()
    return None if has_ended else found
