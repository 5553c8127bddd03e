"""Following promises until they are kept: reports of units, the office's word on them, later dates, the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.proposals.actions.handling import office_of
from tongxin.activities.proposals.actions.moving import advance_proposal, lock_proposal
from tongxin.activities.proposals.actions.promising import (
    Promised,
    advance_promise,
    make_promise,
    whole_date,
)
from tongxin.activities.proposals.lifecycle import PROPOSAL
from tongxin.activities.proposals.lifecycle_promises import PROMISE
from tongxin.activities.proposals.models import Promise
from tongxin.capabilities.files.actions import store_file
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure
from tongxin.foundation.core.templatetags.ui import zh_date

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.core.files.uploadedfile import UploadedFile

    from tongxin.activities.proposals.models import Proposal
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Unit


def lock_promise(promise: Promise) -> Promise:
    """Return the promise as it is now, its proposal locked."""
    proposal = lock_proposal(promise.proposal)
    locked = Promise.objects.select_related("unit").get(pk=promise.pk)
    locked.proposal = proposal
    return locked


@transaction.atomic
def report_promise(
    *, actor: Actor, promise: Promise, evidence: str, photos: Sequence[UploadedFile[bytes]] = ()
) -> Promise:
    """Say for the unit that a promise is kept, and what shows it (报告兑现).

    Raises:
        PermissionDenied: the actor does not work for the unit that promised.
        Refused: it was reported already, or nothing is said of what was done.
    """
    locked = lock_promise(promise)
    PROMISE.check("report_promise", actor, locked)
    ensure(bool(evidence.strip()), because=_("请写办成了什么样。"))
    locked.evidence = evidence.strip()
    locked.reported_on = clock.today()
    locked.note = ""
    advance_promise(
        "report_promise",
        actor=actor,
        promise=locked,
        text="报告承诺已兑现",
        note=f"{locked.text}\n{locked.evidence}",
        who=locked.unit.name,
        acting_unit_id=locked.unit_id,
    )
    for photo in photos:
        store_file(
            actor=actor,
            matter=locked.proposal.matter,
            upload=photo,
            purpose=StoredFile.Purpose.EVIDENCE,
            subject_id=locked.pk,
            unit_id=locked.unit_id,
        )
    return locked


@transaction.atomic
def confirm_promise(*, actor: Actor, promise: Promise, note: str = "") -> Promise:
    """Agree that a promise is kept (核实兑现).

    Raises:
        PermissionDenied: the actor is not of the committee's staff, or works for the unit itself.
        Refused: nothing was reported.
    """
    locked = lock_promise(promise)
    PROMISE.check("confirm_promise", actor, locked)
    locked.kept_on = clock.today()
    locked.note = note.strip()
    advance_promise(
        "confirm_promise",
        actor=actor,
        promise=locked,
        text="经核实，一项承诺已兑现",
        note="\n".join(filter(None, (locked.text, locked.note))),
        who=office_of(actor),
        audience=TimelineEntry.Audience.PUBLIC,
    )
    return locked


@transaction.atomic
def return_promise(*, actor: Actor, promise: Promise, note: str) -> Promise:
    """Tell the unit that a promise is not kept yet, and why."""
    locked = lock_promise(promise)
    PROMISE.check("return_promise", actor, locked)
    ensure(bool(note.strip()), because=_("请写明还差什么。"))
    locked.note = note.strip()
    locked.reported_on = None
    advance_promise(
        "return_promise",
        actor=actor,
        promise=locked,
        text="兑现报告退回，继续兑现",
        note=f"{locked.text}\n{locked.note}",
        who=office_of(actor),
    )
    return locked


@transaction.atomic
def postpone_promise(*, actor: Actor, promise: Promise, due_on: date, reason: str) -> Promise:
    """Let a promise have until a later day; the timeline keeps the day that was promised first.

    Raises:
        Refused: the day is not later, or no reason is given.
    """
    locked = lock_promise(promise)
    PROMISE.check("postpone_promise", actor, locked)
    ensure(
        due_on > locked.due_on and due_on >= clock.today(),
        because=_("新的日期要晚于原来的{day}，也不能早于今天。").format(day=zh_date(locked.due_on)),
    )
    ensure(bool(reason.strip()), because=_("请写明为什么延期。"))
    before, after = whole_date(locked.due_on), whole_date(due_on)
    locked.due_on = due_on
    advance_promise(
        "postpone_promise",
        actor=actor,
        promise=locked,
        text=f"承诺延期：{before}改为{after}",
        note=f"{locked.text}\n{reason.strip()}",
        who=office_of(actor),
    )
    return locked


@transaction.atomic
def drop_promise(*, actor: Actor, promise: Promise, reason: str) -> Promise:
    """Follow a promise no longer, saying why."""
    locked = lock_promise(promise)
    PROMISE.check("drop_promise", actor, locked)
    ensure(bool(reason.strip()), because=_("请写明为什么不再跟踪。"))
    locked.note = reason.strip()
    advance_promise(
        "drop_promise",
        actor=actor,
        promise=locked,
        text="一项承诺不再跟踪",
        note=f"{locked.text}\n{locked.note}",
        who=office_of(actor),
    )
    return locked


@transaction.atomic
def add_promise(*, actor: Actor, proposal: Proposal, unit: Unit, promised: Promised) -> Promise:
    """Note a promise that the reply makes in its text only (补记承诺), for a unit that handles the proposal.

    Raises:
        PermissionDenied: the actor is not of the committee's staff.
        Refused: the proposal is not tracked, the unit has no part in it, or the date is past.
    """
    locked = lock_proposal(proposal)
    PROPOSAL.check("add_promise", actor, locked)
    ensure_handles(locked, unit)
    promise = make_promise(proposal=locked, unit=unit, promised=promised)
    advance_proposal(
        "add_promise",
        actor=actor,
        proposal=locked,
        text=f"补记{unit.name}的承诺",
        note=promise.text,
        who=office_of(actor),
    )
    return promise


def ensure_handles(proposal: Proposal, unit: Unit) -> None:
    """Stop unless the unit has a part in the handling."""
    ensure(
        proposal.assignments.in_force().filter(unit=unit).exists(),
        because=_("请选承办这件提案的单位。"),
    )
