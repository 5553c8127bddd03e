"""Duty hours: when somebody sits at a node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.activities.grassroots.actions.nodes import lock_node
from tongxin.activities.grassroots.models import DutySlot
from tongxin.activities.grassroots.permissions import can_arrange_duty
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core.errors import ensure, require

if TYPE_CHECKING:
    from datetime import date, time

    from tongxin.activities.grassroots.models import SecondedPerson
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Node

NOT_THEIRS = gettext_lazy("值班由机关工作人员和网点自己的站长、联络员安排。")


@transaction.atomic
def add_duty(
    *,
    actor: Actor,
    node: Node,
    person: SecondedPerson,
    starts_at: time,
    ends_at: time,
    weekday: int | None = None,
    on: date | None = None,
) -> DutySlot:
    """Let a seconded person sit at a node: each week on a day, or once on a date.

    Raises:
        PermissionDenied: neither manages the committee's nodes nor keeps this one.
        Refused: the node has ended, the hours do not fit, or the person sits there at that time already.
    """
    locked = lock_node(node)
    require(can_arrange_duty(actor, locked), because=NOT_THEIRS)
    ensure(locked.ended_on is None, because=_("「%(name)s」已经撤销。") % {"name": locked.name})
    ensure((weekday is None) != (on is None), because=_("请选每周哪一天，或者写一个日期，二选一。"))
    ensure(starts_at < ends_at, because=_("结束时间要在开始时间之后。"))
    same = DutySlot.objects.filter(node=locked, person=person, weekday=weekday, on=on, until=None)
    ensure(
        not same.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exists(),
        because=_("%(name)s这个时间已经排了值班。") % {"name": person.name},
    )
    slot: DutySlot = DutySlot.objects.create(
        committee_id=locked.committee_id,
        node=locked,
        person=person,
        weekday=weekday,
        on=on,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    record(actor=actor, action="grassroots.add_duty", target=f"grassroots.dutyslot:{slot.pk}")
    return slot


@transaction.atomic
def end_duty(*, actor: Actor, slot: DutySlot, on: date) -> DutySlot:
    """Let duty hours hold until a day.

    Raises:
        PermissionDenied: neither manages the committee's nodes nor keeps this one.
        Refused: they have ended.
    """
    locked: DutySlot = DutySlot.objects.select_for_update(of=("self",)).select_related("node").get(pk=slot.pk)
    require(can_arrange_duty(actor, locked.node), because=NOT_THEIRS)
    ensure(locked.until is None, because=_("已经结束了。"))
    locked.until = on
    locked.save(update_fields=["until"])
    record(actor=actor, action="grassroots.end_duty", target=f"grassroots.dutyslot:{locked.pk}")
    return locked
