"""The chain of a matter, both ways, as each person may see it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from tests.factories import JINCHANG, draft, make_house, submitted
from tests.followers.journeys import links
from tests.village import make_village
from tongxin.activities.topics.enums import PassedTo, TopicState
from tongxin.capabilities.matters.models import Relation, Visibility
from tongxin.followers.journeys.selectors.graph import DEPTH_MOST, reach
from tongxin.followers.journeys.selectors.whole import whole_chain

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from tests.village import Village

pytestmark = pytest.mark.django_db


@pytest.fixture
def village(db: None) -> Village:
    """A village of a full house."""
    return make_village(make_house())


def lamp(village: Village) -> dict[str, Any]:
    """A topic, its session, a problem at unit b, and a proposal that was handed in."""
    proposal = submitted(village.house, title="关于村道照明的提案")
    with village.house.at_work():
        made: dict[str, Any] = {
            "topic": links.topic(
                village, state=TopicState.DELIBERATING, title="村道路灯", decided_on=links.day(5)
            ),
            "session": links.session(village, held_on=links.day(16)),
            "proposal": proposal,
        }
        made["problem"] = links.problem(village, session=made["session"])
        links.voice(village, made["topic"])
        links.link(made["topic"], made["session"], Relation.DISCUSSED_IN)
        links.link(made["session"], made["problem"])
        links.link(made["session"], made["proposal"])
    return made


def titles(village: Village, who: str, row: Any) -> list[str] | None:
    """What the chain of a matter shows to somebody."""
    with village.house.at_work():
        found = whole_chain(village.house.actor(who), row.pk)
    return [s.title for s in found.stops] if found else None


def test_chain_shows_both_ways_to_staff(village: Village) -> None:
    made = lamp(village)
    whole = ["村道路灯", "议一议路灯", "装六盏路灯", "关于村道照明的提案"]
    assert titles(village, "staff", made["session"]) == whole
    assert titles(village, "staff", made["topic"]) == whole
    assert titles(village, "staff", made["problem"]) == whole[:3]


@pytest.mark.parametrize(
    ("who", "start", "expected"),
    [
        # The head keeps the nodes, and sees no proposals.
        ("head", "topic", ["村道路灯", "议一议路灯", "装六盏路灯", "另一件事项"]),
        ("worker", "topic", ["村道路灯", "另一件事项"]),
        # The proposer sees their own proposal; another member only what members see.
        ("proposer", "session", ["村道路灯", "议一议路灯", "装六盏路灯", "关于村道照明的提案"]),
        ("outsider", "session", ["村道路灯", "议一议路灯", "装六盏路灯", "另一件事项"]),
        # A unit sees its problem and nothing that led to it.
        ("clerk_b", "problem", ["另一件事项", "装六盏路灯"]),
        ("clerk_a", "problem", None),
        ("clerk_b", "topic", None),
        ("leader", "topic", ["村道路灯", "议一议路灯", "装六盏路灯", "关于村道照明的提案"]),
        ("tenant_admin", "topic", None),
    ],
)
def test_chain_shows_each_person_what_they_may_open(
    village: Village, who: str, start: str, expected: list[str] | None
) -> None:
    made = lamp(village)
    assert titles(village, who, made[start]) == expected


def test_chain_hides_how_many_there_are_that_may_not_be_opened(village: Village) -> None:
    made = lamp(village)
    with village.house.at_work():
        for n in range(3):
            hidden = links.topic(village, title=f"别处{n}", node=None)
            links.link(hidden, made["session"], Relation.DISCUSSED_IN)
    assert titles(village, "clerk_b", made["problem"]) == ["另一件事项", "装六盏路灯"]


def test_chain_does_not_show_files_to_who_is_not_of_the_office(village: Village) -> None:
    made = lamp(village)
    with village.house.at_work():
        for who, shown in (("staff", True), ("proposer", False)):
            found = whole_chain(village.house.actor(who), made["topic"].pk)
            assert found is not None
            labels = {label for stop in found.stops for label, _value in stop.facts}
            assert ("群众的话" in labels) is True
            assert ("文件" in labels) is False, shown


def test_chain_of_a_draft_stays_with_its_proposer(village: Village) -> None:
    drafted = draft(village.house, title="还没写完的提案")
    with village.house.at_work():
        topic = links.topic(village, state=TopicState.ACCEPTED)
        links.link(topic, drafted)
    assert titles(village, "staff", topic) == ["路灯", "另一件事项"]
    assert titles(village, "proposer", topic) == ["路灯", "还没写完的提案"]


def test_chain_ends_where_links_run_in_a_circle(village: Village) -> None:
    with village.house.at_work():
        one, two, three = (links.problem(village, title=f"事{n}") for n in range(3))
        links.link(one, two)
        links.link(two, three)
        links.link(three, one)
        found = [(str(r.matter_id), r.place) for r in reach(one.pk)]
    assert len({pk for pk, _place in found}) == len(found) == 3
    assert sorted(titles(village, "staff", one) or []) == ["事0", "事1", "事2"]


def test_chain_is_followed_twelve_links_and_no_further(village: Village) -> None:
    with village.house.at_work():
        rows = [links.problem(village, title=f"事{n}") for n in range(DEPTH_MOST + 3)]
        for before, after in pairwise(rows):
            links.link(before, after)
        assert len(reach(rows[0].pk)) == DEPTH_MOST + 1
        assert len(reach(rows[-1].pk, back=False)) == 1


def test_chain_of_another_committee_is_not_there(village: Village, client: Client) -> None:
    made = lamp(village)
    other = make_house(JINCHANG)
    client.force_login(other.users["staff"])
    assert client.get(f"/journeys/{made['topic'].pk}/").status_code == 404
    client.force_login(village.house.users["staff"])
    assert client.get(f"/journeys/{made['topic'].pk}/").status_code == 200


def test_chain_page_shows_states_who_and_dates_and_offers(village: Village, client: Client) -> None:
    made = lamp(village)
    client.force_login(village.house.users["staff"])
    page = client.get(f"/journeys/{made['session'].pk}/").content.decode()
    for words in (
        "正在协商",
        "交通运输局",
        "寺沟村协商议事会",
        "5月22日",
        "把意见建议写成提案",
        "把结果告诉提出人",
    ):
        assert words in page, words
    client.force_login(village.house.users["outsider"])
    page = client.get(f"/journeys/{made['session'].pk}/").content.decode()
    assert "把结果告诉提出人" not in page
    assert "另一件事项" in page


@pytest.mark.parametrize("count", [1, 3, 30])
def test_chain_page_costs_the_same_queries_however_many_links(
    village: Village, client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    made = lamp(village)
    with village.house.at_work():
        for n in range(count):
            links.link(made["session"], links.problem(village, title=f"再装{n}"))
    client.force_login(village.house.users["staff"])
    client.get("/journeys/leads/")
    with django_assert_num_queries(11):
        assert client.get(f"/journeys/{made['session'].pk}/").status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_leads_page_shows_members_what_is_offered(
    village: Village, client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    offered: dict[str, Any] = {
        "state": TopicState.PASSED_ON,
        "passed_to": PassedTo.PROPOSAL,
        "decided_on": links.day(3),
    }
    with village.house.at_work():
        for n in range(count):
            links.topic(village, title=f"线索{n}", **offered)
        links.topic(village, title="敏感的", is_sensitive=True, **offered)
        links.topic(village, title="转给单位的", **offered | {"passed_to": PassedTo.UNIT})
        links.topic(village, title="没转的", visibility=Visibility.MEMBERS)
    client.force_login(village.house.users["outsider"])
    client.get("/journeys/leads/")
    with django_assert_num_queries(8):
        page = client.get("/journeys/leads/").content.decode()
    assert page.count("<article") == count
    for hidden in ("敏感的", "转给单位的", "没转的"):
        assert hidden not in page
    client.force_login(village.house.users["clerk_a"])
    assert client.get("/journeys/leads/").status_code == 403
