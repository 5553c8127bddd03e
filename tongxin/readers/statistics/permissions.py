"""May X do Y with numbers? Who sees a number, its figure says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor

# Who looks at numbers; a figure may be open to others.
LOOKS: Final = (Role.STAFF, Role.LEADER, Role.AUDITOR)
KEEPS: Final = (Role.STAFF,)


def can_keep_numbers(actor: Actor) -> bool:
    """Choose how numbers are printed, enter what was reported from elsewhere."""
    return actor.committee_id is not None and actor.has(*KEEPS)
