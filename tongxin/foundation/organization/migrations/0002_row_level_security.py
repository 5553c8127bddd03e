"""Row-level security for the tables of this room."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from tongxin.foundation.core.postgres.operations import isolate


class Migration(migrations.Migration):
    dependencies: ClassVar = [("organization", "0001_initial")]

    operations: ClassVar = [
        isolate("organization_term"),
        isolate("organization_session"),
        isolate("organization_sector"),
        isolate("organization_specialcommittee"),
        isolate("organization_expertteam"),
        isolate("organization_member"),
        isolate("organization_membership"),
        isolate("organization_specialcommitteeplace"),
        isolate("organization_expertteamplace"),
        isolate("organization_memberstatuschange"),
        isolate("organization_unit"),
        isolate("organization_unitsuccession"),
        isolate("organization_body"),
        isolate("organization_post", own_rows=True),
        isolate("organization_rosterimport"),
    ]
