"""What the pages of key proposals show: the pool and the chosen of a session, and one with all its events."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import gettext as _

from tongxin.activities.proposals.actions.supervising import UNDER_WAY
from tongxin.activities.proposals.enums import ANSWERING_ROLES, AssignmentState
from tongxin.activities.proposals.lifecycle_following import KEY
from tongxin.activities.proposals.models import (
    Assignment,
    KeyProposal,
    Promise,
    Proposal,
    SupervisionEvent,
    Supervisor,
)
from tongxin.activities.proposals.permissions import can_nominate_key
from tongxin.activities.proposals.querysets import OFFICE, counts_as_filed
from tongxin.activities.proposals.reports.shares import percent
from tongxin.activities.proposals.reports.wanted import frame_of, rows_url
from tongxin.activities.proposals.sight import sight_of
from tongxin.capabilities.files.models import StoredFile
from tongxin.foundation.core import clock
from tongxin.foundation.core.components import Action
from tongxin.foundation.organization.models import Session, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from uuid import UUID

    from tongxin.activities.proposals.querysets import ProposalQuerySet
    from tongxin.activities.proposals.reports.conditions import Frame
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.lifecycle import State

# The page of each move of a key proposal, and the words on its button.
_PAGES = {
    "nominate_key": "key_nominate",
    "withdraw_key": "key_withdraw",
    "add_supervisor": "key_supervisors",
    "plan_supervision": "key_plan",
    "record_supervision": "key_event",
    "end_supervision": "key_result",
}


def with_key(proposals: Any) -> Any:  # noqa: ANN401 (a queryset of proposals)
    """Add to each proposal what is known of its supervision; no query of its own."""
    return proposals.select_related("key").annotate(
        key_leaders=ArraySubquery(
            Supervisor.objects.filter(key__proposal=OuterRef("pk"))
            .annotate(full=Concat("office", "name"))
            .values("full")
        ),
        key_events=Subquery(_per_key(SupervisionEvent.objects, n=Count("pk"))),
        key_last_on=Subquery(
            SupervisionEvent.objects.filter(key__proposal=OuterRef("pk")).order_by("-on").values("on")[:1]
        ),
    )


def _per_key(rows: Any, **aggregate: Any) -> Any:  # noqa: ANN401
    found = rows.filter(key__proposal=OuterRef("pk")).order_by().values("key")
    return found.annotate(**aggregate).values(*aggregate)


# ── a session ──


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One proposal of the pool or of those chosen, in the words of the page."""

    proposal: Proposal
    key: KeyProposal | None
    state: State
    units: str
    leaders: str
    events: int
    last_on: date | None
    promises: int
    kept: int


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a session there are, and how many the committee means to have.

    Attributes:
        of_percent: the share that the rules name; ``amounts_to`` proposals of those filed.
    """

    filed: int
    filed_url: str
    marked: int
    marked_url: str
    marked_percent: Decimal | None
    of_percent: Decimal
    amounts_to: int


@dataclass(frozen=True, slots=True)
class KeyPage:
    """Everything on the page of a session's key proposals."""

    session: Session | None
    sessions: Sequence[Session]
    share: Share | None
    chosen: Sequence[KeyRow]
    pool: Sequence[KeyRow]
    passed_over: Sequence[KeyRow]

    @property
    def events(self) -> int:
        """How often leaders have supervised, all together."""
        return sum(row.events for row in self.chosen)


def sessions_of(actor: Actor) -> list[Session]:
    """Return the sessions of the committee, the latest first. One query."""
    return list(Session.objects.visible_to(actor).select_related("term").order_by("-opens_on"))


def session_asked(sessions: Sequence[Session], asked: str) -> Session | None:
    """Return the session that an address names; else the latest that has begun."""
    named = next((s for s in sessions if str(s.pk) == asked), None)
    begun = (s for s in sessions if s.opens_on <= clock.today())
    return named or next(begun, None) or (sessions[0] if sessions else None)


def key_page(actor: Actor, asked: str) -> KeyPage:
    """Return the pool and the chosen of one session. Four queries."""
    sessions = sessions_of(actor)
    session = session_asked(sessions, asked)
    if session is None:
        return KeyPage(None, (), None, (), (), ())
    frame = frame_of(actor.committee_id)
    rows = [_row(p) for p in _supervised(actor, session)]
    state = KeyProposal.State
    return KeyPage(
        session=session,
        sessions=sessions,
        share=share_of(actor, session, frame, "is_key", frame.rules.key_share_percent),
        chosen=[r for r in rows if r.key is None or r.key.state in (state.CHOSEN, state.ENDED)],
        pool=[r for r in rows if r.key and r.key.state == state.POOL],
        passed_over=[r for r in rows if r.key and r.key.state == state.NOT_CHOSEN],
    )


def share_of(actor: Actor, session: Session, frame: Frame, mark: str, of_percent: Decimal) -> Share:
    """Return how many of a session's proposals bear a mark, against what the rules name. One query."""
    counts = (
        Proposal.objects.visible_to(actor)
        .filter(session=session, submitted_at__isnull=False)
        .aggregate(
            filed=Count("pk", filter=counts_as_filed(frame.rules)), marked=Count("pk", filter=Q((mark, True)))
        )
    )
    exact = Decimal(counts["filed"]) * of_percent / 100
    return Share(
        filed=counts["filed"],
        filed_url=rows_url(session.pk, of="filed"),
        marked=counts["marked"],
        marked_url=rows_url(session.pk, of=mark.removeprefix("is_")),
        marked_percent=percent(counts["marked"], counts["filed"]),
        of_percent=of_percent,
        amounts_to=int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)),
    )


def _supervised(actor: Actor, session: Session) -> ProposalQuerySet:
    """Return the proposals of a session that are or were to be key ones. One query."""
    promises = Promise.objects.filter(event__key__proposal=OuterRef("pk")).order_by().values("event__key")
    found: ProposalQuerySet = (
        with_key(Proposal.objects.visible_to(actor))
        .filter(Q(key__isnull=False) | Q(is_key=True), session=session)
        .for_list()
        .annotate(
            unit_names=ArraySubquery(
                Assignment.objects.in_force()
                .filter(proposal=OuterRef("pk"), round=OuterRef("round"), role__in=ANSWERING_ROLES)
                .values("unit__name")
            ),
            promises_made=Subquery(promises.annotate(n=Count("pk")).values("n")),
            promises_kept=Subquery(promises.annotate(n=Count("pk", filter=Q(state="kept"))).values("n")),
        )
        .order_by(F("number").asc(nulls_last=True), "pk")
    )
    return found


def _row(p: Any) -> KeyRow:  # noqa: ANN401 (annotated above)
    key = getattr(p, "key", None)
    return KeyRow(
        proposal=p,
        key=key,
        # What came in from a workbook as a key proposal has no more to it.
        state=KEY.states[key.state if key else KeyProposal.State.CHOSEN],
        units=_("、").join(p.unit_names),
        leaders=_("、").join(p.key_leaders),
        events=p.key_events or 0,
        last_on=p.key_last_on,
        promises=p.promises_made or 0,
        kept=p.promises_kept or 0,
    )


def export_rows(page: KeyPage) -> list[dict[str, str | int | date | None]]:
    """Return the rows of a session's key proposals for a workbook, the chosen first."""
    return [
        {
            "code": row.proposal.matter.code or "",
            "title": row.proposal.matter.title,
            "proposer": row.proposal.proposer_name,
            "units": row.units,
            "state": str(row.state.label),
            "reason": row.key.reason if row.key else "",
            "decision": row.key.decision if row.key else "",
            "decided_on": row.key.decided_on if row.key else None,
            "leaders": row.leaders,
            "events": row.events,
            "last_on": row.last_on,
            "promises": row.promises,
            "kept": row.kept,
            "result": row.key.result if row.key else "",
        }
        for row in (*page.chosen, *page.pool, *page.passed_over)
    ]


# ── one ──


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture or paper of an event."""

    name: str
    url: str
    kind: str
    size: int


@dataclass(frozen=True, slots=True)
class EventView:
    """One act of supervising, as far as the actor may see it."""

    event: SupervisionEvent
    leaders: str
    promises: Sequence[Promise]
    photos: Sequence[Photo]


@dataclass(frozen=True, slots=True)
class KeyDetail:
    """One key proposal with everything that was done about it.

    Attributes:
        is_office: reads the reason of the nomination and the plan.
        is_party: has a part in it, and reads what was found and promised.
    """

    key: KeyProposal
    proposal: Proposal
    state: State
    units: Sequence[tuple[str, str]]
    leaders: Sequence[Supervisor]
    events: Sequence[EventView]
    actions: Sequence[Action]
    is_office: bool
    is_party: bool


def key_detail(actor: Actor, proposal: Any, key: KeyProposal) -> KeyDetail:  # noqa: ANN401 (by for_page)
    """Return the page of one key proposal. Five queries."""
    key.proposal = proposal
    parts: list[Any] = list(Assignment.objects.filter(proposal=proposal).select_related("unit"))
    sight = sight_of(actor, proposal, parts, cosigner=proposal.asked_of_actor)
    now = [p for p in parts if p.round == proposal.round and p.state != AssignmentState.DECLINED]
    return KeyDetail(
        key=key,
        proposal=proposal,
        state=KEY.states[key.state],
        units=[(p.unit.name, p.get_role_display()) for p in sorted(now, key=_answering_first)],
        leaders=list(key.supervisors.all()),
        events=_events(key, is_party=sight.party),
        actions=actions_on(actor, key),
        is_office=sight.office,
        is_party=sight.party,
    )


def _answering_first(part: Assignment) -> tuple[bool, str]:
    return part.role not in ANSWERING_ROLES, part.unit.name


def _events(key: KeyProposal, *, is_party: bool) -> list[EventView]:
    people = Supervisor.objects.filter(events=OuterRef("pk")).annotate(full=Concat("office", "name"))
    events: list[Any] = list(
        SupervisionEvent.objects.filter(key=key)
        .annotate(people=ArraySubquery(people.values("full")))
        .order_by("-on", "-made_at")
    )
    promises: dict[UUID | None, list[Promise]] = {}
    photos: dict[UUID | None, list[Photo]] = {}
    if is_party:
        for promise in Promise.objects.filter(event__key=key).select_related("unit"):
            promises.setdefault(promise.event_id, []).append(promise)
        for stored in StoredFile.objects.kept().filter(
            matter_id=key.proposal_id, subject_id__in=[e.pk for e in events]
        ):
            photos.setdefault(stored.subject_id, []).append(_photo(stored))
    return [
        EventView(e, _("、").join(e.people), promises.get(e.pk, []), photos.get(e.pk, [])) for e in events
    ]


def _photo(stored: StoredFile) -> Photo:
    url = reverse("files:download", args=[stored.pk])
    return Photo(stored.name, url, str(StoredFile.Purpose(stored.purpose).label), stored.size_bytes)


def actions_on(actor: Actor, key: KeyProposal) -> list[Action]:
    """Return the buttons: what this actor can do with a key proposal now. No query."""
    verbs = [m.verb for m in KEY.open_to(actor, key) if m.verb in _PAGES]
    if key.proposal.state not in UNDER_WAY:
        verbs = [v for v in verbs if v in ("withdraw_key", "end_supervision")]
    return [
        Action(
            str(KEY.moves[verb].label),
            reverse(f"proposals:{_PAGES[verb]}", args=[key.proposal_id]),
            main=verb == "record_supervision",
        )
        for verb in sorted(verbs, key=lambda v: v != "record_supervision")
    ]


# ── on the page of the proposal ──


@dataclass(frozen=True, slots=True)
class KeyCard:
    """What the page of a proposal says of its supervision.

    Attributes:
        url: the page of its own; empty where the actor may not open it.
        nominate_url: where it can be put into the pool; empty where it cannot.
    """

    state: State | None
    leaders: str
    events: int
    last_on: date | None
    url: str
    nominate_url: str


def key_card(actor: Actor, proposal: Any) -> KeyCard | None:  # noqa: ANN401 (annotated by with_key)
    """Return what is known of its supervision as far as the actor may see it; None when nothing is. No query."""
    key = getattr(proposal, "key", None)
    in_office = actor.has(*OFFICE)
    if key and not in_office and key.state not in (KeyProposal.State.CHOSEN, KeyProposal.State.ENDED):
        key = None
    if key and actor.committee_id is not None:
        return KeyCard(
            state=KEY.states[key.state],
            leaders=_("、").join(proposal.key_leaders),
            events=proposal.key_events or 0,
            last_on=proposal.key_last_on,
            url=reverse("proposals:key", args=[proposal.pk]),
            nominate_url="",
        )
    if proposal.is_key or proposal.state not in UNDER_WAY or not can_nominate_key(actor, proposal):
        return None
    return KeyCard(None, "", 0, None, "", reverse("proposals:key_nominate", args=[proposal.pk]))


def units_at_work(proposal: Proposal) -> list[Unit]:
    """Return the units that handle it in the present round, who answers first. One query."""
    parts: Iterable[Assignment] = (
        Assignment.objects.filter(proposal=proposal, round=proposal.round).in_force().select_related("unit")
    )
    return [p.unit for p in sorted(parts, key=_answering_first)]
