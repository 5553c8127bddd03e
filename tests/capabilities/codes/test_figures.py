"""The figures of codes: coverage today, and scans."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.factories import JINCHANG, make_house
from tests.parts import parts, wrong_parts
from tests.village import make_village
from tongxin.capabilities.codes.figures import FIGURES
from tongxin.capabilities.codes.models import AccessCode, ScanCount
from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import EVER, calendar_year, figure
from tongxin.foundation.core.periods import calendar_month
from tongxin.foundation.organization.models import Node
from tongxin.readers.statistics.counting import parts_of, rows_of, value_of, values_of

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from tests.village import Village

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(db: None) -> Village:
    return make_village(make_house())


def scanned(here: Village, count: int, on: date, at: str = "room") -> None:
    ScanCount.objects.create(committee=here.house.committee, code=here.codes[at], on=on, count=count)


def test_coverage_counts_places_in_use_with_a_code_in_force(here: Village) -> None:
    committee = here.house.committee
    with here.house.at_work():
        for n in range(2):
            Node.objects.create(
                committee=committee, kind="room", name=f"室{n}", host="village", parent=here.council
            )
        ended = Node.objects.create(
            committee=committee,
            kind="room",
            name="撤了的",
            host="village",
            parent=here.council,
            ended_on=clock.today(),
        )
        AccessCode.objects.create(committee=committee, node=ended)
        found = [value_of(figure(f"codes.{k}_coverage"), committee.pk, EVER) for k in ("station", "room")]
        here.codes["station"].status = AccessCode.Status.SUSPENDED
        here.codes["station"].save()
        after = value_of(figure("codes.station_coverage"), committee.pk, EVER)
    assert [(c.value, c.part, c.whole) for c in found] == [(Decimal("100.0"), 1, 1), (Decimal("33.3"), 1, 3)]
    assert (after.value, after.part, after.whole) == (Decimal(0), 0, 1)


def test_scans_are_summed_by_their_day(here: Village) -> None:
    with here.house.at_work():
        scanned(here, 12, date(2025, 12, 31))
        scanned(here, 30, date(2026, 1, 1))
        scanned(here, 8, date(2026, 2, 1), at="station")
        one, pk = figure("codes.scans"), here.house.committee.pk
        found = [value_of(one, pk, p).value for p in (EVER, calendar_year(2026), calendar_month(2026, 2))]
        by_year = parts(one, pk, "year")
    assert found == [50, 38, 8]
    assert by_year == {"2025年": 12, "2026年": 38}


def test_few_scans_of_a_month_or_place_are_not_told(here: Village) -> None:
    with here.house.at_work():
        for month, count in ((1, 30), (2, 9), (3, 40)):
            scanned(here, count, date(2026, month, 1))
        one = figure("codes.scans")
        along = one.breakdown("month")
        assert along is not None
        found = parts_of(one, here.house.committee.pk, EVER, along)
    # The next smallest is left out with it, so that it cannot be worked out.
    assert [(part.key, part.is_suppressed) for part in found] == [
        ("2026-01", True),
        ("2026-02", True),
        ("2026-03", False),
    ]


def test_parts_of_every_number_add_up_and_rows_open_pages(client: Client, here: Village) -> None:
    client.force_login(here.house.users["staff"])
    with here.house.at_work():
        scanned(here, 30, date(2026, 1, 1))
        pk = here.house.committee.pk
        wrong = [w for one in FIGURES for w in wrong_parts(one, pk, EVER)]
        for one in FIGURES:
            row = rows_of(one, pk, EVER).select_related(*one.select).get()
            assert one.row_url is not None
            assert client.get(one.row_url(row)).status_code == 200
    assert wrong == []


def test_administrators_see_coverage_and_not_scans_of_events(here: Village) -> None:
    admin, auditor, member = (here.house.actor(who) for who in ("tenant_admin", "auditor", "proposer"))
    seen = {f.id: (f.is_open_to(admin), f.is_open_to(auditor), f.is_open_to(member)) for f in FIGURES}
    assert seen == {
        "codes.station_coverage": (True, True, False),
        "codes.room_coverage": (True, True, False),
        "codes.scans": (False, True, False),
    }


def test_numbers_of_another_committee_are_not_counted(here: Village) -> None:
    other = make_village(make_house(JINCHANG))
    with here.house.at_work(other.house):
        scanned(other, 30, date(2026, 1, 1))
        assert value_of(figure("codes.scans"), here.house.committee.pk, EVER).value == 0
        assert value_of(figure("codes.room_coverage"), here.house.committee.pk, EVER).whole == 1


@pytest.mark.parametrize("count", [1, 3])
def test_numbers_cost_the_same_queries(
    here: Village, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    with here.house.at_work():
        for month in range(count):
            scanned(here, 30, date(2026, month + 1, 1))
        with django_assert_num_queries(1):
            values_of(FIGURES, here.house.committee.pk, EVER)
