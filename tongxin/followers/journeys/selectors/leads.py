"""Proposal leads, and what a matter has led to already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from tongxin.activities.proposals.models import Proposal
from tongxin.activities.topics.enums import PassedTo, TopicState
from tongxin.activities.topics.models import Topic
from tongxin.capabilities.matters.models import Kind, MatterLink

if TYPE_CHECKING:
    from uuid import UUID

    from tongxin.activities.grassroots.models import DeliberationSession
    from tongxin.foundation.core.access import Actor


def leads(actor: Actor) -> Any:  # noqa: ANN401 (an annotated queryset of topics)
    """Return the topics that are offered to members of this committee, the newest first."""
    taken = MatterLink.objects.filter(source=OuterRef("pk"), target__kind=Kind.PROPOSAL)
    return (
        Topic.objects.filter(
            committee_id=actor.committee_id or 0,
            matter__state=TopicState.PASSED_ON,
            passed_to=PassedTo.PROPOSAL,
            is_sensitive=False,
        )
        .select_related("matter", "node", "category")
        .annotate(is_taken=Exists(taken))
        .order_by("-decided_on", "-pk")
    )


@dataclass(frozen=True, slots=True)
class Led:
    """A proposal that something led to; without title and address where it may not be opened."""

    title: str = ""
    url: str = ""


def led_to(actor: Actor, matter_id: UUID) -> list[Led]:
    """Return the proposals that a matter led to, those that may not be opened as one. Two queries."""
    links = MatterLink.objects.filter(source=matter_id, target__kind=Kind.PROPOSAL)
    ids = set(links.values_list("target", flat=True))
    seen = _seen(actor, ids)
    shown = [Led(p.matter.title, reverse("proposals:detail", args=[p.pk])) for p in seen.values()]
    return [*shown, Led()] if ids - seen.keys() else shown


@dataclass(frozen=True, slots=True)
class SuggestionRow:
    """One suggestion of a session, and what became of it."""

    pk: UUID
    text: str
    led_to: Led | None


def suggestions_of(actor: Actor, session: DeliberationSession) -> list[SuggestionRow]:
    """Return the suggestions of a session. Two queries."""
    rows = list(session.suggestions.all())
    seen = _seen(actor, {row.led_to_id for row in rows if row.led_to_id})
    return [SuggestionRow(row.pk, row.text, _led(seen, row.led_to_id)) for row in rows]


def _seen(actor: Actor, ids: set[UUID]) -> dict[UUID, Proposal]:
    found = Proposal.objects.visible_to(actor).filter(pk__in=ids).select_related("matter")
    return {p.pk: p for p in found.order_by("pk")}


def _led(seen: dict[UUID, Proposal], matter_id: UUID | None) -> Led | None:
    if matter_id is None:
        return None
    found = seen.get(matter_id)
    return Led(found.matter.title, reverse("proposals:detail", args=[found.pk])) if found else Led()
