"""Who may open a file of a topic; asked again for each download."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.activities.topics.models import Topic
from tongxin.activities.topics.permissions import reads_text, reads_voices

if TYPE_CHECKING:
    from tongxin.capabilities.files.models import StoredFile
    from tongxin.foundation.core.access import Actor


def can_open_topic_file(actor: Actor, stored_file: StoredFile) -> bool:
    """Say whether the actor may open this file now.

    What came with a saying is for who decides about it and for the office; the topic's own papers also for the
    unit that has it and the member who recommended it; everybody sees what was made public.
    """
    found = Topic.objects.visible_to(actor).select_related("node").filter(pk=stored_file.matter_id).first()
    if found is None:
        return False
    if stored_file.is_public and stored_file.subject_id is None:
        return True
    return reads_voices(actor, found) if stored_file.subject_id else reads_text(actor, found)
