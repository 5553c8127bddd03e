"""Setting nodes up, one at a time, and ending them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.activities.grassroots.exchange.applying import station_above
from tongxin.activities.grassroots.exchange.plan import PARENTS
from tongxin.activities.grassroots.models import (
    CouncilSeat,
    DutySlot,
    LeaderCharge,
    Secondment,
    StationHead,
)
from tongxin.activities.grassroots.permissions import can_manage_nodes
from tongxin.capabilities.codes.actions import revoke_code
from tongxin.capabilities.codes.models import AccessCode
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.organization.enums import NodeKind
from tongxin.foundation.organization.models import Node, Post

if TYPE_CHECKING:
    from datetime import date

    from tongxin.foundation.core.access import Actor

_NOT_YOURS = gettext_lazy("只有政协机关工作人员和本会管理员能管理网点。")
# What staff write about a node; kind and parent have verbs of their own.
_FIELDS = frozenset({"name", "host", "place", "address", "about", "opened_on"})


@transaction.atomic
def add_node(*, actor: Actor, kind: str, parent: Node | None = None, **fields: Any) -> Node:  # noqa: ANN401
    """Set up a workstation, a council, a room or a members' home.

    Args:
        actor: staff or an administrator.
        kind: of ``NodeKind``.
        parent: the station or council that it belongs to.
        fields: name, host, place, address, about, opened_on.

    Raises:
        PermissionDenied: does not manage the committee's nodes.
        Refused: it cannot stand there, or one of this name stands there.
    """
    committee_id = actor.committee_id or 0
    require(can_manage_nodes(actor, committee_id), because=_NOT_YOURS)
    above = lock_node(parent) if parent else None
    node = Node(committee_id=committee_id, kind=kind, **{k: fields[k] for k in fields if k in _FIELDS})
    _hang(node, above)
    node.save(force_insert=True)
    record(actor=actor, action="grassroots.add_node", target=f"organization.node:{node.pk}", kind=kind)
    return node


@transaction.atomic
def edit_node(*, actor: Actor, node: Node, **fields: Any) -> Node:  # noqa: ANN401
    """Correct what is written about a node.

    Raises:
        PermissionDenied: does not manage the committee's nodes.
        Refused: it has ended, or another one has this name.
    """
    locked = _managed(actor, node)
    changed = [k for k in fields if k in _FIELDS and getattr(locked, k) != fields[k]]
    for name in changed:
        setattr(locked, name, fields[name])
    _ensure_free(locked)
    if changed:
        locked.save(update_fields=changed)
        record(
            actor=actor, action="grassroots.edit_node", target=f"organization.node:{node.pk}", fields=changed
        )
    return locked


@transaction.atomic
def move_node(*, actor: Actor, node: Node, parent: Node | None) -> Node:
    """Put a node under another station or council; what belongs to it goes along.

    Raises:
        PermissionDenied: does not manage the committee's nodes.
        Refused: it cannot stand there.
    """
    locked = _managed(actor, node)
    above = lock_node(parent) if parent else None
    _hang(locked, above)
    locked.save(update_fields=["parent", "station"])
    below = Node.objects.filter(parent=locked)
    below.update(station=station_above(locked))
    record(
        actor=actor,
        action="grassroots.move_node",
        target=f"organization.node:{node.pk}",
        parent=str(above.pk) if above else "",
    )
    return locked


@transaction.atomic
def end_node(*, actor: Actor, node: Node, on: date, reason: str) -> Node:
    """End a node: its people's places and posts end with it, and its code no longer leads anywhere.

    Raises:
        PermissionDenied: does not manage the committee's nodes.
        Refused: no reason, a day ahead, or something is still open under it.
    """
    locked = _managed(actor, node)
    ensure(bool(reason.strip()), because=_("请写明撤销的原因。"))
    ensure(on <= clock.today(), because=_("日期还没有到，请在当天办理。"))
    ensure(locked.opened_on is None or on > locked.opened_on, because=_("撤销日期要在成立日期之后。"))
    below = list(Node.objects.filter(parent=locked, ended_on=None).values_list("name", flat=True))
    ensure(
        not below,
        because=_("「%(name)s」下面还有%(n)d个网点没有撤销：%(names)s。请先撤销或者移走它们。")
        % {"name": locked.name, "n": len(below), "names": _("、").join(below[:5])},
    )
    locked.ended_on = on
    locked.save(update_fields=["ended_on"])
    _let_go(locked, on)
    for code in AccessCode.objects.current().filter(node=locked):
        revoke_code(actor=actor, code=code, reason="网点撤销")
    record(
        actor=actor,
        action="grassroots.end_node",
        target=f"organization.node:{node.pk}",
        on=on.isoformat(),
        reason=reason.strip(),
    )
    return locked


def _let_go(node: Node, on: date) -> None:
    for rows in (
        StationHead.objects.filter(node=node),
        LeaderCharge.objects.filter(node=node),
        CouncilSeat.objects.filter(node=node),
        Secondment.objects.filter(node=node),
    ):
        open_rows = rows.filter(until__isnull=True)
        # What began later than the day the node ended never held.
        open_rows.filter(since__lte=on).update(until=on)
        open_rows.filter(since__gt=on).delete()
    DutySlot.objects.filter(node=node, until__isnull=True).update(until=on)
    Post.objects.filter(node=node, until__isnull=True).update(until=clock.today() - timedelta(days=1))


def lock_node(node: Node) -> Node:
    """Return the node's row, locked until the transaction ends."""
    locked: Node = Node.objects.select_for_update(of=("self",)).select_related("station").get(pk=node.pk)
    return locked


def _managed(actor: Actor, node: Node) -> Node:
    locked = lock_node(node)
    require(can_manage_nodes(actor, locked.committee_id), because=_NOT_YOURS)
    ensure(locked.ended_on is None, because=_("「%(name)s」已经撤销。") % {"name": locked.name})
    return locked


def _hang(node: Node, above: Node | None) -> None:
    if above is None:
        ensure(node.kind != NodeKind.ROOM, because=_("议事室要有上级：它属于哪个议事会或工作站。"))
    else:
        ensure(above.committee_id == node.committee_id and above.ended_on is None, because=_NOT_THERE)
        ensure(
            above.kind in PARENTS[node.kind], because=_("它不能放在「%(name)s」下面。") % {"name": above.name}
        )
    node.parent = above
    node.station = station_above(above)
    _ensure_free(node)


_NOT_THERE = gettext_lazy("上级网点已经撤销，请换一个。")


def _ensure_free(node: Node) -> None:
    namesakes = Node.objects.filter(
        committee_id=node.committee_id, kind=node.kind, parent=node.parent, name=node.name, ended_on=None
    )
    ensure(
        not namesakes.exclude(pk=node.pk).exists(),
        because=_("这里已经有一个「%(name)s」。") % {"name": node.name},
    )
