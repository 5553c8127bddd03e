"""Row-level security for the tables of this room."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from tongxin.foundation.core.postgres.operations import isolate

_PUBLIC = "EXISTS (SELECT FROM matters_matter m WHERE m.id = {key} AND m.visibility = 'public')"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("conversations", "0001_initial")]

    operations: ClassVar = [
        isolate("conversations_conversation", public_when=_PUBLIC.format(key="matter_id")),
        isolate("conversations_invitation", public_when="false"),
        isolate(
            "conversations_statement",
            public_when="state = 'published' AND " + _PUBLIC.format(key="conversation_id"),
        ),
        isolate("conversations_statementuse", public_when="false"),
        # What one person answered is never public.
        isolate("conversations_voice", public_when="false"),
        isolate(
            "conversations_opinionmap", public_when="is_final AND " + _PUBLIC.format(key="conversation_id")
        ),
    ]
