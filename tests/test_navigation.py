"""Where each person can go: the side of a desk, and on phones the page of everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from tests import factories
from tests.village import make_village

if TYPE_CHECKING:
    from django.test import Client

    from tests.factories import House

pytestmark = pytest.mark.django_db

_STAFF = [
    "/", "/proposals/", "/proposals/meetings/",
    "/topics/queue/", "/topics/", "/grassroots/sessions/", "/talks/", "/grassroots/problems/", "/topics/lists/",
    "/grassroots/nodes/", "/codes/", "/grassroots/appraisal/", "/grassroots/reports/",
    "/proposals/deadlines/", "/proposals/promises/", "/proposals/look-back/", "/proposals/key/",
    "/statistics/", "/proposals/report/", "/rollup/", "/proposals/honours/", "/reports/", "/organization/members/",
    "/organization/staff/", "/proposals/import/", "/proposals/settings/quality-rules/", "/deadlines/",
]  # fmt: skip


@pytest.fixture
def house() -> House:
    house = factories.make_house()
    make_village(house)
    return house


@pytest.mark.parametrize(
    ("who", "places"),
    [
        ("staff", _STAFF),
        (
            "clerk_a",
            [
                "/",
                "/proposals/inbox/",
                "/grassroots/problems/",
                "/proposals/deadlines/",
                "/proposals/promises/",
            ],
        ),
        (
            "proposer",
            [
                "/",
                "/proposals/mine/",
                "/topics/",
                "/grassroots/sessions/",
                "/talks/",
                "/grassroots/problems/",
                "/topics/lists/",
                "/proposals/",
                "/journeys/leads/",
            ],
        ),
        (
            "head",
            [
                "/",
                "/topics/queue/",
                "/topics/",
                "/grassroots/sessions/",
                "/grassroots/problems/",
                "/topics/lists/",
                "/grassroots/nodes/",
                "/codes/",
                "/grassroots/appraisal/",
                "/grassroots/reports/",
            ],
        ),
        (
            "tenant_admin",
            [
                "/",
                "/grassroots/nodes/",
                "/codes/",
                "/organization/members/",
                "/organization/staff/",
                "/organization/",
                "/proposals/import/",
                "/proposals/settings/",
                "/topics/settings/",
                "/grassroots/settings/",
                "/deadlines/",
                "/audit/",
            ],
        ),
    ],
)
def test_more_lists_every_place_of_the_person_grouped(
    client: Client, house: House, who: str, places: list[str]
) -> None:
    client.force_login(house.users[who])
    items = client.get(reverse("more")).context["shell"].nav
    assert [i.url for i in items if not i.url.startswith("/p/")] == places
    for item in items:
        assert client.get(item.url).status_code == 200


def test_tabs_of_a_page_without_a_tab_of_its_own_point_to_more(client: Client, house: House) -> None:
    client.force_login(house.users["staff"])
    for name, here in (("proposals:report", "more"), ("proposals:list", "proposals:list"), ("more", "more")):
        tabs = client.get(reverse(name)).context["shell"].tabs
        assert [t.url for t in tabs if t.current] == [reverse(here)], name


def test_numbers_have_a_tab_for_who_leads_and_notices_are_found_under_more(
    client: Client, house: House
) -> None:
    client.force_login(house.users["leader"])
    answer = client.get(reverse("more"))
    names = ("home", "proposals:list", "statistics:home", "more", "accounts:me")
    assert [t.url for t in answer.context["shell"].tabs] == [reverse(name) for name in names]
    assert f'href="{reverse("notices:list")}"' in answer.content.decode().split("<h1>")[1]
