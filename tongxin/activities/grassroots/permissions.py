"""May X do Y with the nodes of the grass roots and their people? Sessions and problems have files of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.foundation.organization.enums import NODE_ROLES, Role
from tongxin.foundation.organization.nodes import keeps

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Node

# Set up nodes and say who works there.
NODE_MANAGERS = (Role.STAFF, Role.TENANT_ADMIN)
# See every node of the committee.
NODE_READERS = (*NODE_MANAGERS, Role.LEADER, Role.AUDITOR)
# Open a node's page: the readers all, the others what they keep.
NODE_PEOPLE = (*NODE_READERS, *sorted(NODE_ROLES))


def can_manage_nodes(actor: Actor, committee_id: int) -> bool:
    """Staff and administrators set up the nodes of their committee and say who works there."""
    return actor.committee_id == committee_id and actor.has(*NODE_MANAGERS)


def can_arrange_duty(actor: Actor, node: Node) -> bool:
    """Staff and administrators everywhere; who keeps a node, there."""
    return can_manage_nodes(actor, node.committee_id) or keeps(actor, node)


def can_give_accounts(actor: Actor, committee_id: int) -> bool:
    """Only administrators make accounts."""
    return actor.committee_id == committee_id and actor.has(Role.TENANT_ADMIN)


def can_supervise_station(actor: Actor, committee_id: int) -> bool:
    """Staff and administrators write down what a leader in charge found, and a leader may do so too."""
    return actor.committee_id == committee_id and actor.has(*NODE_MANAGERS, Role.LEADER)
