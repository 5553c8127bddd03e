"""Questions about what is followed after the answer, and who may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from tongxin.activities.proposals.querysets import OFFICE
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import OwnedQuerySet

if TYPE_CHECKING:
    from datetime import date

    from tongxin.activities.proposals.models import LookBack, Promise  # noqa: F401 (named in bases)
    from tongxin.foundation.core.access import Actor


class PromiseQuerySet(OwnedQuerySet["Promise"]):
    """Promises, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Return the promises that this actor may open: the office all, a unit its own, its office those too.

        What a unit still writes into its draft is the unit's alone.
        """
        mine = super().visible_to(actor)
        own = Q(unit_id__in=actor.subjects(Role.UNIT_CLERK, Role.UNIT_LEADER))
        if actor.has(*OFFICE):
            leave = Q()
        elif offices := actor.subjects(Role.SUPERVISOR):
            leave = Q(unit_id__in=offices) | Q(unit__supervised_by_id__in=offices)
        else:
            leave = Q(pk__in=())
        return mine.filter(own | leave & ~Q(state="draft"))

    def made(self) -> Self:
        """Return promises that were really made, not only drafted."""
        return self.exclude(state="draft")

    def unsettled(self) -> Self:
        """Return promises that somebody still has to keep or to check."""
        return self.filter(state__in=("open", "reported"))

    def late_on(self, day: date) -> Self:
        """Return promises that should have been kept before that day, and were not even reported."""
        return self.filter(state="open", due_on__lt=day)


class LookBackQuerySet(OwnedQuerySet["LookBack"]):
    """Look-backs, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Return the look-backs that this actor may open: the office's own."""
        mine = super().visible_to(actor)
        return mine if actor.has(*OFFICE) else mine.none()
