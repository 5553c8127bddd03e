"""Handing over in two steps: to an office of Party committee or government, which hands on to its units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tongxin.activities.proposals.actions.moving import advance_proposal, lock_proposal, start
from tongxin.activities.proposals.lifecycle import PROPOSAL
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure
from tongxin.foundation.core.record_language import recorded
from tongxin.foundation.organization.enums import UnitKind

if TYPE_CHECKING:
    from tongxin.activities.proposals.models import Proposal
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Unit


@transaction.atomic
def hand_to_office(*, actor: Actor, proposal: Proposal, office: Unit) -> Proposal:
    """Give a filed proposal to the office that hands it on to its units (归口转交).

    Given to another office, it leaves the first one.

    Raises:
        PermissionDenied: the actor does not organize handling.
        Refused: not filed, or the unit is no such office.
    """
    locked = lock_proposal(proposal)
    PROPOSAL.check("hand_to_office", actor, locked)
    ensure(
        office.committee_id == locked.committee_id
        and office.kind == UnitKind.SUPERVISING
        and office.ended_on is None,
        because=_("请选现有的归口单位，例如党委办公室、政府办公室。"),
    )
    ensure(locked.office_id != office.pk, because=_("这件提案已经交给{unit}了。").format(unit=office.name))
    locked.office = office
    locked.handed_on = clock.today()
    locked.save(update_fields=["office", "handed_on"])
    advance_proposal(
        "hand_to_office",
        actor=actor,
        proposal=locked,
        text=f"交{office.name}转交承办单位",
        who=str(actor.committee or actor.name),
        office=str(office.pk),
    )
    start("hand_on", locked, unit_id=office.pk)
    return locked


@transaction.atomic
def return_from_office(*, actor: Actor, proposal: Proposal, reason: str) -> Proposal:
    """Give a proposal back to the committee, saying why it is not for this office's units.

    Raises:
        PermissionDenied: it was not given to the actor's office.
        Refused: it was handed on already, or no reason is given.
    """
    locked = lock_proposal(proposal)
    PROPOSAL.check("return_from_office", actor, locked)
    ensure(bool(reason.strip()), because=_("请写明为什么退回，最好写出该由谁办。"))
    office = locked.office
    locked.office = locked.handed_on = None
    locked.save(update_fields=["office", "handed_on"])
    advance_proposal(
        "return_from_office",
        actor=actor,
        proposal=locked,
        text="退回政协，请另行交办",
        note=reason.strip(),
        who=str(office),
        acting_unit_id=office.pk if office else None,
    )
    start("assign", locked, reason=recorded(pgettext_lazy("event", "归口单位退回")))
    return locked
