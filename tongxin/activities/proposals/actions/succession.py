"""Running work follows a unit that was renamed, merged or split."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from tongxin.activities.proposals.actions.moving import lock_assignment, tell_parties
from tongxin.activities.proposals.lifecycle import ASSIGNMENT, PROPOSAL
from tongxin.activities.proposals.models import (
    Assignment,
    HandoverRow,
    HandoverUnit,
    Promise,
    Proposal,
)
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.matters.actions import move_matter

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Unit

_UNFINISHED = [code for code, state in ASSIGNMENT.states.items() if not state.final]


@transaction.atomic
def pass_to_heir(*, actor: Actor, predecessor: Unit, heir: Unit) -> int:
    """Give the unfinished parts of a unit to the one that takes over, with their deadlines.

    A part stays where it is when the heir already works on the same proposal in the same round; the
    committee's office is told, for it has to decide. What a unit promised, what an office is to hand on, and
    what the list of a hand-over meeting names go the same way.

    Returns:
        How many parts were passed on.
    """
    passed = 0
    parts = Assignment.objects.filter(unit=predecessor, state__in=_UNFINISHED).select_related("proposal")
    for part in sorted(parts, key=lambda p: p.proposal_id):
        locked = lock_assignment(part)
        if locked.state not in _UNFINISHED:
            continue
        others = Assignment.objects.filter(proposal=locked.proposal, round=locked.round, unit=heir)
        if others.in_force().exists():
            tell_parties(
                actor=actor,
                proposal=locked.proposal,
                groups=["office"],
                text=f"{locked.proposal.matter.title}：{predecessor.name}已并入{heir.name}，两家都在承办，请处理",
            )
            continue
        locked.unit = heir
        locked.save(update_fields=["unit"])
        Deadline.objects.running().filter(matter=locked.proposal.matter, subject_id=locked.pk).update(
            unit=heir
        )
        move_matter(
            actor=actor,
            matter=locked.proposal.matter,
            verb="succeed_unit",
            text=f"承办单位由{predecessor.name}改为{heir.name}",
            acting_unit_id=heir.pk,
            assignment=str(locked.pk),
        )
        passed += 1
    _pass_promises(predecessor, heir)
    _pass_office(predecessor, heir)
    _pass_list(predecessor, heir)
    return passed


def _pass_promises(predecessor: Unit, heir: Unit) -> None:
    open_states = (Promise.State.DRAFT, Promise.State.OPEN, Promise.State.REPORTED)
    promises = Promise.objects.filter(unit=predecessor, state__in=open_states)
    ids = list(promises.values_list("pk", flat=True))
    promises.update(unit=heir)
    Deadline.objects.running().filter(kind="promise", subject_id__in=ids).update(unit=heir)


def _pass_office(predecessor: Unit, heir: Unit) -> None:
    ended = [code for code, state in PROPOSAL.states.items() if state.final]
    Proposal.objects.filter(office=predecessor).exclude(matter__state__in=ended).update(office=heir)
    Deadline.objects.running().filter(kind="hand_on", unit=predecessor).update(unit=heir)


def _pass_list(predecessor: Unit, heir: Unit) -> None:
    open_rows = HandoverRow.objects.filter(handed_on__isnull=True)
    open_rows.filter(office=predecessor).update(office=heir)
    named = HandoverUnit.objects.filter(unit=predecessor, row__in=open_rows)
    # Where the heir stands in the row already, once is enough.
    named.filter(row__units__unit=heir).delete()
    named.update(unit=heir)
