"""The city sees the copy and never the county's rows; below all queries PostgreSQL says so too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.urls import reverse

from tests.readers.rollup.offices import (
    CITY,
    COUNTY,
    COUNTY_2,
    UNITS,
    ask,
    open_office,
    received,
    report,
    sheet_of,
)
from tongxin.foundation.core import tenancy
from tongxin.readers.rollup.models import Received, ReceivedValue, Request, Sheet, SheetValue

if TYPE_CHECKING:
    from django.test import Client

    from tests.readers.rollup.offices import Office

pytestmark = pytest.mark.django_db
TABLES = ("request", "sheet", "sheetvalue", "received", "receivedvalue")


@pytest.fixture
def three(db: None) -> tuple[Office, Office, Office]:
    city, county, second = open_office(CITY), open_office(COUNTY, units=3), open_office(COUNTY_2, units=5)
    ask(city)
    report(county)
    report(second)
    return city, county, second


def owners(office: Office) -> dict[str, set[int]]:
    """Return whose rows plain SQL finds in the scope of an office, table by table."""
    found = {}
    with office.at_work(), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT DISTINCT committee_id FROM rollup_{table}")  # noqa: S608
            found[table] = {row[0] for row in cursor.fetchall()}
    return found


def test_plain_sql_in_each_scope_finds_own_rows_only(three: tuple[Office, Office, Office]) -> None:
    city, county, _second = three
    upper, lower = {city.committee.pk}, {county.committee.pk}
    assert owners(city) == {
        "request": upper,
        "sheet": set(),
        "sheetvalue": set(),
        "received": upper,
        "receivedvalue": upper,
    }
    assert owners(county) == {
        "request": set(),
        "sheet": lower,
        "sheetvalue": lower,
        "received": set(),
        "receivedvalue": set(),
    }


def test_city_sees_the_copy_and_not_the_sheet(three: tuple[Office, Office, Office]) -> None:
    city, county, _second = three
    actor = city.actor("staff")
    with city.at_work():
        assert list(Sheet.objects.visible_to(actor)) == []
        copied = ReceivedValue.objects.visible_to(actor).filter(received__sender=county.committee)
        assert [(v.figure, v.source, int(v.value)) for v in copied] == [(UNITS, "records", 3)]
    with county.at_work():
        lower = county.actor("leader")
        assert (list(Received.objects.visible_to(lower)), list(Request.objects.visible_to(lower))) == ([], [])


def test_without_a_scope_nothing_is_there(three: tuple[Office, Office, Office]) -> None:
    with tenancy.scope([]), transaction.atomic():
        found = [model.objects.count() for model in (Request, Sheet, SheetValue, Received, ReceivedValue)]
    assert found == [0, 0, 0, 0, 0]


def test_scope_of_an_act_ends_with_it(three: tuple[Office, Office, Office]) -> None:
    city, county, _second = three
    with city.at_work():
        before = tenancy.current()
        ask(city, title="又一次")
        assert tenancy.current() == before
        assert Sheet.objects.filter(committee=county.committee).count() == 0


def test_pages_of_others_are_not_there(client: Client, three: tuple[Office, Office, Office]) -> None:
    city, county, second = three
    request, row, sheet = received(city, county).request, received(city, county), sheet_of(county)
    of_city = [
        reverse("rollup:request", args=[request.pk]),
        reverse("rollup:export", args=[request.pk]),
        reverse("rollup:figure", args=[request.pk, UNITS]),
        reverse("rollup:received", args=[row.pk]),
        reverse("rollup:number", args=[row.pk, UNITS]),
        reverse("rollup:return", args=[row.pk]),
        reverse("rollup:withdraw", args=[request.pk]),
    ]
    of_county = [reverse("rollup:sheet", args=[sheet.pk]), reverse("rollup:correct", args=[sheet.pk])]
    client.force_login(second.users["staff"])
    assert {client.get(url).status_code for url in of_city + of_county} == {404}
    client.force_login(city.users["staff"])
    assert {client.get(url).status_code for url in of_county} == {404}
    assert {client.get(url).status_code for url in of_city} == {200}
    client.force_login(county.users["staff"])
    assert {client.get(url).status_code for url in of_city} == {404}
    assert {client.get(url).status_code for url in of_county} == {200}
