"""The number of a printed form, and the receipt that its slip carries.

The number stands on the part that the office keeps, the receipt on the slip that the contributor tears off. The
one leads to the other by a key that only this installation has; neither is stored when a form is printed.
"""

from __future__ import annotations

import secrets
from uuid import UUID, uuid5

from tongxin.activities.topics.receipts import read_receipt, receipt_of
from tongxin.capabilities.codes.models import ALPHABET
from tongxin.foundation.core.ciphers import keyed_digest

# Eight signs at random, two that tell a slip of the pen.
_RANDOM, _CHECK = 8, 2
NUMBER_LENGTH = _RANDOM + _CHECK
_SPACE = UUID("0d0f3b6a-6c0e-4d1e-9a33-2f5b1f0c7a11")


def new_form_number(committee_id: int) -> str:
    """Return the number of a form that is about to be printed."""
    signs = "".join(secrets.choice(ALPHABET) for _n in range(_RANDOM))
    return signs + _check(committee_id, signs)


def read_form_number(committee_id: int, typed: str) -> str:
    """Return a number as it was printed, from what somebody typed; empty when it was never printed here."""
    number = read_receipt(typed)
    if len(number) != NUMBER_LENGTH or number[_RANDOM:] != _check(committee_id, number[:_RANDOM]):
        return ""
    return number


def nonce_of(number: str) -> UUID:
    """Return what the form with this number is taken in under: the same form twice is one saying."""
    return uuid5(_SPACE, number)


def receipt_on_slip(committee_id: int, number: str) -> str:
    """Return the receipt that the slip of this form carries."""
    return receipt_of(committee_id, nonce_of(number))


def _check(committee_id: int, signs: str) -> str:
    digest = keyed_digest(f"{committee_id} {signs}", purpose="paper form")
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:_CHECK])
