"""The shared factories make what they say."""

from __future__ import annotations

import pytest

from tests import factories

pytestmark = pytest.mark.django_db


def test_two_houses_walked_to_each_state_stand_there() -> None:
    house, other = factories.two_houses()
    assert factories.draft(house).state == "draft"
    assert factories.submitted(house, cosigners=["cosigner_1"]).state == "submitted"
    assert factories.filed(house).matter.code == "2026-001"
    assert factories.filed(other).matter.code == "2026-001"
    _proposal, parts = factories.assigned(house, to="a", co="b")
    assert [p.role for p in parts.values()] == ["lead", "co"]
    assert factories.answer(house, "a", parts["a"], until="countersigning").state == "countersigning"
    assert factories.replied(house)[0].state == "replied"
    assert factories.rated(house).state == "closed"
    assert factories.rated(house, code="B").state == "tracking"
    assert factories.rated(house, result="dissatisfied", to="ab", separate=True).state == "dissatisfied"


def test_actor_of_a_clerk_holds_the_unit_here_only() -> None:
    house, other = factories.two_houses()
    actor = house.actor("clerk_a")
    assert (actor.committee_id, actor.subjects("unit_clerk")) == (house.committee.pk, {house.units["a"].pk})
    assert factories.actor_of(house.users["clerk_a"], other.committee).committee_id == house.committee.pk
