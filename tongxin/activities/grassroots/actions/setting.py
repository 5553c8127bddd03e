"""Changing a committee's rules for its work at the grass roots, and its kinds of venues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _lazy

from tongxin.foundation.organization.setting import save_setting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tongxin.activities.grassroots.models import GrassrootsRules, VenueKind
    from tongxin.foundation.core.access import Actor

_NOT_YOURS = _lazy("只有本会管理员可以改基层规则。")


def save_rules(*, actor: Actor, rules: GrassrootsRules, changed: Iterable[str]) -> GrassrootsRules:
    """Set the limits of a committee. Deadlines that run keep the limit they were given.

    Raises:
        PermissionDenied: the actor does not administer this committee.
    """
    return save_setting(
        actor=actor, row=rules, changed=changed, action="grassroots.save_rules", because=str(_NOT_YOURS)
    )


def save_venue(*, actor: Actor, venue: VenueKind, changed: Iterable[str]) -> VenueKind:
    """Add or change one kind of venue. One that was used is switched off, never deleted.

    Raises:
        PermissionDenied: the actor does not administer this committee.
        Refused: the committee has a row of that name already.
    """
    return save_setting(
        actor=actor, row=venue, changed=changed, action="grassroots.save_venue", because=str(_NOT_YOURS)
    )
