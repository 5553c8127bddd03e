"""A scan is one more on the day's count, and nothing else."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, connections, transaction
from django.urls import reverse

from tests import factories, village
from tests.capabilities.codes.test_actions import new_event, new_room
from tongxin.capabilities.codes.actions import count_scan, issue_code, reissue_code
from tongxin.capabilities.codes.models import AccessCode, ScanCount
from tongxin.capabilities.codes.selectors.scans import month_chart
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core import clock, tenancy

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from tests.village import Village

HANDS, EACH = 20, 10


@pytest.fixture
def really(fresh_db: str) -> Village:
    return village.make_village(factories.make_house())


def counted(place: Village) -> list[tuple[date, int]]:
    with place.house.at_work():
        return list(ScanCount.objects.order_by("on").values_list("on", "count"))


def rows_everywhere() -> dict[str, int]:
    """Count the rows of every table, as the owner sees them."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608
            found[table] = cursor.fetchone()[0]
    return found


def test_scans_of_many_at_once_are_counted_exactly_and_nothing_else_is_kept(really: Village) -> None:
    code, committee = really.codes["room"], really.house.committee.pk
    start, before = threading.Barrier(HANDS), rows_everywhere()

    def scan(_n: int) -> None:
        try:
            start.wait(60)
            for _time in range(EACH):
                # As a page does: the public's scope, one transaction for the whole view.
                with tenancy.scope([committee], audience="public"), transaction.atomic():
                    count_scan(code)
        finally:
            connections.close_all()

    with clock.at(date(2026, 10, 9)), ThreadPoolExecutor(HANDS) as pool:
        list(pool.map(scan, range(HANDS)))
    assert counted(really) == [(clock.today(), HANDS * EACH)]
    after = rows_everywhere()
    assert {t: n - before[t] for t, n in after.items() if n != before[t]} == {"codes_scancount": 1}
    with really.house.at_work():
        (row,) = ScanCount.objects.all()
        # A key of the clock would tell when the first one came.
        assert (row.pk.version, Entry.objects.filter(action__startswith="codes.").count()) == (4, 0)


def test_scans_of_two_days_are_two_rows(really: Village) -> None:
    for day, times in ((date(2026, 10, 8), 2), (date(2026, 10, 9), 3)):
        with clock.at(day):
            for _time in range(times):
                count_scan(really.codes["room"])
    assert counted(really) == [(date(2026, 10, 8), 2), (date(2026, 10, 9), 3)]


def test_scan_of_a_page_that_failed_is_not_counted(really: Village) -> None:
    with tenancy.scope([really.house.committee.pk], audience="public"), transaction.atomic():
        count_scan(really.codes["room"])
        transaction.set_rollback(True)
    assert counted(really) == []


def test_scan_holds_no_row_while_the_page_is_made(really: Village) -> None:
    code, committee = really.codes["room"], really.house.committee.pk
    count_scan(code)
    with tenancy.scope([committee], audience="public"), transaction.atomic():
        count_scan(code)
        other = connection.copy()
        try:
            with tenancy.scope([committee]), transaction.atomic(), other.cursor() as cursor:
                other.set_autocommit(False)
                cursor.execute("SET LOCAL lock_timeout = 300")
                cursor.execute("SELECT set_config('tongxin.committees', %s, true)", [f"{{{committee}}}"])
                cursor.execute("SELECT count FROM codes_scancount FOR UPDATE NOWAIT")
                assert cursor.fetchall() == [(1,)]
        finally:
            other.rollback()
            other.close()
    assert [n for _day, n in counted(really)] == [2]


def test_scan_whose_count_fails_leaves_the_page_alone(really: Village) -> None:
    gone = AccessCode(committee=really.house.committee, node=really.room)
    with tenancy.scope([really.house.committee.pk], audience="public"), transaction.atomic():
        count_scan(gone)
    assert counted(really) == []


def add(place: Village, code: AccessCode, on: date, count: int) -> None:
    with place.house.at_work():
        ScanCount.objects.create(committee=place.house.committee, code=code, on=on, count=count)


def test_chart_shows_twelve_months_and_marks_the_fullest(place: Village) -> None:
    with clock.at(date(2026, 10, 9)):
        add(place, place.codes["room"], date(2025, 10, 31), 99)
        add(place, place.codes["room"], date(2025, 11, 1), 3)
        add(place, place.codes["room"], date(2026, 8, 2), 5)
        add(place, place.codes["station"], date(2026, 8, 30), 4)
        add(place, place.codes["room"], date(2026, 10, 9), 2)
        with place.house.at_work():
            chart = month_chart(place.house.actor("staff"))
            of_room = month_chart(place.house.actor("staff"), place.codes["room"])
    assert [bar.count for bar in chart.bars] == [3, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2]
    assert [bar.label for bar in chart.bars if bar.is_most] == ["8月"]
    assert (chart.total, chart.title) == (14, "8月扫码最多，9次")
    assert [bar.count for bar in of_room.bars][-3:] == [5, 0, 2]


def total_on(client: Client, url: str) -> tuple[int, int]:
    """Return the number that a page of scans says, and the sum of its rows."""
    found = client.get(url).context["found"]
    return found.total, sum(row.count for row in found.rows)


def test_numbers_of_scans_open_rows_with_the_same_sum(place: Village, client: Client) -> None:
    client.force_login(place.house.users["staff"])
    with clock.at(date(2026, 10, 9)):
        for code, on, count in (
            ("room", date(2026, 9, 9), 7),
            ("room", date(2026, 9, 10), 3),
            ("station", date(2026, 10, 9), 2),
            ("room", date(2026, 10, 9), 4),
        ):
            add(place, place.codes[code], on, count)
        page = client.get(reverse("codes:list"))
        assert page.context["recent"] == 9
        assert total_on(client, reverse("codes:scans")) == (9, 9)
        for bar in page.context["chart"].bars:
            assert total_on(client, bar.url) == (bar.count, bar.count)
        for row in page.context["shown"].rows:
            if row.scans:
                assert total_on(client, row.scans_url) == (row.scans, row.scans)
        by_place = client.get(reverse("codes:scans"), {"year": "2026"}).context["found"]
        assert [(row.label, row.count) for row in by_place.rows] == [
            ("寺沟村协商议事室", 14),
            ("东华镇委员工作站", 2),
        ]
        for row in by_place.rows:
            assert total_on(client, row.url) == (row.count, row.count)


@pytest.mark.parametrize(
    "asked", ["month=2026-13", "month=x", "year=20260", "code=x", "days=3", "month=2026-1"]
)
def test_scans_asked_for_in_no_sense_are_the_last_thirty_days(
    place: Village, client: Client, asked: str
) -> None:
    client.force_login(place.house.users["staff"])
    add(place, place.codes["room"], clock.today(), 4)
    add(place, place.codes["room"], clock.today() - timedelta(days=30), 9)
    assert total_on(client, f"{reverse('codes:scans')}?{asked}") == (4, 4)


def test_scans_of_earlier_codes_stay_counted(place: Village, client: Client) -> None:
    add(place, place.codes["room"], clock.today(), 4)
    with place.house.at_work():
        reissue_code(actor=place.house.actor("staff"), code=place.codes["room"], reason="涂改")
    client.force_login(place.house.users["leader"])
    assert total_on(client, reverse("codes:scans")) == (4, 4)


def test_scans_seen_by_who_keeps_a_place_are_those_of_that_place(place: Village, client: Client) -> None:
    other = new_room(place)
    with place.house.at_work():
        elsewhere = issue_code(actor=place.house.actor("staff"), node=other)
        event = issue_code(actor=place.house.actor("staff"), matter=new_event(place))
    for code, count in ((place.codes["room"], 1), (place.codes["station"], 2), (elsewhere, 4), (event, 8)):
        add(place, code, clock.today(), count)
    for who, seen in (("worker", 1), ("head", 7), ("auditor", 15)):
        client.force_login(place.house.users[who])
        assert total_on(client, reverse("codes:scans")) == (seen, seen)
        alone = client.get(reverse("codes:scans"), {"code": str(event.pk)}).context["found"]
        assert (alone.code is not None, alone.total) == ((True, 8) if who == "auditor" else (False, 0))


def test_scans_page_asks_as_often_for_three_places_as_for_one(
    place: Village, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(place.house.users["staff"])
    add(place, place.codes["room"], clock.today(), 4)
    client.get(reverse("codes:scans"))
    with django_assert_num_queries(9):
        client.get(reverse("codes:scans"))
    for n in range(2):
        with place.house.at_work():
            code: Any = issue_code(actor=place.house.actor("staff"), node=new_room(place, f"第{n}室"))
        add(place, code, clock.today(), n + 1)
    with django_assert_num_queries(9):
        client.get(reverse("codes:scans"))
