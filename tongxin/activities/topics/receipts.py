"""The code by which somebody without a name finds again what they said.

It is computed from a number that the form or the phone made (the nonce), so the same form sent again, from
whatever network, gives the same code; nothing has to be remembered for that. What is kept beside the saying is
a keyed hash of the code. Who holds the database alone can neither compute a code nor recognise one.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from tongxin.capabilities.codes.models import ALPHABET
from tongxin.foundation.core.ciphers import keyed_digest

if TYPE_CHECKING:
    from uuid import UUID

# Ten signs out of 31 are 49 bits: with a million sayings, one guess in half a billion hits.
LENGTH = 10
_GROUP = 5


def receipt_of(committee_id: int, nonce: UUID) -> str:
    """Return the receipt of the form with this nonce."""
    number = int.from_bytes(keyed_digest(f"{committee_id} {nonce}", purpose="receipt"), "big")
    signs = []
    for _n in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[place])
    return "".join(signs)


def receipt_index(committee_id: int, receipt: str) -> str:
    """Return what a saying is found by."""
    return keyed_digest(f"{committee_id} {receipt}", purpose="receipt index").hex()


def read_receipt(typed: str) -> str:
    """Return a receipt as it was given out, from what somebody typed: in capitals, with gaps, full-width."""
    return "".join(s for s in unicodedata.normalize("NFKC", typed).lower() if s.isalnum())


def shown_receipt(receipt: str) -> str:
    """Return a receipt as people read it out: ``ABCDE-FGHJK``."""
    return f"{receipt[:_GROUP]}-{receipt[_GROUP:]}".upper()
