"""Row-level security for the tables of this room."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from tongxin.foundation.core.postgres.operations import isolate


class Migration(migrations.Migration):
    dependencies: ClassVar = [("proposals", "0001_initial")]

    operations: ClassVar = [
        isolate("proposals_rules"),
        isolate("proposals_rejectreason"),
        isolate("proposals_topic"),
        isolate("proposals_replyclass"),
        isolate("proposals_wishedunit"),
        isolate("proposals_cosignature"),
        isolate("proposals_revision"),
        isolate("proposals_assignment"),
        isolate("proposals_reply"),
        isolate("proposals_countersignature"),
        isolate("proposals_rating"),
        isolate(
            "proposals_proposal",
            public_when="EXISTS (SELECT FROM matters_matter m WHERE m.id = matter_id AND m.visibility = 'public')",
        ),
    ]
