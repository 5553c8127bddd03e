"""What the page of outstanding proposals and units shows: who was recommended, and how far each has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from tongxin.activities.proposals.enums import ANSWERING_ROLES, ProposalKind, Satisfaction
from tongxin.activities.proposals.lifecycle_following import HONOUR
from tongxin.activities.proposals.models import Assignment, Honour
from tongxin.activities.proposals.permissions import can_nominate_outstanding
from tongxin.activities.proposals.querysets import OFFICE
from tongxin.activities.proposals.reports.conditions import ANSWERED
from tongxin.activities.proposals.reports.handling import units_of
from tongxin.activities.proposals.reports.shares import percent
from tongxin.activities.proposals.reports.wanted import frame_of, rows_url
from tongxin.activities.proposals.selectors.key import session_asked, sessions_of, share_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from decimal import Decimal
    from uuid import UUID

    from tongxin.activities.proposals.models import Proposal
    from tongxin.activities.proposals.reports.conditions import Frame
    from tongxin.activities.proposals.reports.handling import UnitCounts
    from tongxin.activities.proposals.selectors.key import Share
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.lifecycle import State
    from tongxin.foundation.organization.models import Session

# At least so many of the honoured should be collective (全国政协年度好提案的比例).
COLLECTIVE_PERCENT = 20
_MEMBERS_OWN = (ProposalKind.INDIVIDUAL, ProposalKind.JOINT)
_ON_THE_WAY = (Honour.State.SHORTLISTED, Honour.State.DECIDED, Honour.State.PUBLISHED)


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """What one unit did in a session; each number opens its rows."""

    pk: UUID
    name: str
    handled: int
    handled_url: str
    replied: int
    replied_url: str
    late: int
    late_url: str
    on_time_percent: Decimal | None
    rated: int
    satisfied: int
    satisfied_url: str
    satisfied_percent: Decimal | None


@dataclass(frozen=True, slots=True)
class HonourRow:
    """One recommendation in the words of the page."""

    honour: Honour
    state: State
    name: str
    url: str
    units: str
    figures: UnitFigures | None


@dataclass(frozen=True, slots=True)
class Stage:
    """The recommendations that have come equally far."""

    state: State
    rows: Sequence[HonourRow]


@dataclass(frozen=True, slots=True)
class HonourPage:
    """Everything on the page.

    Attributes:
        collective: of the proposals that are short-listed or further, how many are collective.
        share: of proposals only.
    """

    session: Session | None
    sessions: Sequence[Session]
    kind: str
    stages: Sequence[Stage]
    share: Share | None
    listed: int
    collective: int

    @property
    def rows(self) -> list[HonourRow]:
        """All recommendations, the furthest first."""
        return [row for stage in self.stages for row in stage.rows]

    @property
    def collective_percent(self) -> Decimal | None:
        """The share of collective ones among those short-listed or further."""
        return percent(self.collective, self.listed)

    @property
    def lacks_collective(self) -> bool:
        """Whether fewer are collective than there should be."""
        return bool(self.listed) and self.collective * 100 < COLLECTIVE_PERCENT * self.listed


_ORDER = (
    Honour.State.NOMINATED,
    Honour.State.SHORTLISTED,
    Honour.State.DECIDED,
    Honour.State.PUBLISHED,
    Honour.State.NOT_SHORTLISTED,
    Honour.State.NOT_DECIDED,
)


def honour_page(actor: Actor, asked: str, kind: str) -> HonourPage:
    """Return the recommendations of one session, of proposals or of units. Four or five queries."""
    sessions = sessions_of(actor)
    session = session_asked(sessions, asked)
    kind = Honour.Kind.UNIT if kind == Honour.Kind.UNIT else Honour.Kind.PROPOSAL
    if session is None:
        return HonourPage(None, (), kind, (), None, 0, 0)
    found = list(_honours(actor, session, kind))
    in_office = actor.has(*OFFICE)
    figures: dict[UUID, UnitFigures] = {}
    share = None
    if in_office:
        frame = frame_of(actor.committee_id)
        if kind == Honour.Kind.UNIT:
            figures = {f.pk: f for f in unit_figures(actor, session, frame)}
        else:
            share = share_of(actor, session, frame, "is_outstanding", frame.rules.outstanding_share_percent)
    rows = [_row(h, figures) for h in found]
    listed = [h.proposal for h in found if h.proposal and h.state in _ON_THE_WAY]
    return HonourPage(
        session=session,
        sessions=sessions,
        kind=kind,
        stages=_stages(rows),
        share=share,
        listed=len(listed),
        collective=sum(p.kind not in _MEMBERS_OWN for p in listed),
    )


def _honours(actor: Actor, session: Session, kind: str) -> Iterable[Honour]:
    units = (
        Assignment.objects.in_force()
        .filter(proposal=OuterRef("proposal"), round=OuterRef("proposal__round"), role__in=ANSWERING_ROLES)
        .values("unit__name")
    )
    return (
        Honour.objects.visible_to(actor)
        .filter(session=session, kind=kind)
        .select_related("unit", "proposal__matter", "proposal__lead_member", "proposal__body")
        .annotate(unit_names=ArraySubquery(units))
        .order_by("proposal__number", "unit__name", "pk")
    )


def _row(honour: Honour, figures: dict[UUID, UnitFigures]) -> HonourRow:
    if honour.proposal:
        url = reverse("proposals:detail", args=[honour.proposal_id])
        name = honour.proposal.matter.title
    else:
        url, name = "", str(honour.unit)
    return HonourRow(
        honour=honour,
        state=HONOUR.states[honour.state],
        name=name,
        url=url,
        units=_("、").join(honour.unit_names),  # type: ignore[attr-defined]  # annotated above
        figures=figures.get(honour.unit_id) if honour.unit_id else None,
    )


def _stages(rows: Sequence[HonourRow]) -> list[Stage]:
    stages = [Stage(HONOUR.states[code], [r for r in rows if r.honour.state == code]) for code in _ORDER]
    return [s for s in stages if s.rows]


def unit_figures(actor: Actor, session: Session, frame: Frame) -> list[UnitFigures]:
    """Return what each unit that answers did in a session, who answers most first. Two queries."""
    return [_figures(u, session) for u in units_of(session, actor, frame) if u.parts["answering"]]


def _figures(u: UnitCounts, session: Session) -> UnitFigures:
    def rows(**query: str) -> str:
        return rows_url(session.pk, of="filed", unit=u.pk, role="answering", **query)

    replied, late = u.parts["replied"], u.parts["late"]
    rated, satisfied = u.results.total(), u.results[Satisfaction.SATISFIED]
    return UnitFigures(
        pk=u.pk,
        name=u.name,
        handled=u.parts["answering"],
        handled_url=rows(),
        replied=replied,
        replied_url=rows(part="replied"),
        late=late,
        late_url=rows(part="late"),
        on_time_percent=percent(replied - late, replied),
        rated=rated,
        satisfied=satisfied,
        satisfied_url="",
        satisfied_percent=percent(satisfied, rated),
    )


def export_rows(page: HonourPage) -> list[dict[str, str | int | date | None]]:
    """Return the recommendations of one session for a workbook."""
    return [
        {
            "name": row.name,
            "code": (row.honour.proposal.matter.code or "") if row.honour.proposal else "",
            "proposer": row.honour.proposal.proposer_name if row.honour.proposal else "",
            "state": str(row.state.label),
            "reason": row.honour.reason,
            "nominated_by": row.honour.nominated_by_name,
            "nominated_on": row.honour.nominated_on,
            "review_note": row.honour.review_note,
            "decision": row.honour.decision,
            "decided_on": row.honour.decided_on,
            "published_on": row.honour.published_on,
        }
        for row in page.rows
    ]


def honour_url(actor: Actor, proposal: Proposal) -> str:
    """Return where a proposal can be recommended as outstanding; empty where this actor cannot. No query."""
    can = (
        proposal.state in ANSWERED
        and not proposal.is_outstanding
        and can_nominate_outstanding(actor, proposal)
    )
    return reverse("proposals:honour_proposal", args=[proposal.pk]) if can else ""
