"""A lead unit that waits for co-handling units: reminding them, and going on without those that are late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.proposals.actions.handling import remind_part
from tongxin.activities.proposals.actions.moving import advance_assignment, lock_assignment, start
from tongxin.activities.proposals.actions.replying import not_agreed
from tongxin.activities.proposals.enums import AssignmentState, HandlingRole
from tongxin.activities.proposals.lifecycle import ASSIGNMENT
from tongxin.activities.proposals.models import Assignment
from tongxin.activities.proposals.permissions import can_answer
from tongxin.capabilities.deadlines.actions import drop_deadlines
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.core.templatetags.ui import zh_date

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor


# Beside the rest of the sentence, in the timeline's 200.
_NAMES_CHARACTERS = 160


@transaction.atomic
def go_on_without(*, actor: Actor, assignment: Assignment, reason: str) -> Assignment:
    """Send a draft on to be signed without the units that let the time to countersign pass, saying why.

    They may still give their opinion. That they were left out stands in the timeline.

    Raises:
        PermissionDenied: the actor's unit does not answer this proposal.
        Refused: somebody still has time to countersign, or no reason is given.
    """
    locked = lock_assignment(assignment)
    ASSIGNMENT.check("go_on_without", actor, locked)
    waited_for = not_agreed(locked, locked.reply)
    due = dict(
        Deadline.objects.running()
        .filter(matter_id=locked.proposal_id, kind="countersign", subject_id__in=[p.pk for p in waited_for])
        .values_list("subject_id", "due_on")
    )
    for part in waited_for:
        last = due.get(part.pk)
        ensure(
            last is None or last < clock.today(),
            because=_("{unit}的会签期限是{day}，还没有过，请再等等或先催办。").format(
                unit=part.unit.name, day=zh_date(last)
            ),
        )
    ensure(bool(reason.strip()), because=_("请写明为什么不再等。"))
    names = "、".join(part.unit.name for part in waited_for)
    drop_deadlines(matter=locked.proposal.matter, kinds=["countersign"])
    advance_assignment(
        "go_on_without",
        actor=actor,
        assignment=locked,
        text=f"{names[:_NAMES_CHARACTERS]}逾期未会签，答复稿先送签发",
        note=reason.strip(),
        without=[str(part.unit_id) for part in waited_for],
    )
    start("approve", locked.proposal, subject_id=locked.pk, unit_id=locked.unit_id)
    return locked


@transaction.atomic
def remind_helpers(*, actor: Actor, assignment: Assignment) -> int:
    """Remind the co-handling units of what the lead waits for: their opinion or their word on the draft.

    Returns:
        How many units were reminded.

    Raises:
        PermissionDenied: the actor's unit does not lead.
    """
    lead = lock_assignment(assignment)
    require(
        can_answer(actor, lead) and lead.role == HandlingRole.LEAD,
        because=_("只有主办单位可以催会办单位。"),
    )
    ensure(
        lead.state != AssignmentState.DECLINED,
        because=_("这件提案已经不由贵单位主办，请由现在的主办单位催办。"),
    )
    ensure(not ASSIGNMENT.left_behind(lead), because=_("答复已经送出，不用再催。"))
    helpers = Assignment.objects.filter(
        proposal_id=lead.proposal_id, round=lead.round, role=HandlingRole.CO
    ).select_related("unit")
    owing = helpers.filter(state__in=(AssignmentState.ASSIGNED, AssignmentState.HANDLING))
    if lead.state == AssignmentState.COUNTERSIGNING:
        owing = helpers.filter(pk__in=[part.pk for part in not_agreed(lead, lead.reply)])
    for part in owing:
        part.proposal = lead.proposal
        remind_part(actor=actor, assignment=part, who=lead.unit.name)
    return len(owing)
