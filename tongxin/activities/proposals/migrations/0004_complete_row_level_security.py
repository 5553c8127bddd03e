"""Row-level security for the tables that came with the rest of the proposals room."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from tongxin.foundation.core.postgres.operations import isolate

# What the office, units and proposers keep among themselves; the public page asks none of it.
_NOT_FOR_THE_PUBLIC = (
    "extension",
    "handovermeeting",
    "handoverrow",
    "handoverunit",
    "keyproposal",
    "lookback",
    "promise",
    "proposalimport",
    "ratingchoice",
    "replyversion",
    "reviewgroup",
    "reviewgroupplace",
    "reviewgrouptopic",
    "reviewopinion",
    "supervisionevent",
    "supervisionpresence",
    "supervisor",
)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("proposals", "0003_complete")]

    operations: ClassVar = [
        *(isolate(f"proposals_{table}", public_when="false") for table in _NOT_FOR_THE_PUBLIC),
        isolate("proposals_honour", public_when="state = 'published'"),
    ]
