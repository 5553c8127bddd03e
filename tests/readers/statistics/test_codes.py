"""Codes of numbers: from a paper back to the rows."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from tests.factories import JINCHANG, make_house
from tests.village import make_village
from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import EVER, calendar_year
from tongxin.readers.statistics.codes import read_code
from tongxin.readers.statistics.models import NumberCode
from tongxin.readers.statistics.numbering import code_for, codes_for

if TYPE_CHECKING:
    from django.test import Client

    from tests.factories import House

pytestmark = pytest.mark.django_db
NAME = "grassroots.sessions"


@pytest.fixture
def house(db: None) -> House:
    return make_village(make_house()).house


def a_code(house: House, figure: str = NAME, year: int = 2021, by: str = "", part: str = "") -> str:
    with house.at_work():
        return code_for(house.committee.pk, figure, calendar_year(year), by, part).code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("T26-0001", "T26-0001"),
        (" t26-0001 ", "T26-0001"),
        ("Ｔ２６－０００１", "T26-0001"),
        ("T26—0001", "T26-0001"),
        ("t260001", "T26-0001"),
        ("T26–12345", "T26-12345"),
        ("T2-0001", ""),
        ("T26-1", ""),
        ("X26-0001", ""),
        ("", ""),
        ("\x00", ""),
        ("T26-0001" * 10, ""),
    ],
)
def test_code_is_read_as_people_type_it(typed: str, code: str) -> None:
    assert read_code(typed) == code


def test_codes_are_given_once_and_in_order(house: House) -> None:
    with clock.at(datetime(2026, 11, 22, 9, tzinfo=clock.ZONE)), house.at_work():
        first = codes_for(house.committee.pk, [(NAME, "2021", "", ""), (NAME, "2022", "", "")])
        again = code_for(house.committee.pk, NAME, calendar_year(2022))
    assert [one.code for one in first.values()] == ["T26-0001", "T26-0002"]
    assert again == first[NAME, "2022", "", ""]


@pytest.mark.parametrize("typed", ["T26-0001", "t26-0001", "Ｔ２６—０００１"])
@pytest.mark.parametrize("page", ["/statistics/n/{}/", "/statistics/n/?code={}", "/statistics/figures/?q={}"])
def test_code_leads_to_its_number(house: House, client: Client, typed: str, page: str) -> None:
    with clock.at(datetime(2026, 11, 22, 9, tzinfo=clock.ZONE)):
        a_code(house, by="month", part="2021-03")
    client.force_login(house.users["leader"])
    answer = client.get(page.format(typed))
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        f"/statistics/figures/{NAME}/?period=2021&by=month&part=2021-03",
    )


def test_code_foreign_unknown_and_forbidden_look_alike(house: House, client: Client) -> None:
    other = make_house(JINCHANG)
    theirs, ours = a_code(other), a_code(house, figure="nothing.of.the.kind")
    a_code(other, year=2020)
    client.force_login(house.users["staff"])
    pages = []
    for code in ("T26-0002", "T26-9999", ours, "x"):
        assert client.get(f"/statistics/n/{code}/").status_code == 404
        answer = client.get("/statistics/n/", {"code": code})
        assert answer.status_code == 422
        main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
        pages.append(main.replace(f'value="{code}"', ""))
    assert len(set(pages)) == 1
    assert "没有这个数据码" in pages[0]
    client.force_login(house.users["proposer"])
    assert client.get(f"/statistics/n/{theirs}/").status_code == 404


def test_code_of_the_whole_of_everything_leads_to_the_bare_page(house: House, client: Client) -> None:
    with house.at_work():
        code = code_for(house.committee.pk, NAME, EVER).code
        assert NumberCode.objects.get().period == ""
    client.force_login(house.users["staff"])
    assert client.get(f"/statistics/n/{code}/").headers["Location"] == f"/statistics/figures/{NAME}/"


def test_code_of_a_part_that_nothing_has_any_more_still_opens(house: House, client: Client) -> None:
    part = "999999999"
    code = a_code(house, by="place", part=part)
    client.force_login(house.users["staff"])
    opened = client.get(f"/statistics/n/{code}/", follow=True).context["opened"]
    assert (opened.code, opened.value) == (code, "0场次")
