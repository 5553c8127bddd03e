"""The rows behind a receipt: all that a topic led to, each kind read once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from tongxin.activities.grassroots.enums import Presence
from tongxin.activities.grassroots.models import Attendee, DeliberationSession, Problem
from tongxin.activities.proposals.models import Assignment, Promise, Proposal
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.files.serving import INLINE_TYPES
from tongxin.capabilities.matters.models import Kind, Visibility
from tongxin.followers.journeys.selectors.graph import reach

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

# An owner by name that ends so is no person: 村委会、派出所、水管站.
_BODIES = tuple("会委局办站所院队社校村镇厂司组")


@dataclass(frozen=True, slots=True)
class PublicRows:
    """What a topic led to.

    Attributes:
        present: how many came to each session.
        pictures: pictures that everybody may open, by matter.
        parts: the units' parts in each proposal, in its present round.
        due: until when each proposal is to be answered.
        names: who must not be named: those who came, and those who proposed.
    """

    sessions: list[DeliberationSession] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    present: dict[UUID, int] = field(default_factory=dict)
    pictures: dict[UUID, tuple[str, ...]] = field(default_factory=dict)
    parts: dict[UUID, list[Assignment]] = field(default_factory=dict)
    promises: dict[UUID, list[Promise]] = field(default_factory=dict)
    due: dict[UUID, date] = field(default_factory=dict)
    names: frozenset[str] = frozenset()


def rows_of(topic_id: UUID) -> PublicRows:
    """Return the rows of all that a topic led to. At most nine queries, fewer where a kind is missing."""
    by_kind: dict[str, list[UUID]] = defaultdict(list)
    for reached in reach(topic_id, back=False):
        by_kind[reached.kind].append(reached.matter_id)
    sessions = _sessions(by_kind[Kind.SESSION])
    problems = _problems(by_kind[Kind.PROBLEM])
    proposals = _proposals(by_kind[Kind.PROPOSAL])
    names = {p.lead_member.name for p in proposals if p.lead_member} | {s.chaired_by for s in sessions}
    present: dict[UUID, int] = {s.pk: s.others_present for s in sessions}
    for pk, name, came in _attendees(by_kind[Kind.SESSION]):
        names.add(name)
        present[pk] += came
    names |= {p.owner for p in problems if not p.owner.endswith(_BODIES)}
    return PublicRows(
        sessions=sessions,
        problems=problems,
        proposals=proposals,
        present=present,
        pictures=_pictures([*by_kind[Kind.SESSION], *by_kind[Kind.PROBLEM]]),
        parts=_parts(proposals),
        promises=_promises(by_kind[Kind.PROPOSAL]),
        due=_due(by_kind[Kind.PROPOSAL]),
        names=frozenset(names),
    )


def _sessions(ids: Iterable[UUID]) -> list[DeliberationSession]:
    if not ids:
        return []
    return list(DeliberationSession.objects.filter(pk__in=ids).select_related("matter").order_by("starts_at"))


def _problems(ids: Iterable[UUID]) -> list[Problem]:
    if not ids:
        return []
    return list(
        Problem.objects.filter(pk__in=ids)
        .select_related("matter", "unit")
        .order_by("matter__opened_on", "pk")
    )


def _proposals(ids: Iterable[UUID]) -> list[Proposal]:
    if not ids:
        return []
    found = Proposal.objects.filter(pk__in=ids).select_related("matter", "lead_member", "body")
    return list(found.order_by("filed_on", "pk"))


def _attendees(ids: Iterable[UUID]) -> list[tuple[UUID, str, int]]:
    if not ids:
        return []
    came = Count("pk", filter=Q(presence=Presence.PRESENT))
    rows = Attendee.objects.filter(session__in=ids).order_by().values_list("session", "name")
    return list(rows.annotate(came=came))


def _pictures(ids: Iterable[UUID]) -> dict[UUID, tuple[str, ...]]:
    if not ids:
        return {}
    found: dict[UUID, tuple[str, ...]] = {}
    rows = StoredFile.objects.kept().filter(
        matter__in=ids, matter__visibility=Visibility.PUBLIC, is_public=True, media_type__in=INLINE_TYPES
    )
    for matter_id, pk in rows.values_list("matter_id", "pk"):
        found[matter_id] = (*found.get(matter_id, ()), str(pk))
    return found


def _parts(proposals: list[Proposal]) -> dict[UUID, list[Assignment]]:
    if not proposals:
        return {}
    rounds = {p.pk: p.round for p in proposals}
    found: dict[UUID, list[Assignment]] = defaultdict(list)
    rows = Assignment.objects.in_force().filter(proposal__in=rounds)
    for part in rows.select_related("unit", "reply__reply_class"):
        if part.round == rounds[part.proposal_id]:
            found[part.proposal_id].append(part)
    return found


def _promises(ids: Iterable[UUID]) -> dict[UUID, list[Promise]]:
    found: dict[UUID, list[Promise]] = defaultdict(list)
    if ids:
        for promise in Promise.objects.filter(proposal__in=ids).select_related("unit", "reply"):
            found[promise.proposal_id].append(promise)
    return found


def _due(ids: Iterable[UUID]) -> dict[UUID, date]:
    if not ids:
        return {}
    rows = Deadline.objects.running().filter(matter__in=ids, kind="reply").order_by("due_on")
    return dict(rows.values_list("matter_id", "due_on"))
