"""Who keeps which node of the grass roots, and which of them are in a township."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from tongxin.foundation.organization.enums import NODE_ROLES

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Node

# As many digits has the area code of a township; a village's has more.
_TOWN_CODE = 9


def keeps(actor: Actor, node: Node | None) -> bool:
    """Say whether the person keeps this node, or the council or workstation that it belongs to. No query."""
    if node is None or node.committee_id != actor.committee_id:
        return False
    return not {node.pk, node.parent_id, node.station_id}.isdisjoint(actor.subjects(*NODE_ROLES))


def in_township(path: str, code: str) -> Q:
    """Return the condition on a place: it is this township, or a village of it.

    A place above townships (a county whose park has a workstation) stands for itself alone, so that each node is in
    one row of a table by township.

    Args:
        path: how a row reaches its place: ``node__place``.
        code: the area code that was asked for.
    """
    if len(code) < _TOWN_CODE:
        return Q(**{f"{path}_id": code})
    return Q(**{f"{path}__code__startswith": code})
