"""What a unit has to solve follows it when it is renamed, merged or split."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from tongxin.activities.grassroots.actions.problem_moving import ENDED, lock_problem
from tongxin.activities.grassroots.models import Problem
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.matters.actions import move_matter

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Unit


@transaction.atomic
def pass_to_heir(*, actor: Actor, predecessor: Unit, heir: Unit) -> int:
    """Give the unsolved problems of a unit to the one that takes over, with their dates; return how many."""
    passed = 0
    for row in Problem.objects.filter(unit=predecessor).exclude(matter__state__in=ENDED).order_by("pk"):
        problem = lock_problem(row)
        if problem.matter.state in ENDED or problem.unit_id != predecessor.pk:
            continue
        problem.unit = heir
        problem.save(update_fields=["unit"])
        Deadline.objects.running().filter(matter=problem.matter, unit=predecessor).update(unit=heir)
        move_matter(
            actor=actor,
            matter=problem.matter,
            verb="succeed_unit",
            text=f"{predecessor.name}的工作由{heir.name}接着办"[:200],
        )
        passed += 1
    return passed
