"""Nodes as they are now beside those that are wanted, and carrying the difference out."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from tongxin.activities.grassroots.exchange.plan import Present, make_plan
from tongxin.activities.grassroots.models import StationHead
from tongxin.foundation.core import clock
from tongxin.foundation.organization.enums import NodeKind
from tongxin.foundation.organization.models import Node, Place

if TYPE_CHECKING:
    from uuid import UUID

    from tongxin.activities.grassroots.exchange.entries import Entry, Reading
    from tongxin.activities.grassroots.exchange.plan import Above, Changed, Plan
    from tongxin.foundation.organization.journal import Journal

_AT_ONCE = 1000


class NodeGround:
    """The open nodes of a committee. Two queries, whatever their number."""

    def __init__(self, committee_id: int) -> None:
        self.committee_id = committee_id
        self.nodes = {
            n.pk: n for n in Node.objects.filter(committee_id=committee_id, ended_on=None).order_by("pk")
        }
        heads = StationHead.objects.filter(committee_id=committee_id, until=None)
        self.heads = dict(heads.values_list("node_id", "name"))
        self.places: dict[str, Place] = {}

    def plan(self, reading: Reading) -> Plan:
        """Return what the wanted nodes would change."""
        return make_plan(reading, [self._present(n) for n in self.nodes.values()])

    def _present(self, node: Node) -> Present:
        return Present(
            pk=node.pk,
            kind=node.kind,
            name=node.name,
            parent=node.parent_id,
            place=node.place_id or "",
            address=node.address,
            opened_on=node.opened_on.isoformat() if node.opened_on else "",
            head=self.heads.get(node.pk, ""),
        )

    def carry_out(self, plan: Plan, journal: Journal) -> None:
        """Add and change what the plan says."""
        made: list[Node] = []
        for added in plan.added:
            made.append(self._node(added.entry, added.above, made))
        # A node's parent stands before it in the plan, so it is written before it.
        Node.objects.bulk_create(made, batch_size=_AT_ONCE)
        heads = [
            self._head(node.pk, added.entry)
            for node, added in zip(made, plan.added, strict=True)
            if added.entry.head
        ]
        codes = [value for c in plan.changed for name, value in c.values if name == "place"]
        self.places = Place.objects.in_bulk(codes)
        heads += [h for changed in plan.changed if (h := self._change(changed, journal))]
        StationHead.objects.bulk_create(heads, batch_size=_AT_ONCE)
        journal.made([*made, *heads])

    def _node(self, entry: Entry, above: Above, made: list[Node]) -> Node:
        parent = None
        if above is not None:
            parent = made[above] if isinstance(above, int) else self.nodes[above]
        return Node(
            committee_id=self.committee_id,
            kind=entry.kind,
            name=entry.name,
            parent=parent,
            station=station_above(parent),
            host=entry.host,
            place_id=entry.place or None,
            address=entry.address,
            opened_on=date.fromisoformat(entry.opened_on) if entry.opened_on else None,
        )

    def _head(self, node_id: UUID, entry: Entry) -> StationHead:
        return StationHead(
            committee_id=self.committee_id,
            node_id=node_id,
            name=entry.head,
            title=entry.head_title,
            since=clock.today(),
        )

    def _change(self, changed: Changed, journal: Journal) -> StationHead | None:
        node = self.nodes[changed.node.pk]
        values: dict[str, Any] = dict(changed.values)
        head = values.pop("head", "")
        if "opened_on" in values:
            values["opened_on"] = date.fromisoformat(values["opened_on"])
        if "place" in values:
            values["place"] = self.places[values["place"]]
        if values:
            journal.change(node, **values)
        return self._head(node.pk, changed.entry) if head else None


def station_above(parent: Node | None) -> Node | None:
    """Return the workstation at the top of what a node hangs at."""
    if parent is None:
        return None
    return parent if parent.kind == NodeKind.STATION else parent.station
