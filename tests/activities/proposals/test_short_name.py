"""The short name of a key proposal, by which figures and reports call it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from tests import factories
from tongxin.activities.proposals.actions import supervising
from tongxin.activities.proposals.models import KeyProposal
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.figures import figures_of
from tongxin.foundation.core.once import new_key

if TYPE_CHECKING:
    from django.test import Client

    from tests.factories import House

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return factories.make_house()


def chosen(house: House, title: str = "关于改善学校门口交通的提案") -> KeyProposal:
    return factories.chosen_key(house, factories.filed(house, title=title))


def planned(house: House, key: KeyProposal, figure_key: str | None) -> KeyProposal:
    with house.at_work():
        return supervising.plan_supervision(
            actor=house.actor("staff"), key=key, plan="三月到现场", figure_key=figure_key
        )


def sent(client: Client, key: KeyProposal, **fields: Any) -> Any:
    url = reverse("proposals:key_plan", args=[key.proposal_id])
    return client.post(url, {"once": str(new_key()), "note": "三月到现场", **fields})


def test_short_name_gives_the_proposal_a_figure_of_its_own(client: Client, house: House) -> None:
    key = chosen(house)
    client.force_login(house.users["staff"])

    answer = sent(client, key, figure_key="Museum")

    assert answer.status_code == 302
    factories.supervised(house, key, factories.add_leader(house, key))
    with house.at_work():
        found = {one.id: one for one in figures_of(house.committee.pk)}["proposals.supervisions.museum"]
        assert (found.value(house.committee.pk), str(found.unit)) == (1, "次")


def test_short_name_of_another_is_refused_with_its_title_and_what_was_typed_stays(
    client: Client, house: House
) -> None:
    planned(house, chosen(house, "关于建博物馆新馆的提案"), "museum")
    key = chosen(house)
    client.force_login(house.users["staff"])

    answer = sent(client, key, note="四月到现场", figure_key="museum")

    form = answer.context["form"]
    assert answer.status_code == 422
    assert form.non_field_errors() == ["「museum」已经是「关于建博物馆新馆的提案」的简称，请换一个。"]
    assert (form["note"].value(), form["figure_key"].value()) == ("四月到现场", "museum")
    with house.at_work():
        assert KeyProposal.objects.get(pk=key.pk).plan == ""


def test_short_name_of_another_committee_is_free(house: House) -> None:
    other = factories.make_house(factories.JINCHANG)
    planned(other, chosen(other), "museum")

    assert planned(house, chosen(house), "museum").figure_key == "museum"


@pytest.mark.parametrize("word", ["博物馆", "a b", "a.b", "a/b", "x" * 41])
def test_short_name_that_no_address_takes_is_refused(client: Client, house: House, word: str) -> None:
    key = chosen(house)
    client.force_login(house.users["staff"])

    with pytest.raises(Refused) as no:
        planned(house, key, word)

    assert no.value.message == "简称只能用英文字母、数字、横线和下划线，例如museum，最多40个。"
    assert sent(client, key, figure_key=word).status_code == 422


def test_plan_without_word_of_it_leaves_the_short_name_and_an_empty_one_takes_it_away(house: House) -> None:
    key = planned(house, chosen(house), "museum")

    assert planned(house, key, None).figure_key == "museum"
    assert planned(house, key, "").figure_key == ""
    assert planned(house, chosen(house), "").figure_key == ""
