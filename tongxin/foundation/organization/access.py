"""How a signed-in request becomes an actor: from the posts that the person holds today."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.access import Actor, Grant
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Post

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from tongxin.foundation.accounts.models import User

# Where the session keeps the committee that the person last switched to.
COMMITTEE_KEY = "committee"


def load_actor(request: HttpRequest) -> Actor:
    """Return the person at work. What ended yesterday is gone: nothing is kept between requests."""
    return actor_for(cast("User", request.user), request.session.get(COMMITTEE_KEY))


def actor_for(user: User, committee_id: int | None = None) -> Actor:
    """Return the actor that a user is in a committee, or in their first one when it is not theirs.

    One query, inside a transaction.
    """
    with tenancy.scope(user_id=user.pk):
        posts = list(
            Post.objects.filter(user=user)
            .held_on(clock.today())
            .select_related("committee")
            .order_by("committee__code", "since")
        )
    committees = {p.committee_id: p.committee for p in posts}
    if committee_id not in committees:
        committee_id = next(iter(committees), None)
    here = [p for p in posts if p.committee_id == committee_id]
    grants = {Grant(p.role, p.unit_id or p.body_id or p.node_id) for p in here}
    if user.is_system_admin:
        grants.add(Grant(Role.SYSTEM_ADMIN))
    return Actor(
        user_id=user.pk,
        name=user.name,
        committee_id=committee_id,
        member_id=next((p.member_id for p in here if p.role == Role.MEMBER), None),
        grants=frozenset(grants),
        committee=committees.get(committee_id) if committee_id else None,
        committees=tuple(committees.values()),
    )


def committees_of(user_id: UUID) -> frozenset[int]:
    """Return the committees in which a person holds a post today, whatever the scope of the running work.

    For questions such as "is this account ours alone?"; never shown to anybody.
    """
    with tenancy.scope(user_id=user_id):
        held = Post.objects.filter(user_id=user_id).held_on(clock.today())
        return frozenset(held.values_list("committee_id", flat=True))
