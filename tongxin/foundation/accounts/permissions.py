"""Who may administer accounts. Roles are plain words here: this room lies below the one that gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from tongxin.foundation.accounts.models import User
    from tongxin.foundation.core.access import Actor

TENANT_ADMIN = "tenant_admin"
SYSTEM_ADMIN = "system_admin"


def can_make_user(actor: Actor, *, system_admin: bool = False) -> bool:
    """Administrators make accounts; only a system administrator makes another one."""
    return actor.has(SYSTEM_ADMIN) or (actor.has(TENANT_ADMIN) and not system_admin)


def can_administer_user(actor: Actor, user: User, committee_ids: Collection[int]) -> bool:
    """A system administrator administers everybody, a tenant administrator those who are his alone.

    Whoever also holds a post elsewhere could be impersonated there with a password reset here.

    Args:
        actor: the administrator.
        user: the account.
        committee_ids: every committee in which the account holds a post today. This room cannot know; the
            caller looks without the limits of its own committee.
    """
    if actor.has(SYSTEM_ADMIN):
        return True
    return actor.has(TENANT_ADMIN) and not user.is_system_admin and set(committee_ids) == {actor.committee_id}
