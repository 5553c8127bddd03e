"""Running work follows a unit that is merged or renamed."""

from __future__ import annotations

import pytest

from tests.factories import HUATING, answer, assigned, make_house
from tongxin.activities.proposals.actions.succession import pass_to_heir
from tongxin.activities.proposals.models import Assignment
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.matters.models import TimelineEntry

pytestmark = pytest.mark.django_db


def test_succession_of_a_unit_at_work_passes_part_and_deadlines_to_the_heir() -> None:
    house = make_house(HUATING)
    proposal, parts = assigned(house, to="a")
    part = answer(house, "a", parts["a"], until="handling")
    with house.at_work():
        passed = pass_to_heir(
            actor=house.actor("tenant_admin"), predecessor=house.units["a"], heir=house.units["b"]
        )
        assert passed == 1
        assert Assignment.objects.get(pk=part.pk).unit == house.units["b"]
        running = Deadline.objects.running().filter(matter=proposal.matter, subject_id=part.pk)
        assert {d.unit_id for d in running} == {house.units["b"].pk}
        told = TimelineEntry.objects.filter(matter=proposal.matter, verb="succeed_unit").get()
        assert told.text == f"承办单位由{house.units['a'].name}改为{house.units['b'].name}"


def test_succession_when_the_heir_works_on_it_already_leaves_both_and_a_finished_part_alone() -> None:
    house = make_house(HUATING)
    _both, parts = assigned(house, to="a", co="b")
    _done, finished = assigned(house, to="a")
    answer(house, "a", finished["a"])
    with house.at_work():
        passed = pass_to_heir(
            actor=house.actor("tenant_admin"), predecessor=house.units["a"], heir=house.units["b"]
        )
        assert passed == 0
        assert Assignment.objects.get(pk=parts["a"].pk).unit == house.units["a"]
        assert Assignment.objects.get(pk=finished["a"].pk).unit == house.units["a"]
