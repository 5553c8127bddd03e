"""What the pages of an import show."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tongxin.activities.proposals.enums import ProposalState
from tongxin.activities.proposals.exchange.columns import OUTCOME_WORDS
from tongxin.activities.proposals.models import ProposalImport
from tongxin.capabilities.jobs.models import Job
from tongxin.foundation.organization.enums import BodyKind
from tongxin.foundation.organization.models import ordinal_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import OwnedQuerySet

# Rows named behind a warning that many rows share, and errors on one page.
_ROWS_NAMED = 12
_ERRORS_SHOWN = 300
_EARLIER = 10


@dataclass(frozen=True, slots=True)
class NewMeeting:
    """A session that is going to be added, in words."""

    name: str
    opens_on: date
    closes_on: date
    code_prefix: str
    is_guessed: bool
    new_term: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Warning_:  # noqa: N801 (Python has a Warning)
    """One thing that is taken in all the same, with the rows that it is about."""

    column: str
    message: str
    rows: str
    count: int


@dataclass(frozen=True, slots=True)
class ImportPage:
    """An upload with what it would do or did."""

    upload: ProposalImport
    outcome: dict[str, Any]
    good: int
    errors: Sequence[dict[str, Any]]
    more_errors: int
    warnings: Sequence[Warning_]
    sessions: Sequence[tuple[str, int]]
    results: Sequence[tuple[str, int]]
    meetings: Sequence[NewMeeting]
    bodies: Sequence[tuple[str, str]]
    # A job that is at it now.
    job: Job | None


def earlier_imports(actor: Actor) -> OwnedQuerySet[ProposalImport]:
    """Return the last imports of the committee that were carried out."""
    done = (ProposalImport.State.CONFIRMED, ProposalImport.State.UNDONE)
    found = ProposalImport.objects.visible_to(actor).filter(state__in=done)
    return found.defer("content", "journal").order_by("-uploaded_at")[:_EARLIER]


def import_page(actor: Actor, upload: ProposalImport) -> ImportPage:
    """Return what the page of an import shows. Two queries at most."""
    outcome = upload.outcome or {}
    new = outcome.get("new", {})
    return ImportPage(
        upload=upload,
        outcome=outcome,
        good=outcome.get("added", 0) + outcome.get("changed", 0),
        errors=outcome.get("errors", [])[:_ERRORS_SHOWN],
        more_errors=max(0, outcome.get("error_count", 0) - _ERRORS_SHOWN),
        warnings=_gathered(outcome.get("warnings", [])),
        sessions=[(meeting_name(term, number), count) for term, number, count in outcome.get("sessions", [])],
        results=[
            (OUTCOME_WORDS[ProposalState(state)], count)
            for state, count in sorted(outcome.get("results", {}).items(), key=lambda item: -item[1])
        ],
        meetings=[_meeting(m) for m in new.get("sessions", [])],
        bodies=[(name, str(BodyKind(kind).label)) for name, kind in new.get("bodies", [])],
        job=_job_at_it(actor, upload),
    )


def meeting_name(term: int, number: int) -> str:
    """Return 十三届四次会议."""
    return _("{t}届{n}次会议").format(t=ordinal_word(term), n=ordinal_word(number))


def _meeting(new: dict[str, Any]) -> NewMeeting:
    return NewMeeting(
        name=meeting_name(new["term"], new["session"]),
        opens_on=date.fromisoformat(new["opens_on"]),
        closes_on=date.fromisoformat(new["closes_on"]),
        code_prefix=new["code_prefix"],
        is_guessed=new["is_guessed"],
        new_term=tuple(map(date.fromisoformat, new["new_term"])),
    )


def _gathered(warnings: Sequence[dict[str, Any]]) -> list[Warning_]:
    rows: dict[tuple[str, str], list[int]] = defaultdict(list)
    for warning in warnings:
        rows[warning["column"], warning["message"]].append(warning["row"])
    return [
        Warning_(
            column,
            message,
            _("、").join(map(str, found[:_ROWS_NAMED])) + ("…" if len(found) > _ROWS_NAMED else ""),
            len(found),
        )
        for (column, message), found in rows.items()
    ]


def _job_at_it(actor: Actor, upload: ProposalImport) -> Job | None:
    jobs = Job.objects.visible_to(actor).filter(
        kind__startswith="proposals.", params__upload=str(upload.pk), state__in=("waiting", "running")
    )
    return jobs.first()
