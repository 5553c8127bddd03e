"""What the pages of an extension show: the dates that could be, and what was asked before."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tongxin.activities.proposals.actions.extending import months_to_add, reply_deadline
from tongxin.activities.proposals.models import Extension
from tongxin.activities.proposals.selectors.desk import Due
from tongxin.capabilities.deadlines.calendars import stages
from tongxin.capabilities.deadlines.selectors import calendar_of, days_left, explain
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tongxin.activities.proposals.models import Assignment


@dataclass(frozen=True, slots=True)
class ExtensionPage:
    """The limit as it stands, and what it would become.

    Attributes:
        due: the limit of the answer; None when none runs.
        dates: the new date for one month more, two, …, as far as the committee's rules go.
        earlier: what was asked before, the oldest first.
        asked: the request that waits for an answer.
        moved_to: the date that this request asks for.
    """

    due: Due | None
    dates: Sequence[date]
    earlier: Sequence[Extension]
    asked: Extension | None
    moved_to: date | None

    @property
    def last(self) -> date | None:
        """The latest date that can be asked for."""
        return self.dates[-1] if self.dates else None


def extension_page(part: Assignment) -> ExtensionPage:
    """Return what the unit that asks, and who answers, see of a limit. Four queries."""
    deadline = reply_deadline(part)
    requests = list(Extension.objects.filter(assignment=part))
    asked = next((r for r in requests if r.state == Extension.State.ASKED), None)
    earlier = [r for r in requests if r is not asked]
    if deadline is None:
        return ExtensionPage(None, (), earlier, asked, None)
    calendar = calendar_of(part.committee_id)
    dates = []
    for more in range(1, months_to_add(deadline) + 1):
        longer = copy(deadline)
        longer.extension_months += more
        dates.append(stages(longer, calendar)[-1].due_on)
    return ExtensionPage(
        due=Due(deadline.due_on, days_left(deadline, clock.today(), calendar), explain(deadline, calendar)),
        dates=dates,
        earlier=earlier,
        asked=asked,
        moved_to=dates[asked.months - 1] if asked and asked.months <= len(dates) else None,
    )
