"""Taking a part back from a unit, so that another can have it (收回交办)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.proposals.actions.handling import after_release, office_of
from tongxin.activities.proposals.actions.moving import (
    advance_assignment,
    lock_assignment,
    lock_with_merged,
)
from tongxin.activities.proposals.enums import HandlingRole
from tongxin.activities.proposals.lifecycle import ASSIGNMENT
from tongxin.capabilities.deadlines.actions import drop_deadlines
from tongxin.foundation.core.errors import ensure

if TYPE_CHECKING:
    from tongxin.activities.proposals.models import Assignment
    from tongxin.foundation.core.access import Actor


@transaction.atomic
def take_back_part(*, actor: Actor, assignment: Assignment, reason: str) -> Assignment:
    """Take an unfinished part back from its unit, saying why; then it can be handed over again.

    Raises:
        PermissionDenied: the actor does not organize handling, or works for the unit.
        Refused: the unit has finished, or no reason is given.
    """
    # Where the others have answered, taking this part back is what lets the replies go out.
    lock_with_merged(assignment.proposal)
    locked = lock_assignment(assignment)
    ASSIGNMENT.check("take_back_part", actor, locked)
    ensure(bool(reason.strip()), because=_("请写明为什么收回，承办单位会看到。"))
    advance_assignment(
        "take_back_part",
        actor=actor,
        assignment=locked,
        text=f"收回{locked.unit.name}的交办",
        told=f"{locked.unit.name}的交办已收回：{reason.strip()}",
        note=reason.strip(),
        who=office_of(actor),
    )
    matter = locked.proposal.matter
    drop_deadlines(matter=matter, subject_id=locked.pk)
    if locked.role == HandlingRole.LEAD:
        # Its draft goes with it; there is nothing left to countersign.
        drop_deadlines(matter=matter, kinds=["countersign"])
    after_release(actor, locked)
    return locked
