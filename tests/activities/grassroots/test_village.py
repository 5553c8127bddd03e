"""The village that the tests of this room stand on."""

from __future__ import annotations

import pytest

from tests.factories import make_house
from tests.village import make_village
from tongxin.foundation.core import tenancy
from tongxin.foundation.organization.models import Node
from tongxin.foundation.organization.nodes import keeps

pytestmark = pytest.mark.django_db


def test_head_keeps_station_council_and_room_worker_only_the_room() -> None:
    village = make_village(make_house())
    head, worker = village.house.actor("head"), village.house.actor("worker")
    nodes = (village.station, village.council, village.room)
    assert [keeps(head, n) for n in nodes] == [True, True, True]
    assert [keeps(worker, n) for n in nodes] == [False, False, True]


def test_node_that_ended_is_not_there_for_the_public() -> None:
    village = make_village(make_house())
    committee = village.house.committee
    with village.house.at_work():
        Node.objects.filter(pk=village.room.pk).update(ended_on="2026-01-01")
    with tenancy.scope([committee.pk], audience="public"):
        assert set(Node.objects.values_list("pk", flat=True)) == {village.station.pk, village.council.pk}
