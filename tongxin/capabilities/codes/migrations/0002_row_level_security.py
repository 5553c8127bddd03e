"""Row-level security for the tables of this room."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from tongxin.foundation.core.postgres.operations import isolate


class Migration(migrations.Migration):
    dependencies: ClassVar = [("codes", "0001_initial"), ("organization", "0004_nodes_row_level_security")]

    operations: ClassVar = [
        isolate("codes_accesscode", public_when="status = 'active'"),
        isolate("codes_scancount", public_when="false"),
    ]
