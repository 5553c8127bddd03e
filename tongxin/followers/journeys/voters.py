"""Who votes on a council's list of topics: its members of the committee, as the grass-roots room keeps the seats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.activities.grassroots.models import CouncilSeat
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from uuid import UUID

    from tongxin.foundation.core.access import Actor


def seats_of(actor: Actor) -> frozenset[UUID]:
    """Return the councils in which somebody has a fixed seat today. One query."""
    if actor.committee_id is None or actor.member_id is None:
        return frozenset()
    held = CouncilSeat.objects.held_on(clock.today()).filter(
        committee_id=actor.committee_id, member_id=actor.member_id
    )
    return frozenset(held.values_list("node_id", flat=True))
