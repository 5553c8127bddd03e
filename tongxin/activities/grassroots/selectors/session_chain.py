"""The chain of a session, both ways: what it came from, and what it led to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from tongxin.capabilities.matters.models import Kind, MatterLink, Visibility
from tongxin.capabilities.matters.pages import page_of

if TYPE_CHECKING:
    from datetime import date

    from tongxin.activities.grassroots.models import DeliberationSession


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
            tie = Tie(str(Kind(other.kind).label), other.title, page_of(other.kind, other.pk), link.on)
            (after if goes_out else before).append(tie)
    return before, after
