"""What the proposals room does when something happens below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.dispatch import receiver

from tongxin.activities.proposals.actions.succession import pass_to_heir
from tongxin.activities.proposals.reminding import remind_all
from tongxin.foundation.core.signals import nightly
from tongxin.foundation.organization.signals import unit_succeeded

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Unit


@receiver(unit_succeeded, dispatch_uid="proposals follow units")
def follow_unit(predecessor: Unit, heir: Unit, actor: Actor, **news: Any) -> None:  # noqa: ANN401 (a signal's words)
    """Let running work pass to the unit that takes over."""
    pass_to_heir(actor=actor, predecessor=predecessor, heir=heir)


@receiver(nightly, dispatch_uid="proposals remind units")
def remind(**news: Any) -> None:  # noqa: ANN401 (a signal's words)
    """Tell units and the offices over them of dates that come near or are past."""
    remind_all()
