"""Row-level security for the tables of this room."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from tongxin.foundation.core.postgres.operations import isolate


class Migration(migrations.Migration):
    dependencies: ClassVar = [("organization", "0003_nodes")]

    operations: ClassVar = [
        # Where people can go is public as long as it is there.
        isolate("organization_node", public_when="ended_on IS NULL"),
    ]
