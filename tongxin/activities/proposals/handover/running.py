"""Handing the list of a meeting over, as a job with a progress bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from tongxin.activities.proposals.actions.meeting import hand_over_list
from tongxin.activities.proposals.models import HandoverMeeting

if TYPE_CHECKING:
    from tongxin.capabilities.jobs.runners import Running

HAND_OVER = "proposals.hand_over"


def run(running: Running) -> tuple[str, str]:
    """Hand over all that is ready; say how many went and how many stayed."""
    meeting = HandoverMeeting.objects.visible_to(running.actor).get(pk=running.params["meeting"])
    done, refused = hand_over_list(actor=running.actor, meeting=meeting, progress=running.progress)
    url = reverse("proposals:meeting", args=[meeting.pk])
    if refused:
        return f"交办了{done}件；{refused}件没有交成，原因写在名单上", f"{url}?tab=refused"
    return f"交办了{done}件", f"{url}?tab=done"
