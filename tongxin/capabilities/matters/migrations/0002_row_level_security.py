"""Row-level security for the tables of this room."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from tongxin.foundation.core.postgres.operations import isolate


class Migration(migrations.Migration):
    dependencies: ClassVar = [("matters", "0001_initial")]

    operations: ClassVar = [
        isolate("matters_matter", public_when="visibility = 'public'"),
        isolate("matters_participation"),
        isolate("matters_matterlink"),
        isolate("matters_counter"),
        isolate(
            "matters_timelineentry",
            public_when="audience = 'public' AND EXISTS"
            " (SELECT FROM matters_matter m WHERE m.id = matter_id AND m.visibility = 'public')",
        ),
    ]
