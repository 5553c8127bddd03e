"""The printed form on which somebody says something, with a slip that carries the receipt.

Drawn by typst from ``paper_form.typ``. Names go in as data, so whatever stands in them comes out as text.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tongxin.activities.topics.paper import receipt_on_slip
from tongxin.activities.topics.receipts import shown_receipt
from tongxin.capabilities.codes.addresses import site_url
from tongxin.foundation.core.official.compiler import compile_source
from tongxin.foundation.core.official.layout import SANS, SERIF
from tongxin.foundation.core.official.pasted import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.foundation.organization.models import Committee, Node

_SOURCE = Path(__file__).with_name("paper_form.typ")


def paper_forms(committee: Committee, node: Node | None, numbers: Sequence[str]) -> bytes:
    """Draw one form for each number. What hangs in a village is Chinese, whoever prints it."""
    data = {
        "serif": SERIF,
        "sans": SANS,
        "committee": clean(committee.name),
        "place": clean(node.name) if node else clean(committee.short_name),
        "address": f"{site_url().partition('://')[2]}/p/{committee.code}/r/",
        "forms": [
            {
                "number": shown_receipt(number),
                "receipt": shown_receipt(receipt_on_slip(committee.pk, number)),
            }
            for number in numbers
        ],
    }
    made: bytes = compile_source(_SOURCE, {"paper": json.dumps(data)}, format="pdf")
    return made
