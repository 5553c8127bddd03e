"""Row-level security for the tables of this room."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from tongxin.foundation.core.postgres.operations import isolate


class Migration(migrations.Migration):
    dependencies: ClassVar = [("topics", "0001_initial")]

    operations: ClassVar = [
        isolate("topics_rules"),
        isolate("topics_topiccategory"),
        isolate("topics_declinereason"),
        isolate(
            "topics_topic",
            public_when="EXISTS (SELECT FROM matters_matter m WHERE m.id = matter_id AND m.visibility = 'public')",
        ),
        # What one person said is never public; its contributor reads it with the receipt.
        isolate("topics_voice", public_when="false"),
        isolate("topics_topiclist", public_when="state = 'decided'"),
        isolate(
            "topics_topiclistitem",
            public_when="is_chosen AND EXISTS"
            " (SELECT FROM topics_topiclist l WHERE l.id = list_id AND l.state = 'decided')",
        ),
        isolate("topics_topicballot", public_when="false"),
    ]
