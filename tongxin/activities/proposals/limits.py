"""The dates that units have to keep (期限预警): which are watched, and whose they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from tongxin.activities.proposals.enums import AssignmentState
from tongxin.activities.proposals.models import Assignment
from tongxin.activities.proposals.querysets import OFFICE
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from tongxin.capabilities.deadlines.models import DeadlineQuerySet
    from tongxin.foundation.core.access import Actor

# What a unit, its leader or an office over it has to do by a date.
WATCHED = ("sign_for", "reply", "co_opinion", "countersign", "approve", "hand_on", "promise")
# While a unit's part stands so, it is not the unit that is waited for, although its limit runs on.
_OTHERS_TURN = (AssignmentState.REPLY_REVIEW, AssignmentState.DECLINE_REQUESTED)


def awaited(deadlines: DeadlineQuerySet) -> DeadlineQuerySet:
    """Keep the watched dates for which their unit still has something to do: nobody hears of what is done."""
    waits = Assignment.objects.filter(pk=OuterRef("subject_id"), state__in=_OTHERS_TURN)
    return deadlines.running().filter(kind__in=WATCHED, unit__isnull=False).exclude(Exists(waits))


def watched_by(actor: Actor) -> DeadlineQuerySet:
    """Return the dates that this actor watches: the office all, an office over units theirs, a unit its own."""
    found = awaited(Deadline.objects.visible_to(actor))
    if actor.has(*OFFICE):
        return found
    leave = Q(unit_id__in=actor.subjects(Role.UNIT_CLERK, Role.UNIT_LEADER))
    if offices := actor.subjects(Role.SUPERVISOR):
        leave |= Q(unit_id__in=offices) | Q(unit__supervised_by_id__in=offices)
    return found.filter(leave)
