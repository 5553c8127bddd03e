"""The chain of a session, both ways: what it came from, and what it led to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import NoReverseMatch, reverse

from tongxin.capabilities.matters.models import Kind, MatterLink, Visibility

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from tongxin.activities.grassroots.models import DeliberationSession

# Where other kinds of matter are read. Their rooms are not known here, only the names of their pages.
_PAGES = {
    Kind.TOPIC: "topics:detail",
    Kind.PROPOSAL: "proposals:detail",
    Kind.SESSION: "grassroots:session",
    Kind.PROBLEM: "grassroots:problem",
}


@dataclass(frozen=True, slots=True)
class Tie:
    """Another matter of the chain; without an address where the actor does not read it."""

    kind: str
    title: str
    url: str
    on: date


def ties_of(session: DeliberationSession, *, everything: bool) -> tuple[list[Tie], list[Tie]]:
    """Return the chain both ways. Who works on the session sees all of it, others what is not internal."""
    links = (
        MatterLink.objects.filter(Q(source_id=session.pk) | Q(target_id=session.pk))
        .select_related("source", "target")
        .order_by("on", "pk")
    )
    before: list[Tie] = []
    after: list[Tie] = []
    for link in links:
        goes_out = link.source_id == session.pk
        other = link.target if goes_out else link.source
        if goes_out and other.kind == Kind.PROBLEM:
            # They stand among the follow-up items.
            continue
        if everything or other.visibility != Visibility.INTERNAL:
            tie = Tie(str(Kind(other.kind).label), other.title, _url(other.kind, other.pk), link.on)
            (after if goes_out else before).append(tie)
    return before, after


def _url(kind: str, pk: UUID) -> str:
    try:
        return reverse(_PAGES[Kind(kind)], args=[pk])
    except (KeyError, NoReverseMatch):
        return ""
