"""Terms and sessions that a table names and the committee does not have yet."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tongxin.activities.proposals.exchange.ground import Ground
    from tongxin.activities.proposals.exchange.reading import Entry

_TERM_YEARS = 5
# A plenary session meets for about so long; until its end proposals count as 大会提案.
_LASTS = timedelta(days=4)
# Plenary sessions meet in January where nothing tells the day.
_USUAL_DAY = (1, 10)


@dataclass(frozen=True, slots=True)
class Meeting:
    """One session that is going to be added.

    Attributes:
        is_guessed: no row has a date of submission; the day of opening is a guess.
        new_term: first and last day of the term, where that is new too.
    """

    meeting: tuple[int, int]
    opens_on: date
    code_prefix: str
    is_guessed: bool
    new_term: tuple[date, date] | None = None

    @property
    def closes_on(self) -> date:
        """Its last day, also that on which proposals of the plenary are taken."""
        return self.opens_on + _LASTS


def plan_meetings(entries: Iterable[Entry], ground: Ground) -> tuple[Meeting, ...]:
    """Return the sessions to add, with dates from the rows where they have any."""
    days: dict[tuple[int, int], list[date]] = defaultdict(list)
    for entry in entries:
        if entry.meeting not in ground.sessions:
            day = entry.submitted_on or entry.assigned_on
            days[entry.meeting] += [day] if day else []
    prefixes = {s.code_prefix for s in ground.sessions.values()}
    found = []
    terms: dict[int, tuple[date, date]] = {}
    for meeting in sorted(days):
        opens_on, guessed = _opening(meeting, days, ground)
        term, session = meeting
        new_term = None
        if term not in ground.terms and term not in terms:
            # Told, and added, with the first of its sessions.
            terms[term] = new_term = _span(term, opens_on.year - session + 1, ground)
        prefix = str(opens_on.year)
        if prefix in prefixes:
            prefix = f"{term}-{session}"
        prefixes.add(prefix)
        found.append(Meeting(meeting, opens_on, prefix, guessed, new_term))
    return tuple(found)


def _opening(
    meeting: tuple[int, int], days: dict[tuple[int, int], list[date]], ground: Ground
) -> tuple[date, bool]:
    if days[meeting]:
        return min(days[meeting]), False
    year = _first_year(meeting[0], days, ground) + meeting[1] - 1
    return date(min(year, clock.today().year), *_USUAL_DAY), True


def _first_year(term: int, days: dict[tuple[int, int], list[date]], ground: Ground) -> int:
    """The year in which a term begins: from what is known of it, of its sessions, or of another term."""
    if term in ground.terms:
        return ground.terms[term].starts_on.year
    for (other, session), known in days.items():
        if other == term and known:
            return min(known).year - session + 1
    if ground.terms:
        nearest = min(ground.terms, key=lambda number: abs(number - term))
        return ground.terms[nearest].starts_on.year + _TERM_YEARS * (term - nearest)
    return clock.today().year - 1


def _span(term: int, first_year: int, ground: Ground) -> tuple[date, date]:
    starts, ends = date(first_year, 1, 1), date(first_year + _TERM_YEARS - 1, 12, 31)
    # Terms follow each other: a new one does not reach into one that is known.
    for number, known in ground.terms.items():
        if number > term and known.starts_on <= ends:
            ends = max(known.starts_on - timedelta(days=1), starts + timedelta(days=1))
    return starts, ends
