"""The first page after signing in: one list of what all rooms ask, at the same cost however much they ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests import factories, talks
from tests.followers.journeys import links
from tests.village import make_village

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from tests.factories import House

pytestmark = pytest.mark.django_db

# Two of them begin and end the transaction.
COSTS = {"staff": 14, "leader": 10, "proposer": 11, "reviewer": 9, "clerk_a": 9, "head": 10, "auditor": 7}


@pytest.fixture
def house(settings: Any) -> House:
    settings.SECOND_FACTOR_REQUIRED = False
    return factories.make_house()


def busy(house: House, count: int) -> None:
    """So much of each kind is asked."""
    village = make_village(house)
    for n in range(count):
        talks.said(talks.make_conversation(house, title=f"第{n}场"), f"第{n}条看法，应当多种树。")
        factories.under_review(house, title=f"关于第{n}件事的提案")
        factories.filed(house, title=f"关于第{n}条路的提案")
        with house.at_work():
            links.problem(village, title=f"第{n}盏灯")


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("who", COSTS)
def test_home_costs_the_same_queries_however_much_is_asked(
    client: Client, house: House, django_assert_num_queries: DjangoAssertNumQueries, who: str, count: int
) -> None:
    busy(house, count)
    client.force_login(house.users[who])
    client.get("/")
    with django_assert_num_queries(COSTS[who]):
        assert client.get("/").status_code == 200


def test_home_counts_all_of_a_kind_and_shows_what_is_due_first(client: Client, house: House) -> None:
    for n in range(10):
        factories.filed(house, title=f"关于第{n}条路的提案")
    client.force_login(house.users["staff"])
    shown = client.get("/").context
    assert [(group.kind, group.count) for group in shown["groups"]] == [("assign", 10)]
    assert [todo.title for todo, _left in shown["todos"]] == [f"关于第{n}条路的提案" for n in range(8)]
