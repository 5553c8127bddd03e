"""Small worlds for the tests of the capabilities: a committee, a person with posts, a matter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tongxin.capabilities.matters.models import Matter
from tongxin.foundation.accounts.models import User
from tongxin.foundation.core import tenancy
from tongxin.foundation.organization.access import actor_for
from tongxin.foundation.organization.models import Committee, Place, Post, Unit

if TYPE_CHECKING:
    from uuid import UUID

    from django.test import Client

    from tongxin.foundation.core.access import Actor


@dataclass
class World:
    """One committee at work."""

    committee: Committee
    user: User
    actor: Actor

    def matter(self, title: str = "关于农村公路的提案", code: str | None = None) -> Matter:
        return Matter.objects.create(
            committee=self.committee, kind="example", title=title, state="handling", code=code
        )

    def unit(self, name: str) -> Unit:
        return Unit.objects.create(committee=self.committee, name=name)

    def sign_in(self, client: Client) -> None:
        client.force_login(self.user)


def make_world(code: str, role: str, *, name: str = "何秀兰", **post: UUID) -> World:
    place, _made = Place.objects.get_or_create(code=code, defaults={"name": f"地方{code}", "level": "county"})
    committee, _made = Committee.objects.get_or_create(
        code=code,
        defaults={"place": place, "name": f"政协{code}", "short_name": f"政协{code}", "level": "county"},
    )
    with tenancy.scope([committee.pk]):
        user = User.objects.create_user(f"u{code}{role}{User.objects.count()}", "correct horse", name=name)
        Post.objects.create(committee=committee, user=user, role=role, since=date(2020, 1, 1), **post)
        return World(committee, user, actor_for(user, committee.pk))
