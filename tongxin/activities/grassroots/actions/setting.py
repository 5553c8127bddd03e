"""Changing a committee's rules for its work at the grass roots, and its kinds of venues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.foundation.audit.actions import record
from tongxin.foundation.core.errors import Refused, require
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tongxin.activities.grassroots.models import GrassrootsRules, VenueKind
    from tongxin.foundation.core.access import Actor

_NOT_YOURS = _lazy("只有本会管理员可以改基层规则。")


@transaction.atomic
def save_rules(*, actor: Actor, rules: GrassrootsRules, changed: Iterable[str]) -> GrassrootsRules:
    """Set the limits of a committee. Deadlines that run keep the limit they were given.

    Raises:
        PermissionDenied: the actor does not administer this committee.
    """
    require(actor.has(Role.TENANT_ADMIN) and rules.committee_id == actor.committee_id, because=_NOT_YOURS)
    rules.save()
    record(
        actor=actor,
        action="grassroots.save_rules",
        target=f"rules:{rules.pk}",
        changed={name: str(getattr(rules, name)) for name in changed},
    )
    return rules


@transaction.atomic
def save_venue(*, actor: Actor, venue: VenueKind, changed: Iterable[str]) -> VenueKind:
    """Add or change one kind of venue. One that was used is switched off, never deleted.

    Raises:
        PermissionDenied: the actor does not administer this committee.
        Refused: the committee has one of that name already.
    """
    require(actor.has(Role.TENANT_ADMIN) and venue.committee_id == actor.committee_id, because=_NOT_YOURS)
    try:
        with transaction.atomic():
            venue.save()
    except IntegrityError as twice:
        raise Refused(_("已经有同样名称的一行了，请换一个。")) from twice
    record(
        actor=actor,
        action="grassroots.save_venue",
        target=f"{venue._meta.label_lower}:{venue.pk}",  # noqa: SLF001
        changed={name: str(getattr(venue, name)) for name in changed},
    )
    return venue
