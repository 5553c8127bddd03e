"""The rows behind the figures of proposals: the conditions of the reports, in a span of days."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import DateField, Q
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongxin.activities.proposals.models import Proposal
from tongxin.activities.proposals.reports.conditions import COUNTED, frame_in_query
from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import Column

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from tongxin.activities.proposals.querysets import ProposalQuerySet
    from tongxin.foundation.core.figures import Period

# What a row of proposals shows, and what that needs joined.
COLUMNS = (
    Column(_("编号"), "matter.code"),
    Column(_("案由"), "matter.title", is_title=True),
    Column(_("提案者"), "proposer_name"),
    Column(_("类别"), "topic.name"),
    Column(_("状态"), "state_label"),
)
SELECT = ("matter", "lead_member", "body", "topic")


def proposal_url(row: Proposal) -> str:
    """Return where a proposal opens."""
    return reverse("proposals:detail", args=[row.pk])


def instants(period: Period, field: str) -> Q:
    """Return the condition that an instant lies within the days of a period.

    As instants, not as days computed from them, so that an index on the field serves.
    """
    found = Q()
    if period.since:
        found &= Q((f"{field}__gte", _midnight(period.since)))
    if period.until:
        found &= Q((f"{field}__lt", _midnight(period.until + timedelta(days=1))))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.ZONE)


def day_of(field: str) -> TruncDate:
    """Return the day in China of an instant."""
    return TruncDate(field, tzinfo=clock.ZONE)


def received(committee_id: int, period: Period) -> ProposalQuerySet:
    """Return the proposals that were handed in during a period."""
    frame = frame_in_query(committee_id)
    found = Proposal.objects.filter(instants(period, "submitted_at"), committee_id=committee_id)
    return found.filter(COUNTED["received"].q(frame)).annotate(received_on=day_of("submitted_at"))


def filed(committee_id: int, period: Period) -> ProposalQuerySet:
    """Return the proposals that count as filed, by the day of filing.

    What was merged before it was filed itself, where the committee counts that too, has the day on which the
    proposal that it was merged into was filed; where that is not filed yet, the day on which it was handed in.
    """
    frame = frame_in_query(committee_id)
    day = Coalesce("filed_on", "merged_into__filed_on", day_of("submitted_at"), output_field=DateField())
    found = Proposal.objects.filter(committee_id=committee_id).annotate(counted_on=day)
    if within := period.within("counted_on"):
        # The first is what an index on the day can answer; what has no day of its own is rare.
        found = found.filter(Q(**period.within("filed_on")) | Q(filed_on__isnull=True), **within)
    return found.filter(COUNTED["filed"].q(frame))


def filed_and(name: str) -> Callable[[int, Period], ProposalQuerySet]:
    """Return what counts as filed in a period and meets a condition of the reports today."""

    def rows(committee_id: int, period: Period) -> ProposalQuerySet:
        return filed(committee_id, period).filter(COUNTED[name].q(frame_in_query(committee_id)))

    return rows


def received_and(name: str) -> Callable[[int, Period], ProposalQuerySet]:
    """Return what was handed in during a period and meets a condition of the reports today."""

    def rows(committee_id: int, period: Period) -> ProposalQuerySet:
        return received(committee_id, period).filter(COUNTED[name].q(frame_in_query(committee_id)))

    return rows


def answered_and(name: str) -> Callable[[int, Period], ProposalQuerySet]:
    """Return what was answered in a period, and meets a condition of the reports."""

    def rows(committee_id: int, period: Period) -> ProposalQuerySet:
        asked = COUNTED[name].q(frame_in_query(committee_id))
        return Proposal.objects.filter(asked, committee_id=committee_id, **period.within("replied_on"))

    return rows


def narrowed(
    rows: Callable[[int, Period], ProposalQuerySet], *conditions: Q
) -> Callable[[int, Period], ProposalQuerySet]:
    """Return the rows that meet a further condition."""
    return lambda committee_id, period: rows(committee_id, period).filter(*conditions)
