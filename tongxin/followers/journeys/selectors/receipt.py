"""Finding a saying again by its receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from tongxin.activities.topics.models import Voice
from tongxin.activities.topics.receipts import LENGTH, read_receipt, receipt_index
from tongxin.capabilities.codes.models import AccessCode
from tongxin.foundation.core import tenancy

if TYPE_CHECKING:
    from tongxin.foundation.organization.models import Committee


def address_of_place(voice: Voice) -> str:
    """Return the page of the place where it was said; empty when there is none or no code leads there now."""
    if voice.node is None:
        return ""
    with tenancy.scope([voice.committee_id], audience="public"):
        code = AccessCode.objects.active().filter(node=voice.node).first()
    return reverse("front:place", args=[voice.committee.code, code.token]) if code else ""


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
