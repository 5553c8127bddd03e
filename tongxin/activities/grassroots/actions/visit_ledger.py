"""Entering what a register says of visits to places that members paid before places had codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.grassroots.models import Visit
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Member, Node

_AT_ONCE = 500
# A register knows days: the visit is noted at the hour at which the day's work begins.
_MORNING = time(9)


@dataclass(frozen=True, slots=True)
class PastVisit:
    """One line of a register: who was where, and when."""

    node: Node
    member: Member
    on: date
    note: str = ""


@transaction.atomic
def enter_past_visits(*, actor: Actor, lines: Sequence[PastVisit], source: str) -> list[Visit]:
    """Enter visits of members from a register, all or nothing. They count like those that were scanned.

    One statement, however many there are; one entry of the audit log says how many and from where.

    Raises:
        PermissionDenied: not the office.
        Refused: a day lies ahead, or a place or a member is another committee's.
    """
    require(actor.has(Role.STAFF), because=_("台账由政协机关补录。"))
    committee_id = actor.committee_id or 0
    today = clock.today()
    for line in lines:
        ensure(line.on <= today, because=_("走访日期不能晚于今天。"))
        ensure(
            line.node.committee_id == line.member.committee_id == committee_id,
            because=_("只能补录本会委员到本会网点的走访。"),
        )
    visits: list[Visit] = Visit.objects.bulk_create(
        [
            Visit(
                committee_id=committee_id,
                nonce=uuid4(),
                node=line.node,
                member=line.member,
                on=line.on,
                at=datetime.combine(line.on, _MORNING, clock.ZONE),
                note=line.note[:200],
            )
            for line in lines
        ],
        batch_size=_AT_ONCE,
    )
    record(
        actor=actor,
        action="grassroots.enter_past_visits",
        target=f"committee:{committee_id}",
        source=source,
        visits=len(visits),
    )
    return visits
