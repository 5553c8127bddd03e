"""What the public sees of a committee. Everything here runs in the public's scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, OuterRef, Q, Subquery

from tongxin.activities.proposals.enums import ANSWERING_ROLES, Disclosure
from tongxin.activities.proposals.lifecycle import PROPOSAL
from tongxin.activities.proposals.models import Assignment, Proposal, Reply
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.models import Kind, Matter, TimelineEntry, Visibility
from tongxin.foundation.core.access import NOBODY
from tongxin.foundation.organization.models import Committee

if TYPE_CHECKING:
    from tongxin.activities.proposals.querysets import ProposalQuerySet
    from tongxin.foundation.core.lifecycle import State


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


@dataclass(frozen=True, slots=True)
class PublicProposal:
    """A disclosed proposal with its way."""

    proposal: Proposal
    state: State
    shows_text: bool
    steps: tuple[PublicStep, ...]
    replies: tuple[PublicReply, ...]
    timeline: tuple[TimelineEntry, ...]
    files: tuple[StoredFile, ...]


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
    """Return what the public page of one proposal shows. Four queries."""
    state = PROPOSAL.states[proposal.state]
    entries = tuple(TimelineEntry.objects.filter(matter=proposal.matter).public())
    parts = (
        Assignment.objects.filter(proposal=proposal, round=proposal.round)
        .in_force()
        .select_related("unit", "reply__reply_class")
    )
    shows_text = proposal.disclosure == Disclosure.FULL
    return PublicProposal(
        proposal=proposal,
        state=state,
        shows_text=shows_text,
        steps=_steps(state),
        replies=tuple(_reply(part, shows_text=shows_text) for part in parts),
        timeline=entries,
        files=tuple(StoredFile.objects.filter(matter=proposal.matter, is_public=True, removed_at=None))
        if shows_text
        else (),
    )


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
