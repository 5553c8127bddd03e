"""Which moves of a unit's part get a button now: not those that would only be refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.capabilities.deadlines.workdays import add_workdays
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.activities.proposals.models import Assignment, Proposal
    from tongxin.capabilities.deadlines.models import Deadline
    from tongxin.capabilities.deadlines.workdays import Calendar

# Open to somebody as long as the state lasts, yet of use only while they are asked.
_ONLY_WHERE_ASKED = frozenset({"countersign", "grant_extension", "refuse_extension"})


def is_offered(
    verb: str,
    *,
    part: Assignment,
    proposal: Proposal,
    deadlines: Sequence[Deadline],
    calendar: Calendar | None,
) -> bool:
    """Say whether a move of this part gets a button. No query.

    Args:
        verb: the move; its state and its person fit already.
        part: the unit's part.
        proposal: annotated with ``decline_days`` where the page knows the committee's rules.
        deadlines: those of the proposal that still run.
        calendar: what working days are counted by; None where no deadline runs.
    """
    if verb in _ONLY_WHERE_ASKED:
        return False
    today = clock.today()
    if verb == "request_decline":
        days = getattr(proposal, "decline_days", None)
        return not (days and calendar) or today <= add_workdays(part.assigned_on, days, calendar)
    own = {d.kind: d for d in deadlines if d.subject_id == part.pk}
    if verb == "request_extension":
        return "reply" in own and today <= own["reply"].due_on and "extension_answer" not in own
    if verb == "go_on_without":
        return any(d.kind == "countersign" and d.due_on < today for d in deadlines)
    return True
