"""Who may look at and who may change the organization of a committee."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor

# May open the lists.
READERS = (Role.TENANT_ADMIN, Role.STAFF, Role.REVIEWER, Role.LEADER, Role.AUDITOR)
# May change what is in them.
MANAGERS = (Role.TENANT_ADMIN,)
# May look at the posts of the office (编制) and what became of its people, and who keeps that register.
STAFF_KEEPERS = (Role.STAFF, Role.TENANT_ADMIN)
STAFF_READERS = (*STAFF_KEEPERS, Role.LEADER, Role.AUDITOR)


def can_manage_organization(actor: Actor, committee_id: int) -> bool:
    """Administrators of a committee keep its organization."""
    return actor.committee_id == committee_id and actor.has(*MANAGERS)


def can_keep_staff(actor: Actor, committee_id: int) -> bool:
    """Staff and administrators keep the register of posts."""
    return actor.committee_id == committee_id and actor.has(*STAFF_KEEPERS)


def can_open_committee(actor: Actor) -> bool:
    """System administrators give a committee its first administrator."""
    return actor.has(Role.SYSTEM_ADMIN)
