"""What the ledger of problems does when something happens below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.dispatch import receiver

from tongxin.activities.grassroots.actions.problem_succession import pass_to_heir
from tongxin.activities.grassroots.problem_nights import look_after_problems
from tongxin.foundation.core.signals import nightly
from tongxin.foundation.organization.signals import unit_succeeded

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Unit


@receiver(unit_succeeded, dispatch_uid="problems follow units")
def follow_unit(predecessor: Unit, heir: Unit, actor: Actor, **news: Any) -> None:  # noqa: ANN401 (a signal's words)
    """Let what a unit has to solve pass to the unit that takes over."""
    pass_to_heir(actor=actor, predecessor=predecessor, heir=heir)


@receiver(nightly, dispatch_uid="problems are looked after")
def look_after(**news: Any) -> None:  # noqa: ANN401 (a signal's words)
    """Bring objections before those who keep the ledger, and tell units of dates that come near or are past."""
    look_after_problems()
