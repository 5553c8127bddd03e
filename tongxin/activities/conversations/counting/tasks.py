"""What the task worker does for conversations. Mathematics is loaded here only, not by the processes of the web."""

from __future__ import annotations

from uuid import UUID

from django_tasks import task

from tongxin.foundation.core import tenancy


@task()
def count(conversation_id: str, committee_id: int) -> None:
    """Count an open conversation, if enough has changed."""
    from tongxin.activities.conversations.counting.counts import (  # noqa: PLC0415 (see above)
        count_conversation,
    )

    with tenancy.scope([committee_id]):
        count_conversation(UUID(conversation_id))


@task()
def finish(conversation_id: str, committee_id: int) -> None:
    """Count a closed conversation for the last time, and forget who spoke."""
    from tongxin.activities.conversations.counting.finishing import (  # noqa: PLC0415 (see above)
        finish_conversation,
    )

    with tenancy.scope([committee_id]):
        finish_conversation(UUID(conversation_id))
