"""Finding a saying again by its receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.activities.topics.models import Voice
from tongxin.activities.topics.receipts import LENGTH, read_receipt, receipt_index
from tongxin.foundation.core import tenancy

if TYPE_CHECKING:
    from tongxin.foundation.organization.models import Committee


def find_voice(committee: Committee, receipt: str) -> Voice | None:
    """Return what was said under this receipt, with its topic; None when there is no such receipt here.

    What one person said is closed to the public; the receipt opens this one row.
    """
    code = read_receipt(receipt)
    if len(code) != LENGTH:
        return None
    with tenancy.scope([committee.pk]):
        found: Voice | None = (
            Voice.objects.filter(committee=committee, receipt_index=receipt_index(committee.pk, code))
            .select_related("committee", "topic__matter", "node")
            .first()
        )
    return found
