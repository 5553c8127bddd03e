"""What `tongxin init` does for deadlines: count anew what a newly shipped year decides."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tongxin.capabilities.deadlines.actions import recalculate_deadlines
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.deadlines.workdays import shipped_calendar
from tongxin.foundation.core import tenancy
from tongxin.foundation.core.access import Actor
from tongxin.foundation.organization.models import Committee


def install() -> None:
    """Recalculate the deadlines that waited for a year which this version knows."""
    last_known = max(shipped_calendar().years)
    with tenancy.scope(Committee.objects.values_list("pk", flat=True)):
        waiting = set(
            Deadline.objects.running()
            .filter(provisional=True, starts_on__year__lte=last_known)
            .values_list("committee_id", "due_on__year")
        )
    for committee_id in sorted({committee for committee, year in waiting if year <= last_known}):
        with tenancy.scope([committee_id]):
            system = Actor(name=_("系统"), committee_id=committee_id)
            recalculate_deadlines(actor=system, committee_id=committee_id)
