"""Going back, later, to see whether what was answered was done (回头看)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.proposals.actions.handling import office_of
from tongxin.activities.proposals.actions.moving import advance_proposal, lock_proposal
from tongxin.activities.proposals.actions.promising import make_promise
from tongxin.activities.proposals.actions.tracking import ensure_handles
from tongxin.activities.proposals.lifecycle import PROPOSAL
from tongxin.activities.proposals.models import LookBack
from tongxin.capabilities.files.actions import store_file
from tongxin.capabilities.files.models import StoredFile
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused, ensure
from tongxin.foundation.core.record_language import recorded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.core.files.uploadedfile import UploadedFile

    from tongxin.activities.proposals.actions.promising import Promised
    from tongxin.activities.proposals.models import Proposal
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Unit


@dataclass(frozen=True, slots=True)
class Found:
    """What somebody saw who went back: when, how far it is done, in words."""

    on: date
    finding: str
    note: str


@transaction.atomic
def record_look_back(
    *,
    actor: Actor,
    proposal: Proposal,
    found: Found,
    photos: Sequence[UploadedFile[bytes]] = (),
    promise: tuple[Unit, Promised] | None = None,
) -> LookBack:
    """Write down what a look-back found. What was not done is followed again, with a promise and its date.

    Args:
        found: what was seen.
        photos: taken there.
        promise: the unit that does it after all, what, and by when; needed where it was not done.

    Raises:
        PermissionDenied: the actor is not of the committee's staff.
        Refused: the proposal is not closed, the day cannot be, nothing is said, or a promise is missing.
    """
    locked = lock_proposal(proposal)
    PROPOSAL.check("look_back", actor, locked)
    ensure(found.finding in LookBack.Finding.values, because=_("请选结论。"))
    ensure(bool(found.note.strip()), because=_("请写看到的情况。"))
    ensure(found.on <= clock.today(), because=_("回头看的日期还没有到。"))
    ensure(
        locked.matter.closed_on is None or found.on >= locked.matter.closed_on,
        because=_("回头看的日期早于办结，请核对。"),
    )
    made = LookBack.objects.create(
        committee_id=locked.committee_id,
        proposal=locked,
        on=found.on,
        finding=found.finding,
        note=found.note.strip(),
        by_id=actor.user_id,
        by_name=actor.name,
    )
    for photo in photos:
        store_file(
            actor=actor,
            matter=locked.matter,
            upload=photo,
            purpose=StoredFile.Purpose.EVIDENCE,
            subject_id=made.pk,
        )
    locked.looked_back_on = found.on
    locked.save(update_fields=["looked_back_on"])
    advance_proposal(
        "look_back",
        actor=actor,
        proposal=locked,
        text=f"回头看：{recorded(LookBack.Finding(found.finding).label)}",
        note=made.note,
        who=office_of(actor),
        finding=found.finding,
    )
    if found.finding == LookBack.Finding.NOT_DONE:
        _reopen(actor, locked, promise)
    return made


def _reopen(actor: Actor, proposal: Proposal, promise: tuple[Unit, Promised] | None) -> None:
    """Follow a closed proposal again."""
    if promise is None:
        raise Refused(_("没有落实的，要写明由哪个单位做什么、何时完成，继续跟踪。"))
    PROPOSAL.check("reopen_tracking", actor, proposal)
    unit, promised = promise
    ensure_handles(proposal, unit)
    proposal.matter.closed_on = None
    advance_proposal(
        "reopen_tracking",
        actor=actor,
        proposal=proposal,
        text="没有落实，继续跟踪",
        note=f"{unit.name}：{promised.text.strip()}",
        who=office_of(actor),
    )
    make_promise(proposal=proposal, unit=unit, promised=promised)
