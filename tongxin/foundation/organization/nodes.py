"""Who keeps which node of the grass roots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.foundation.organization.enums import NODE_ROLES

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Node


def keeps(actor: Actor, node: Node | None) -> bool:
    """Say whether the person keeps this node, or the council or workstation that it belongs to. No query."""
    if node is None or node.committee_id != actor.committee_id:
        return False
    return not {node.pk, node.parent_id, node.station_id}.isdisjoint(actor.subjects(*NODE_ROLES))
