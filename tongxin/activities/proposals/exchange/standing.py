"""Where a proposal of a table stands: the state of the life cycle that its row amounts to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tongxin.activities.proposals.enums import ProposalState, Satisfaction
from tongxin.activities.proposals.exchange.ground import latest

if TYPE_CHECKING:
    from datetime import date

    from tongxin.activities.proposals.exchange.plan import Planned
    from tongxin.foundation.organization.models import Session

_P = ProposalState
_ENDED = frozenset({_P.WITHDRAWN, _P.NOT_FILED, _P.CONVERTED, _P.CLOSED})


@dataclass(frozen=True, slots=True)
class Standing:
    """State and days of a proposal, with what the table leaves out filled in.

    Attributes:
        is_replied: every unit that answers has answered.
        closed_on: when it ended; None while it has not.
    """

    state: str
    is_running: bool
    submitted_on: date
    filed_on: date | None
    assigned_on: date | None
    replied_on: date | None
    closed_on: date | None

    @property
    def is_replied(self) -> bool:
        """Whether the proposer has the answer."""
        return self.replied_on is not None


def standing_of(p: Planned, session: Session, *, running: Session | None) -> Standing:
    """Return where a row stands. Work of past sessions has ended; that of the running one goes on."""
    e = p.entry
    is_running = running is not None and session.pk == running.pk
    submitted_on = e.submitted_on or min(filter(None, (session.opens_on, e.filed_on, e.assigned_on)))
    taken_up = e.outcome == _P.FILED or (e.outcome == _P.MERGED and p.number is not None)
    filed_on = (e.filed_on or submitted_on) if taken_up else None
    handed_over = bool(p.lead) and (taken_up or e.outcome == _P.MERGED)
    assigned_on = (e.assigned_on or latest(filed_on, submitted_on)) if handed_over else None
    answered = bool(e.replied_on or p.classes or p.attitudes) and e.outcome in {_P.FILED, _P.MERGED}
    # 2026年3月 reads as the first of March, and the hand-over may have been on the tenth.
    replied_on = latest(e.replied_on, assigned_on, filed_on, submitted_on) if answered else None
    state = _state(p, is_running=is_running, answered=answered)
    ended = state in _ENDED
    return Standing(
        state=state,
        is_running=is_running,
        submitted_on=submitted_on,
        filed_on=filed_on,
        assigned_on=assigned_on,
        replied_on=replied_on,
        closed_on=latest(replied_on, assigned_on, filed_on, submitted_on) if ended else None,
    )


def _state(p: Planned, *, is_running: bool, answered: bool) -> str:
    outcome = p.entry.outcome
    if outcome == _P.RETURNED:
        # Nobody is going to hand in again what was returned in a session that is over.
        return _P.RETURNED if is_running else _P.WITHDRAWN
    if answered:
        return _after_answer(p, is_running=is_running)
    if outcome == _P.FILED:
        return _P.HANDLING if p.lead else _P.FILED
    return outcome


def _after_answer(p: Planned, *, is_running: bool) -> str:
    grades = {grade for grade, _choice in (*p.attitudes, *p.results)}
    if not grades:
        # Nobody is asked any more what they think of an answer of years ago.
        return _P.REPLIED if is_running else _P.CLOSED
    if Satisfaction.DISSATISFIED in grades:
        return _P.DISSATISFIED if is_running else _P.CLOSED
    return _P.TRACKING if any(found.is_tracked for found in p.classes) else _P.CLOSED
