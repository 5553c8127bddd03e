"""What every act between two committees shares: the narrow scope, the log of both, the people who are told.

Locks are always taken from below upward: the sheet before its copy, the lower committee's log before the upper's.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tongxin.capabilities.notices.actions import tell
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.organization.models import Post

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from uuid import UUID

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.enums import Role


@contextmanager
def both_sides(actor: Actor, *committee_ids: int) -> Iterator[None]:
    """Work in the actor's committee and exactly these others, until the block ends."""
    with tenancy.scope([actor.committee_id or 0, *committee_ids], user_id=actor.user_id):
        yield


def note(actor: Actor, verb: str, target: str, *, below: Iterable[int], above: int, **detail: Any) -> None:  # noqa: ANN401
    """Put an act into the logs of all whose rows it wrote, from below upward."""
    for committee_id in (*sorted(below), above):
        record(actor=actor, action=f"rollup.{verb}", target=target, committee_id=committee_id, **detail)


def tell_holders(committee_id: int, role: Role, text: str, url: str, *, but: UUID | None = None) -> None:
    """Tell everybody who holds this post in a committee today."""
    posts = Post.objects.filter(committee_id=committee_id, role=role).held_on(clock.today())
    if but is not None:
        posts = posts.exclude(user_id=but)
    tell(
        user_ids=posts.values_list("user_id", flat=True),
        committee_id=committee_id,
        text=text,
        url=url,
    )
