"""Who works at a node: heads, accounts, seats of a council, seconded members."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.activities.grassroots.actions.nodes import lock_node
from tongxin.activities.grassroots.models import (
    CouncilSeat,
    DutySlot,
    SecondedPerson,
    Secondment,
    StationHead,
)
from tongxin.activities.grassroots.permissions import can_give_accounts, can_manage_nodes
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.organization.actions import add_post
from tongxin.foundation.organization.enums import NodeKind, Role
from tongxin.foundation.organization.models import Node, Post

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Committee, Member

NOT_YOURS = gettext_lazy("只有政协机关工作人员和本会管理员能安排网点的人员。")
_NO_ACCOUNTS = gettext_lazy("只有本会管理员能开账号。")
_SECONDED_TO = (NodeKind.STATION, NodeKind.COUNCIL)


def managed_node(actor: Actor, node: Node) -> Node:
    """Return the node, locked, when the actor may say who works there and it is still there."""
    locked = lock_node(node)
    require(can_manage_nodes(actor, locked.committee_id), because=NOT_YOURS)
    ensure(locked.ended_on is None, because=_("「%(name)s」已经撤销。") % {"name": locked.name})
    return locked


# The head of a workstation


@transaction.atomic
def set_head(
    *, actor: Actor, node: Node, name: str, title: str = "", member: Member | None = None, since: date
) -> StationHead:
    """Let somebody head a workstation from a day on; who headed it before stays in its history.

    Raises:
        PermissionDenied: does not manage the committee's nodes.
        Refused: it is no workstation, or the day does not come after the present head's first.
    """
    locked = managed_node(actor, node)
    ensure(locked.kind == NodeKind.STATION, because=_("只有工作站有站长。"))
    before = StationHead.objects.select_for_update(of=("self",)).filter(node=locked, until=None).first()
    if before is not None:
        ensure(since > before.since, because=_("开始日期要在现任站长的开始日期之后。"))
        before.until = since - timedelta(days=1)
        before.save(update_fields=["until"])
        _end_posts(locked, Role.STATION_HEAD, before.user_id)
    head: StationHead = StationHead.objects.create(
        committee_id=locked.committee_id, node=locked, name=name, title=title, member=member, since=since
    )
    record(actor=actor, action="grassroots.set_head", target=f"organization.node:{node.pk}")
    return head


@transaction.atomic
def give_head_account(*, actor: Actor, head: StationHead, phone: str) -> tuple[Post, str]:
    """Let the head sign in and keep the station. Return the one-time password, if the account is new.

    Raises:
        PermissionDenied: not an administrator of the committee.
        Refused: the head has one, no longer heads the station, or the number is somebody else's.
    """
    require(can_give_accounts(actor, head.committee_id), because=_NO_ACCOUNTS)
    locked = StationHead.objects.select_for_update(of=("self",)).select_related("node").get(pk=head.pk)
    ensure(locked.until is None, because=_("%(name)s已经不是站长了。") % {"name": locked.name})
    ensure(locked.user_id is None, because=_("%(name)s已经有账号了。") % {"name": locked.name})
    post, password = add_post(
        actor=actor,
        name=locked.name,
        phone=phone,
        role=Role.STATION_HEAD,
        node=locked.node,
        title=locked.title[:60],
    )
    locked.user_id = post.user_id
    locked.save(update_fields=["user"])
    return post, password


@transaction.atomic
def add_worker(*, actor: Actor, node: Node, name: str, phone: str, title: str = "") -> tuple[Post, str]:
    """Let somebody sign in and keep a node. Return the one-time password, if the account is new.

    Raises:
        PermissionDenied: not an administrator of the committee.
        Refused: the node has ended, or the number is somebody else's.
    """
    require(can_give_accounts(actor, node.committee_id), because=_NO_ACCOUNTS)
    locked = managed_node(actor, node)
    return add_post(actor=actor, name=name, phone=phone, role=Role.NODE_WORKER, node=locked, title=title)


def _end_posts(node: Node, role: str, user_id: UUID | None) -> None:
    held = Post.objects.filter(node=node, role=role, user=user_id, until__isnull=True)
    # The last day is yesterday: a post that is held "until today" would still open pages today.
    held.update(until=clock.today() - timedelta(days=1))


# Seats of a council


@transaction.atomic
def add_seats(
    *, actor: Actor, node: Node, people: Sequence[tuple[str, str]], since: date, convenor: bool = False
) -> list[CouncilSeat]:
    """Give people fixed seats in a council: name, and for whom they sit there. Who sits there already stays.

    Raises:
        PermissionDenied: does not manage the committee's nodes.
        Refused: it is no council.
    """
    locked = managed_node(actor, node)
    ensure(locked.kind == NodeKind.COUNCIL, because=_("只有协商议事会有固定成员。"))
    held = CouncilSeat.objects.filter(node=locked, until=None)
    have = set(held.values_list("name", "standing_for"))
    new = [
        CouncilSeat(
            committee_id=locked.committee_id,
            node=locked,
            name=name,
            standing_for=standing_for,
            is_convenor=convenor,
            since=since,
        )
        for name, standing_for in dict.fromkeys(people)
        if (name, standing_for) not in have
    ]
    CouncilSeat.objects.bulk_create(new)
    if new:
        record(
            actor=actor, action="grassroots.add_seats", target=f"organization.node:{node.pk}", people=len(new)
        )
    return new


@transaction.atomic
def end_seat(*, actor: Actor, seat: CouncilSeat, on: date) -> CouncilSeat:
    """Let a seat end.

    Raises:
        PermissionDenied: does not manage the committee's nodes.
        Refused: it has ended, or would end before it began.
    """
    locked: CouncilSeat = CouncilSeat.objects.select_for_update(of=("self",)).get(pk=seat.pk)
    require(can_manage_nodes(actor, locked.committee_id), because=NOT_YOURS)
    end_span(locked, on)
    record(actor=actor, action="grassroots.end_seat", target=f"grassroots.councilseat:{seat.pk}")
    return locked


def end_span(row: CouncilSeat | Secondment | StationHead, on: date) -> None:
    """Let a row that holds from day to day hold until a day."""
    ensure(row.until is None, because=_("已经结束了。"))
    ensure(on >= row.since, because=_("结束日期不能早于开始日期。"))
    row.until = on
    row.save(update_fields=["until"])


# Seconded members


@transaction.atomic
def second_people(
    *,
    actor: Actor,
    nodes: Sequence[Node],
    members: Sequence[Member] = (),
    guests: Sequence[tuple[str, str]] = (),
    since: date,
) -> list[Secondment]:
    """Second people to stations and councils, each to each. Who is there already stays.

    Args:
        actor: staff or an administrator.
        nodes: stations and councils of the committee.
        members: members of this committee.
        guests: members of the committee above, by name and work unit.
        since: their first day.

    Raises:
        PermissionDenied: does not manage the committee's nodes.
        Refused: a node is neither station nor council, or there is no committee above.
    """
    # In one order, so that two calls cannot wait for each other.
    locked = [managed_node(actor, node) for node in sorted(nodes, key=lambda n: n.pk)]
    for node in locked:
        ensure(node.kind in _SECONDED_TO, because=_("委员下沉到工作站或协商议事会。"))
    committee: Committee = actor.committee
    ensure(not guests or committee.parent_id is not None, because=_("本会没有上级政协。"))
    people = [_own(committee.pk, m) for m in members]
    people += [_guest(committee, name, work) for name, work in dict.fromkeys(guests)]
    held = Secondment.objects.filter(node__in=locked, until=None)
    have = set(held.values_list("person_id", "node_id"))
    new = [
        Secondment(committee_id=committee.pk, person=person, node=node, since=since)
        for person in people
        for node in locked
        if (person.pk, node.pk) not in have
    ]
    Secondment.objects.bulk_create(new)
    if new:
        record(
            actor=actor,
            action="grassroots.second_people",
            nodes=[str(n.pk) for n in locked],
            added=len(new),
        )
    return new


def _own(committee_id: int, member: Member) -> SecondedPerson:
    person, _made = SecondedPerson.objects.get_or_create(
        committee_id=committee_id, home_id=committee_id, member=member, defaults={"name": member.name}
    )
    return person


def _guest(committee: Committee, name: str, work: str) -> SecondedPerson:
    person, _made = SecondedPerson.objects.get_or_create(
        committee=committee, home_id=committee.parent_id, name=name, work_unit_and_title=work, member=None
    )
    return person


@transaction.atomic
def end_secondment(*, actor: Actor, secondment: Secondment, on: date) -> Secondment:
    """Let a secondment end; the person's weekly duty hours there end with it.

    Raises:
        PermissionDenied: does not manage the committee's nodes.
        Refused: it has ended, or would end before it began.
    """
    locked: Secondment = Secondment.objects.select_for_update(of=("self",)).get(pk=secondment.pk)
    require(can_manage_nodes(actor, locked.committee_id), because=NOT_YOURS)
    end_span(locked, on)
    running = DutySlot.objects.filter(node_id=locked.node_id, person_id=locked.person_id, until__isnull=True)
    running.filter(weekday__isnull=False).update(until=on)
    record(actor=actor, action="grassroots.end_secondment", target=f"grassroots.secondment:{locked.pk}")
    return locked
