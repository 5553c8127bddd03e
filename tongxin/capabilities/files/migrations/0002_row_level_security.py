"""Row-level security for the tables of this room."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from tongxin.foundation.core.postgres.operations import isolate


class Migration(migrations.Migration):
    dependencies: ClassVar = [("files", "0001_initial")]

    operations: ClassVar = [
        isolate(
            "files_storedfile",
            public_when="is_public AND EXISTS"
            " (SELECT FROM matters_matter m WHERE m.id = matter_id AND m.visibility = 'public')",
        ),
    ]
