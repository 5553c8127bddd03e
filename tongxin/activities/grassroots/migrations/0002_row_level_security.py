"""Row-level security for the tables of this room."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from tongxin.foundation.core.postgres.operations import isolate

_PUBLIC = "EXISTS (SELECT FROM matters_matter m WHERE m.id = {key} AND m.visibility = 'public')"
# Who came, what they said, how stations are scored: the office's and the people's at the table.
_NEVER = (
    "councilseat",
    "leadercharge",
    "supervisionvisit",
    "visit",
    "attendee",
    "statement",
    "suggestion",
    "syncedact",
    "recordconflict",
    "appraisalscheme",
    "appraisalitem",
    "grade",
    "stationscore",
    "itemscore",
    "stationreport",
)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("grassroots", "0001_initial")]

    operations: ClassVar = [
        isolate("grassroots_rules"),
        isolate("grassroots_venuekind"),
        # Who sits where and when hangs on the wall anyway.
        isolate("grassroots_stationhead", public_when="until IS NULL OR until >= current_date"),
        isolate("grassroots_secondment", public_when="until IS NULL OR until >= current_date"),
        isolate("grassroots_secondedperson"),
        isolate("grassroots_dutyslot"),
        isolate("grassroots_deliberationsession", public_when=_PUBLIC.format(key="matter_id")),
        isolate("grassroots_sessionhost", public_when=_PUBLIC.format(key="session_id")),
        isolate("grassroots_problem", public_when=_PUBLIC.format(key="matter_id")),
        *(isolate(f"grassroots_{table}", public_when="false") for table in _NEVER),
    ]
