"""Leaders in charge of workstations, their visits, and what was put right (包抓、督导、整改)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.activities.grassroots.actions.people import NOT_YOURS, managed_node
from tongxin.activities.grassroots.models import LeaderCharge, SupervisionVisit
from tongxin.activities.grassroots.permissions import can_manage_nodes, can_supervise_station
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.organization.enums import NodeKind

if TYPE_CHECKING:
    from datetime import date

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Member, Node

_NO_VISITS = gettext_lazy("督导由包抓的主席会议成员和机关工作人员登记。")


@transaction.atomic
def put_in_charge(*, actor: Actor, node: Node, leader: Member, since: date) -> LeaderCharge:
    """Put a chair or vice-chair in charge of a workstation.

    Raises:
        PermissionDenied: does not manage the committee's nodes.
        Refused: it is no workstation, or the leader is in charge of it already.
    """
    locked = managed_node(actor, node)
    ensure(locked.kind == NodeKind.STATION, because=_("领导包抓的是工作站。"))
    ensure(
        not LeaderCharge.objects.filter(node=locked, leader=leader, until=None).exists(),
        because=_("%(name)s已经包抓这个工作站了。") % {"name": leader.name},
    )
    charge: LeaderCharge = LeaderCharge.objects.create(
        committee_id=locked.committee_id, node=locked, leader=leader, since=since
    )
    record(actor=actor, action="grassroots.put_in_charge", target=f"grassroots.leadercharge:{charge.pk}")
    return charge


@transaction.atomic
def end_charge(*, actor: Actor, charge: LeaderCharge, on: date) -> LeaderCharge:
    """Let a leader's charge end.

    Raises:
        PermissionDenied: does not manage the committee's nodes.
        Refused: it has ended, or would end before it began.
    """
    locked: LeaderCharge = LeaderCharge.objects.select_for_update(of=("self",)).get(pk=charge.pk)
    require(can_manage_nodes(actor, locked.committee_id), because=NOT_YOURS)
    ensure(locked.until is None, because=_("已经结束了。"))
    ensure(on >= locked.since, because=_("结束日期不能早于开始日期。"))
    locked.until = on
    locked.save(update_fields=["until"])
    record(actor=actor, action="grassroots.end_charge", target=f"grassroots.leadercharge:{locked.pk}")
    return locked


@transaction.atomic
def record_visit(
    *, actor: Actor, charge: LeaderCharge, on: date, findings: str, rectify_by: date | None = None
) -> SupervisionVisit:
    """Write down a visit of the leader in charge, what was found, and until when it is to be put right.

    Raises:
        PermissionDenied: not staff, administrator or leader of the committee.
        Refused: the day lies ahead, or the date for putting right lies before it.
    """
    require(can_supervise_station(actor, charge.committee_id), because=_NO_VISITS)
    ensure(on <= clock.today(), because=_("日期还没有到，请在当天登记。"))
    ensure(on >= charge.since, because=_("督导日期不能早于包抓的开始日期。"))
    ensure(rectify_by is None or rectify_by >= on, because=_("整改期限不能早于督导日期。"))
    visit: SupervisionVisit = SupervisionVisit.objects.create(
        committee_id=charge.committee_id,
        charge=charge,
        on=on,
        findings=findings,
        rectify_by=rectify_by,
        by_name=actor.name[:60],
    )
    record(actor=actor, action="grassroots.record_visit", target=f"grassroots.supervisionvisit:{visit.pk}")
    return visit


@transaction.atomic
def record_rectification(*, actor: Actor, visit: SupervisionVisit, on: date, text: str) -> SupervisionVisit:
    """Write down that what a visit found was put right.

    Raises:
        PermissionDenied: not staff, administrator or leader of the committee.
        Refused: it is written down already, or the day does not fit.
    """
    require(can_supervise_station(actor, visit.committee_id), because=_NO_VISITS)
    locked: SupervisionVisit = SupervisionVisit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    ensure(locked.rectified_on is None, because=_("整改情况已经登记过了。"))
    ensure(locked.on <= on <= clock.today(), because=_("整改完成日期要在督导日期和今天之间。"))
    locked.rectified_on, locked.rectification = on, text
    locked.save(update_fields=["rectified_on", "rectification"])
    record(
        actor=actor,
        action="grassroots.record_rectification",
        target=f"grassroots.supervisionvisit:{locked.pk}",
    )
    return locked
