"""The column 提案追踪: disclosed proposals, how far each has come, what was promised, how it looks now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.proposals.enums import Disclosure, ProposalState
from tongxin.capabilities.files.models import StoredFile
from tongxin.readers.publishing.selectors import PublicPromise, disclosed, is_photo, promises_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from django.utils.functional import _StrPromise

    from tongxin.activities.proposals.models import Proposal
    from tongxin.foundation.organization.models import Committee

ROWS = 20
# On a row; the page of the proposal shows them all.
_PHOTOS = 3
_S = ProposalState
STAGES: dict[str, tuple[str | _StrPromise, tuple[str, ...]]] = {
    "all": (_lazy("全部"), ()),
    "handling": (_lazy("正在办理"), (_S.FILED, _S.ASSIGNED, _S.HANDLING, _S.MERGED)),
    "replied": (_lazy("已经答复"), (_S.REPLIED, _S.DISSATISFIED)),
    "tracking": (_lazy("跟踪承诺"), (_S.TRACKING,)),
    "closed": (_lazy("已经办结"), (_S.CLOSED,)),
}


@dataclass(frozen=True, slots=True)
class TrackedRow:
    """One disclosed proposal.

    Attributes:
        way: the stages that it has reached, with their days.
        photos: what it looks like now; a few of them.
    """

    proposal: Proposal
    unit: str
    way: list[tuple[str, date]]
    promises: list[PublicPromise]
    photos: list[StoredFile]


@dataclass(frozen=True, slots=True)
class TrackingPage:
    """One page of the column."""

    tabs: Sequence[dict[str, object]]
    rows: Sequence[TrackedRow]
    page: Page[Proposal]
    page_range: Sequence[int | str]


def tracking_page(committee: Committee, *, stage: str, page_number: str | None) -> TrackingPage:
    """Return one page of the column. Four queries."""
    if stage not in STAGES:
        stage = "all"
    found = disclosed(committee)
    conditions = {n: Q(matter__state__in=states) if states else Q() for n, (_l, states) in STAGES.items()}
    counts = found.order_by().aggregate(**{n: Count("pk", filter=c) for n, c in conditions.items()})
    paginator = Paginator(found.filter(conditions[stage]), ROWS)
    paginator.count = counts[stage]
    page = paginator.get_page(page_number)
    proposals: list[Any] = list(page.object_list)  # annotated with the unit that leads
    promises, photos = promises_of(p.pk for p in proposals), _photos(proposals)
    return TrackingPage(
        tabs=[
            {"label": str(label), "url": f"?stage={n}", "count": counts[n], "current": n == stage}
            for n, (label, _states) in STAGES.items()
        ],
        rows=[
            TrackedRow(p, p.lead_unit or "", _way(p), promises.get(p.pk, []), photos.get(p.pk, [])[:_PHOTOS])
            for p in proposals
        ],
        page=page,
        page_range=list(paginator.get_elided_page_range(page.number)),
    )


def _photos(proposals: Sequence[Proposal]) -> dict[UUID, list[StoredFile]]:
    open_ones = [p.pk for p in proposals if p.disclosure == Disclosure.FULL]
    found: dict[UUID, list[StoredFile]] = {}
    for stored in StoredFile.objects.kept().filter(matter__in=open_ones, is_public=True).order_by("-at"):
        if is_photo(stored):
            found.setdefault(stored.matter_id, []).append(stored)
    return found


def _way(proposal: Proposal) -> list[tuple[str, date]]:
    steps = (
        (_("立案"), proposal.filed_on),
        (_("交办"), proposal.assigned_on),
        (_("答复"), proposal.replied_on),
        (_("办结"), proposal.matter.closed_on),
    )
    return [(label, day) for label, day in steps if day]
