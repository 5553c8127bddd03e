"""Noting visits to a place (走访): by a scan there, or many at once from a phone that was offline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from tongxin.activities.grassroots.models import Visit
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.models import new_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Node


@dataclass(frozen=True, slots=True)
class Arrival:
    """One visit as it was noted: the nonce makes it count once.

    Attributes:
        member_id: who was there; the key of a member of this committee, or None for who has no seat.
        at: when, at most now.
    """

    nonce: UUID
    node: Node
    member_id: UUID | None
    at: datetime
    note: str = ""


@transaction.atomic
def log_visits(*, actor: Actor, arrivals: Sequence[Arrival]) -> frozenset[UUID]:
    """Note visits, each once, however often and from however many phones it arrives.

    The caller has checked that the nodes are the actor's committee's and that the actor may note for these
    members.

    Returns:
        The nonces that were new.
    """
    user_id = actor.user_id
    assert user_id is not None  # noqa: S101 (the policy let nobody else in; for the type)
    # Two uploads of the same visits wait for each other in the same order.
    rows = {
        a.nonce: Visit(
            id=new_id(),
            committee_id=a.node.committee_id,
            nonce=a.nonce,
            node=a.node,
            user_id=user_id,
            member_id=a.member_id,
            on=a.at.astimezone(clock.ZONE).date(),
            at=a.at,
            note=a.note[:200],
        )
        for a in sorted(arrivals, key=lambda a: a.nonce)
    }
    Visit.objects.bulk_create(rows.values(), ignore_conflicts=True)
    kept = Visit.objects.filter(pk__in=[row.pk for row in rows.values()])
    new = frozenset(kept.values_list("nonce", flat=True))
    if new:
        record(
            actor=actor,
            action="grassroots.log_visits",
            target=f"organization.node:{arrivals[0].node.pk}",
            count=len(new),
        )
    return new
