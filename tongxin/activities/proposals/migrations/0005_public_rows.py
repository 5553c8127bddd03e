"""What the public page shows of the handling, below all queries: nothing else of it is there for the public."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from tongxin.foundation.core.postgres.operations import show_to_public

_DISCLOSED = "EXISTS (SELECT FROM matters_matter m WHERE m.id = proposal_id AND m.visibility = 'public')"
# With its text: the proposer agreed to more than the title.
_IN_FULL = (
    "EXISTS (SELECT FROM proposals_proposal p JOIN matters_matter m ON m.id = p.matter_id"
    " WHERE p.matter_id = {proposal} AND p.disclosure = 'full' AND m.visibility = 'public')"
)
# How a text came about, who signed, and what units and proposers said to each other.
_NEVER = ("cosignature", "countersignature", "rating", "revision", "wishedunit")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("proposals", "0004_complete_row_level_security")]

    operations: ClassVar = [
        show_to_public("proposals_assignment", f"state <> 'declined' AND {_DISCLOSED}"),
        show_to_public(
            "proposals_reply",
            "sent_on IS NOT NULL AND may_be_public AND EXISTS (SELECT FROM proposals_assignment a"
            f" WHERE a.id = assignment_id AND {_IN_FULL.format(proposal='a.proposal_id')})",
        ),
        # A promise goes with the reply that it stands in.
        show_to_public(
            "proposals_promise",
            f"state IN ('open', 'reported', 'kept') AND {_IN_FULL.format(proposal='proposal_id')}"
            " AND (reply_id IS NULL OR EXISTS (SELECT FROM proposals_reply r WHERE r.id = reply_id))",
        ),
        *(show_to_public(f"proposals_{table}", "false") for table in _NEVER),
    ]
