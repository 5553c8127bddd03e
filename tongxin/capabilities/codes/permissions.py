"""May X do Y with codes? Only who."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.foundation.organization.enums import NODE_ROLES, Role
from tongxin.foundation.organization.nodes import keeps

if TYPE_CHECKING:
    from tongxin.capabilities.codes.models import AccessCode
    from tongxin.foundation.core.access import Actor

MANAGERS = (Role.STAFF, Role.TENANT_ADMIN)
PRINTERS = (*MANAGERS, *sorted(NODE_ROLES))
# Leaders and auditors look at all codes; who keeps places looks at theirs.
READERS = (*PRINTERS, Role.LEADER, Role.AUDITOR)
SEE_ALL = (*MANAGERS, Role.LEADER, Role.AUDITOR)


def can_manage_codes(actor: Actor) -> bool:
    """Give places their codes, suspend and replace them."""
    return actor.committee_id is not None and actor.has(*MANAGERS)


def can_issue_for_event(actor: Actor) -> bool:
    """Give an event its code: also those who keep the places where events are held."""
    return actor.committee_id is not None and actor.has(*PRINTERS)


def can_print_code(actor: Actor, code: AccessCode) -> bool:
    """Make a poster: who manages codes, and who keeps the place or made the code of the event."""
    if actor.committee_id != code.committee_id:
        return False
    if can_manage_codes(actor) or keeps(actor, code.node):
        return True
    return code.node_id is None and code.issued_by_id == actor.user_id and actor.has(*NODE_ROLES)


def can_read_event(actor: Actor) -> bool:
    """All who read codes but those who only administer: the events themselves are not theirs to read."""
    return actor.has(*(role for role in READERS if role != Role.TENANT_ADMIN))
