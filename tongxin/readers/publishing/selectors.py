"""What the public sees of a committee. Everything here runs in the public's scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from tongxin.activities.proposals.enums import ANSWERING_ROLES, Disclosure
from tongxin.activities.proposals.lifecycle import PROPOSAL
from tongxin.activities.proposals.models import Assignment, Honour, Promise, Proposal, Reply
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.files.serving import INLINE_TYPES
from tongxin.capabilities.matters.models import Kind, Matter, TimelineEntry, Visibility
from tongxin.foundation.core import clock
from tongxin.foundation.core.access import NOBODY
from tongxin.foundation.organization.models import Committee

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from tongxin.activities.proposals.querysets import ProposalQuerySet
    from tongxin.foundation.core.lifecycle import State
    from tongxin.foundation.organization.models import Session


@dataclass(frozen=True, slots=True)
class PublicStep:
    """One step of the way as the public sees it."""

    state: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class PublicReply:
    """A unit's reply as it may be read by everybody."""

    unit: str
    role: str
    reply: Reply | None

    @property
    def text(self) -> str:
        """What the unit wrote for the public; where it wrote nothing else, what it wrote to the proposer."""
        if self.reply is None:
            return ""
        return self.reply.public_text.strip() or self.reply.text


@dataclass(frozen=True, slots=True)
class PublicPromise:
    """What a unit said it will do, by when, and whether it was done."""

    promise: Promise
    tone: str
    state: str


@dataclass(frozen=True, slots=True)
class PublicProposal:
    """A disclosed proposal with its way."""

    proposal: Proposal
    state: State
    shows_text: bool
    steps: tuple[PublicStep, ...]
    replies: tuple[PublicReply, ...]
    timeline: tuple[TimelineEntry, ...]
    promises: tuple[PublicPromise, ...]
    files: tuple[StoredFile, ...]
    photos: tuple[StoredFile, ...]


@dataclass(frozen=True, slots=True)
class Honoured:
    """What a committee has honoured in the latest session of which it published any (优秀提案、先进承办单位)."""

    session: Session
    proposals: tuple[Proposal, ...]
    units: tuple[str, ...]


def honoured(committee: Committee) -> Honoured | None:
    """Return the published honours of the latest session that has any; proposals only if they are disclosed.

    One query.
    """
    disclosed_ones = Proposal.objects.visible_to(NOBODY).filter(committee=committee)
    rows = list(
        Honour.objects.filter(committee=committee, state=Honour.State.PUBLISHED)
        .filter(Q(unit__isnull=False) | Q(proposal__in=disclosed_ones))
        .select_related(
            "session__term", "unit", "proposal__matter", "proposal__lead_member", "proposal__body"
        )
        .order_by("-session__opens_on", "proposal__number", "unit__name")
    )
    if not rows:
        return None
    latest = [row for row in rows if row.session_id == rows[0].session_id]
    return Honoured(
        session=rows[0].session,
        proposals=tuple(row.proposal for row in latest if row.proposal),
        units=tuple(row.unit.name for row in latest if row.unit),
    )


def disclosed(committee: Committee, query: str = "") -> ProposalQuerySet:
    """Return the disclosed proposals of a committee, newest first; with a query, those that match it."""
    found = (
        Proposal.objects.visible_to(NOBODY)
        .filter(committee=committee)
        .for_list()
        .annotate(
            lead_unit=Subquery(
                Assignment.objects.filter(proposal=OuterRef("pk"), role__in=ANSWERING_ROLES)
                .in_force()
                .order_by("-round")
                .values("unit__name")[:1]
            )
        )
        .order_by("-filed_on", "-number")
    )
    if query:
        found = found.filter(Q(matter__title__icontains=query) | Q(matter__code__iexact=query))
    return found


def open_committees() -> list[Committee]:
    """Return the committees whose public site is open, with how much each has disclosed.

    Row-level security shows the public no rows of committees out of scope, so the caller opens the scope of
    all of them first.
    """
    return list(Committee.objects.filter(is_public=True).order_by("code"))


def disclosed_counts() -> dict[int, int]:
    """Return how many proposals each committee in scope has disclosed."""
    rows = (
        Matter.objects.filter(kind=Kind.PROPOSAL, visibility=Visibility.PUBLIC)
        .order_by()
        .values_list("committee_id")
        .annotate(n=Count("pk"))
    )
    return dict(rows)


def public_proposal(proposal: Proposal) -> PublicProposal:
    """Return what the public page of one proposal shows. Five queries."""
    state = PROPOSAL.states[proposal.state]
    entries = tuple(TimelineEntry.objects.filter(matter=proposal.matter).public())
    parts = (
        Assignment.objects.filter(proposal=proposal, round=proposal.round)
        .in_force()
        .select_related("unit", "reply__reply_class")
    )
    shows_text = proposal.disclosure == Disclosure.FULL
    files = list(StoredFile.objects.filter(matter=proposal.matter, is_public=True, removed_at=None))
    return PublicProposal(
        proposal=proposal,
        state=state,
        shows_text=shows_text,
        steps=_steps(state),
        replies=tuple(_reply(part, shows_text=shows_text) for part in parts),
        timeline=entries,
        promises=tuple(promises_of([proposal.pk]).get(proposal.pk, ())),
        files=tuple(f for f in files if shows_text and not is_photo(f)),
        photos=tuple(f for f in files if shows_text and is_photo(f)),
    )


def promises_of(proposal_ids: Iterable[UUID]) -> dict[UUID, list[PublicPromise]]:
    """Return the promises of these proposals that the public may read, the nearest first. One query."""
    rows = (
        Promise.objects.filter(proposal__in=list(proposal_ids), proposal__disclosure=Disclosure.FULL)
        .filter(state__in=(Promise.State.OPEN, Promise.State.REPORTED, Promise.State.KEPT))
        .filter(Q(reply=None) | Q(reply__may_be_public=True, reply__sent_on__isnull=False))
        .select_related("unit")
        .order_by("due_on", "pk")
    )
    found: dict[UUID, list[PublicPromise]] = {}
    for promise in rows:
        found.setdefault(promise.proposal_id, []).append(_promise(promise))
    return found


def _promise(promise: Promise) -> PublicPromise:
    if promise.state == Promise.State.KEPT:
        return PublicPromise(promise, "ok", _("已兑现"))
    if promise.due_on < clock.today():
        return PublicPromise(promise, "late", _("过了承诺的日期，还没有核实兑现"))
    return PublicPromise(promise, "go", _("正在办"))


def is_photo(stored: StoredFile) -> bool:
    """Say whether a file is a photo of what was done, to be shown and not only offered."""
    return stored.purpose == StoredFile.Purpose.EVIDENCE and stored.media_type in INLINE_TYPES


def _reply(part: Assignment, *, shows_text: bool) -> PublicReply:
    reply = getattr(part, "reply", None)
    readable = reply is not None and reply.sent_on is not None and reply.may_be_public and shows_text
    return PublicReply(part.unit.name, part.get_role_display(), reply if readable else None)


def _steps(state: State) -> tuple[PublicStep, ...]:
    closed = state.final
    return tuple(
        PublicStep("done" if closed or n < state.step else "now" if n == state.step else "todo", str(label))
        for n, label in enumerate(PROPOSAL.steps)
    )
