"""More time to answer: asked before the time is over, granted or refused by who supervises (延期)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.proposals.actions.moving import (
    advance_assignment,
    lock_assignment,
    rules_of,
    start,
)
from tongxin.activities.proposals.lifecycle import ASSIGNMENT
from tongxin.activities.proposals.models import Assignment, Extension
from tongxin.capabilities.deadlines.actions import extend_deadline
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused, ensure
from tongxin.foundation.core.record_language import in_record_language
from tongxin.foundation.core.templatetags.ui import zh_date

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor

# As long as the deadline's column.
_REASON_CHARACTERS = 120


def reply_deadline(assignment: Assignment) -> Deadline | None:
    """Return the running limit of a unit's answer."""
    return (
        Deadline.objects.running()
        .filter(matter_id=assignment.proposal_id, kind="reply", subject_id=assignment.pk)
        .first()
    )


def months_to_add(deadline: Deadline) -> int:
    """Return by how many months at most a limit can still be extended, counted from the hand-over."""
    most = rules_of(deadline.committee_id).reply_months_most
    return int(max(most - deadline.months - deadline.extension_months, 0))


@transaction.atomic
def request_extension(*, actor: Actor, assignment: Assignment, months: int, reason: str) -> Extension:
    """Ask for more time, before the time is over (申请延期).

    Raises:
        PermissionDenied: the actor's unit does not answer this proposal.
        Refused: too late, too long, without a reason, or asked already.
    """
    locked = lock_assignment(assignment)
    ASSIGNMENT.check("request_extension", actor, locked)
    deadline = reply_deadline(locked)
    if deadline is None:
        raise Refused(_("这件提案没有在走的答复期限，不用延期。"))
    ensure(
        clock.today() <= deadline.due_on,
        because=_("答复期限{day}已经过了，延期要在到期以前申请。").format(day=zh_date(deadline.due_on)),
    )
    ensure(bool(reason.strip()), because=_("请写明为什么按期答复不了。"))
    most = months_to_add(deadline)
    ensure(most > 0, because=_("已经延到最长的期限，不能再延。"))
    ensure(1 <= months <= most, because=_("最多还能延{n}个月。").format(n=most))
    ensure(
        not Extension.objects.filter(assignment=locked, state=Extension.State.ASKED).exists(),
        because=_("已经申请过延期，请等批复。"),
    )
    asked = Extension.objects.create(
        committee_id=locked.committee_id, assignment=locked, months=months, reason=reason.strip()
    )
    advance_assignment(
        "request_extension",
        actor=actor,
        assignment=locked,
        text=f"申请延期{months}个月",
        note=reason.strip(),
    )
    start("extension_answer", locked.proposal, subject_id=locked.pk)
    return asked


@transaction.atomic
def grant_extension(*, actor: Actor, assignment: Assignment, note: str = "") -> Deadline:
    """Give a unit the time it asked for; its limit moves (批准延期).

    Raises:
        PermissionDenied: the actor does not supervise this unit, or works for it.
        Refused: nothing is asked any more.
    """
    locked = lock_assignment(assignment)
    ASSIGNMENT.check("grant_extension", actor, locked)
    asked = _open_request(locked)
    deadline = reply_deadline(locked)
    if deadline is None:
        raise Refused(_("这件提案没有在走的答复期限，不用延期。"))
    moved = extend_deadline(deadline=deadline, months=asked.months, reason=asked.reason[:_REASON_CHARACTERS])
    _decide(actor, asked, Extension.State.GRANTED, note)
    with in_record_language():
        day = zh_date(moved.due_on)
    advance_assignment(
        "grant_extension",
        actor=actor,
        assignment=locked,
        text=f"延期{asked.months}个月获准，答复期限改为{day}",
        note=note.strip(),
    )
    return moved


@transaction.atomic
def refuse_extension(*, actor: Actor, assignment: Assignment, note: str) -> Extension:
    """Tell a unit that its limit stands, and why.

    Raises:
        PermissionDenied: the actor does not supervise this unit, or works for it.
        Refused: nothing is asked any more, or no reason is given.
    """
    locked = lock_assignment(assignment)
    ASSIGNMENT.check("refuse_extension", actor, locked)
    asked = _open_request(locked)
    ensure(bool(note.strip()), because=_("请写明为什么不同意延期。"))
    _decide(actor, asked, Extension.State.REFUSED, note)
    advance_assignment(
        "refuse_extension", actor=actor, assignment=locked, text="延期未获准，原期限不变", note=note.strip()
    )
    return asked


def _open_request(assignment: Assignment) -> Extension:
    asked = Extension.objects.filter(assignment=assignment, state=Extension.State.ASKED).first()
    if asked is None:
        raise Refused(_("现在没有要答复的延期申请。可能别人刚刚答复过了。"))
    return asked


def _decide(actor: Actor, asked: Extension, state: str, note: str) -> None:
    asked.state = state
    asked.decided_on = clock.today()
    asked.decided_by_id = actor.user_id
    asked.decision_note = note.strip()
    asked.save(update_fields=["state", "decided_on", "decided_by", "decision_note"])
