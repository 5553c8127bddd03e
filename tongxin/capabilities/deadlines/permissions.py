"""Who may change the calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor

CALENDAR_ROLES = (Role.TENANT_ADMIN, Role.STAFF)


def can_change_calendar(actor: Actor) -> bool:
    """Staff and the committee's administrator keep its calendar."""
    return actor.committee_id is not None and actor.has(*CALENDAR_ROLES)
