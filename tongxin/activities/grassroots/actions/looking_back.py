"""Going back, later, to see whether what was solved stayed so (回头看), and taking a problem up again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.grassroots.actions.problem_moving import advance_problem, lock_problem
from tongxin.activities.grassroots.lifecycle_problem import PROBLEM
from tongxin.capabilities.files.actions import store_file
from tongxin.capabilities.files.models import StoredFile
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.core.files.uploadedfile import UploadedFile

    from tongxin.activities.grassroots.models import Problem
    from tongxin.foundation.core.access import Actor


@dataclass(frozen=True, slots=True)
class LookedBack:
    """What somebody saw who went back: when, whether the result still holds, in words."""

    on: date
    holds: bool
    note: str


@transaction.atomic
def look_back(
    *,
    actor: Actor,
    problem: Problem,
    found: LookedBack,
    photos: Sequence[UploadedFile[bytes]] = (),
    due_on: date | None = None,
) -> Problem:
    """Write down what a look-back found. What did not hold is worked on again.

    Args:
        actor: staff, or whoever keeps the node.
        problem: solved some time ago.
        found: what was seen.
        photos: taken there.
        due_on: by when it is to be solved again, where it did not hold.

    Raises:
        PermissionDenied: the actor does not keep the ledger, or is of the unit.
        Refused: it is not solved, the day cannot be, or nothing is said.
    """
    locked = lock_problem(problem)
    PROBLEM.check("look_back", actor, locked)
    ensure(bool(found.note.strip()), because=_("请写看到的情况。"))
    ensure(found.on <= clock.today(), because=_("回头看的日期还没有到。"))
    ensure(
        locked.solved_on is None or found.on >= locked.solved_on,
        because=_("回头看的日期早于解决，请核对。"),
    )
    for photo in photos:
        store_file(
            actor=actor,
            matter=locked.matter,
            upload=photo,
            purpose=StoredFile.Purpose.EVIDENCE,
            subject_id=locked.pk,
        )
    locked.looked_back_on = found.on
    locked.look_back = found.note.strip()
    text = "回头看：保持得好" if found.holds else "回头看：又出现了"
    advance_problem("look_back", actor=actor, problem=locked, text=text, note=locked.look_back)
    if not found.holds:
        _reopen(actor, locked, reason=locked.look_back, due_on=due_on)
    return locked


@transaction.atomic
def reopen_problem(*, actor: Actor, problem: Problem, reason: str, due_on: date | None = None) -> Problem:
    """Let a problem that was solved, or could not be, be worked on again.

    Raises:
        PermissionDenied: the actor does not keep the ledger, or is of the unit.
        Refused: it has not ended, no reason is given, or the day is past.
    """
    locked = lock_problem(problem)
    _reopen(actor, locked, reason=reason.strip(), due_on=due_on)
    return locked


def _reopen(actor: Actor, problem: Problem, *, reason: str, due_on: date | None) -> None:
    PROBLEM.check("reopen_problem", actor, problem)
    ensure(bool(reason), because=_("请写为什么重新办。"))
    ensure(due_on is None or due_on >= clock.today(), because=_("期限请选今天或以后的一天。"))
    problem.solved_on = None
    problem.look_back_on = None
    problem.due_on = due_on
    advance_problem("reopen_problem", actor=actor, problem=problem, text="重新办", note=reason)
