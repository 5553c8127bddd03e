"""Who asks, who prepares, who signs. Only who; whether the state allows it stands in the actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Owned

# Who looks at what was reported.
READERS = (Role.STAFF, Role.LEADER, Role.AUDITOR)


def can_ask(actor: Actor) -> bool:
    """Staff ask the committees below their own."""
    return actor.committee_id is not None and actor.has(Role.STAFF)


def can_keep(actor: Actor, row: Owned) -> bool:
    """Staff prepare and correct their committee's sheets, and look after what was reported to it."""
    return actor.committee_id == row.committee_id and actor.has(Role.STAFF)


def can_sign(actor: Actor, row: Owned) -> bool:
    """Only a leader signs: what goes up is said by the committee."""
    return actor.committee_id == row.committee_id and actor.has(Role.LEADER)
