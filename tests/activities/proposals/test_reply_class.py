"""How far the answer as a whole solves a proposal."""

from __future__ import annotations

import pytest

from tests import factories
from tongxin.activities.proposals.actions import rating
from tongxin.activities.proposals.models import Proposal

pytestmark = pytest.mark.django_db


def class_of(house: factories.House, proposal: Proposal) -> str:
    with house.at_work():
        found = Proposal.objects.select_related("reply_class").get(pk=proposal.pk).reply_class
    return found.code if found else ""


def test_class_of_a_proposal_with_one_unit_is_the_class_of_its_reply() -> None:
    house = factories.make_house()
    made, _parts = factories.replied(house, code="C")
    assert class_of(house, made) == "C"


def test_class_of_a_proposal_with_separate_units_is_the_one_that_solves_least() -> None:
    house = factories.make_house()
    made, parts = factories.assigned(house, to="ab", separate=True)
    factories.answer(house, "a", parts["a"], code="C")
    assert class_of(house, made) == ""
    factories.answer(house, "b", parts["b"], code="A")
    assert class_of(house, made) == "C"


def test_class_of_a_proposal_that_is_handled_again_is_open_until_it_is_answered_again() -> None:
    house = factories.make_house()
    made = factories.rated(house, result="dissatisfied", code="C")
    with house.at_work():
        again = rating.order_rehandling(actor=house.actor("staff"), proposal=made)
        part = again.assignments.get(round=2)
    assert class_of(house, made) == ""
    factories.answer(house, "a", part, code="A")
    assert class_of(house, made) == "A"
