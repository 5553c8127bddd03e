"""What a lead unit waits for from its helpers: who has countersigned, who is late and since when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tongxin.activities.proposals.actions.replying import not_agreed
from tongxin.activities.proposals.enums import AssignmentState, HandlingRole
from tongxin.activities.proposals.selectors.desk import sent_back
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.deadlines.selectors import calendar_of, days_left
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tongxin.activities.proposals.models import Assignment, Reply


@dataclass(frozen=True, slots=True)
class Helper:
    """One co-handling unit whose word or opinion is still to come."""

    unit: str
    due_on: date | None
    left: int | None

    @property
    def is_late(self) -> bool:
        """Whether its time is over."""
        return self.left is not None and self.left < 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whom a lead waits for.

    Attributes:
        helpers: those whose word is still to come, the latest first.
    """

    helpers: Sequence[Helper]

    @property
    def may_go_on(self) -> bool:
        """Whether the lead need not wait any longer for anybody."""
        return bool(self.helpers) and all(h.is_late for h in self.helpers)

    @property
    def late(self) -> list[Helper]:
        """Those whose time is over."""
        return [h for h in self.helpers if h.is_late]


def waiting_for(lead: Assignment, others: Sequence[Assignment]) -> Waiting:
    """Return whom a lead waits for: for the word on its draft, or before that for the opinion.

    Args:
        lead: the lead's part, its reply loaded where it has one.
        others: the co-handling parts beside it, their units loaded.
    """
    countersigning = lead.state == AssignmentState.COUNTERSIGNING
    owing = (
        not_agreed(lead, lead.reply)
        if countersigning
        else [p for p in others if p.state in (AssignmentState.ASSIGNED, AssignmentState.HANDLING)]
    )
    if not owing:
        return Waiting(())
    kind = "countersign" if countersigning else "co_opinion"
    due = dict(
        Deadline.objects.running()
        .filter(matter_id=lead.proposal_id, kind=kind, subject_id__in=[p.pk for p in owing])
        .values_list("subject_id", "due_on")
    )
    calendar, today = calendar_of(lead.committee_id), clock.today()
    helpers = []
    for part in owing:
        on = due.get(part.pk)
        helpers.append(Helper(part.unit.name, on, days_left(on, today, calendar) if on else None))
    return Waiting(sorted(helpers, key=lambda h: h.left if h.left is not None else 0))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The units whose word a draft went on without, and the reason that the lead gave."""

    units: Sequence[str]
    reason: str


def left_out(lead: Assignment, reply: Reply) -> LeftOut | None:
    """Return whom the lead did not wait for, for those who sign and review the draft; None for nobody."""
    if lead.role != HandlingRole.LEAD:
        return None
    missing = [part.unit.name for part in not_agreed(lead, reply)]
    if not missing:
        return None
    went_on = sent_back(lead.proposal_id, ("go_on_without",), lead.unit_id)
    return LeftOut(missing, went_on[0].note if went_on else "")
