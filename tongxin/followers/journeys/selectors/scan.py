"""What somebody with an account can do where they scanned a code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from tongxin.activities.grassroots.enums import Presence
from tongxin.activities.grassroots.models import Attendee
from tongxin.followers.journeys.selectors.place import running_at
from tongxin.foundation.core.access import scope_of
from tongxin.foundation.organization.enums import NODE_ROLES, Role

if TYPE_CHECKING:
    from uuid import UUID

    from tongxin.activities.grassroots.models import DeliberationSession
    from tongxin.capabilities.codes.models import AccessCode
    from tongxin.foundation.core.access import Actor

# Who goes to villages for the committee.
SCANNERS = (Role.STAFF, Role.MEMBER, *sorted(NODE_ROLES))


@dataclass(frozen=True, slots=True)
class Offer:
    """What the page offers to somebody who is signed in.

    Attributes:
        session: the one that runs here now.
        can_check_in: whether they are a member, who is counted there.
        is_present: whether they have checked in already.
        nonce: for a visit; the same one again is the same visit.
    """

    name: str
    session: DeliberationSession | None
    can_check_in: bool
    is_present: bool
    nonce: UUID


def offer_to(actor: Actor, code: AccessCode) -> Offer | None:
    """Return what this person can do here; None for who works in another committee or has no business here."""
    if actor.committee_id != code.committee_id or not actor.has(*SCANNERS):
        return None
    member_id = actor.member_id
    with scope_of(actor):
        session = running_at(code)
        is_present = bool(session and member_id) and (
            Attendee.objects.visible_to(actor)
            .filter(session=session, member=member_id, presence=Presence.PRESENT)
            .exists()
        )
    return Offer(
        name=actor.name,
        session=session,
        can_check_in=bool(session and member_id),
        is_present=is_present,
        nonce=uuid4(),
    )
