"""Many hands at the same moment: one signature, one copy, no deadlock between the two sides."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections

from tests.readers.rollup import offices
from tests.readers.rollup.offices import (
    CITY,
    COUNTY,
    COUNTY_2,
    ask,
    correct,
    open_office,
    prepare,
    received,
    report,
    sheet_of,
)
from tongxin.foundation.audit.verify import verify
from tongxin.foundation.core.errors import Refused
from tongxin.readers.rollup.actions import asking, reporting
from tongxin.readers.rollup.models import Received, ReceivedValue, Sheet, SheetValue

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.readers.rollup.offices import Office

HANDS = 50


@pytest.fixture
def city(fresh_db: str) -> Office:
    return open_office(CITY)


def at_once(works: list[tuple[Office, Callable[[], object]]]) -> list[str]:
    """Let everybody begin at the same moment; return how each was answered."""
    start = threading.Barrier(len(works))

    def run(of: tuple[Office, Callable[[], object]]) -> str:
        office, work = of
        try:
            start.wait(60)
            with office.at_work():
                work()
        except (Refused, PermissionDenied) as no:
            return type(no).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_fifty_signatures_at_once_sign_once(city: Office) -> None:
    county = open_office(COUNTY, units=3)
    ask(city)
    sheet, leader = prepare(county), county.actor("leader")
    seen = offices.seen_of(county, sheet)
    answers = at_once([(county, lambda: reporting.sign_sheet(actor=leader, sheet=sheet, seen=seen))] * HANDS)
    assert sorted(answers) == ["Refused"] * (HANDS - 1) + ["done"]
    with county.at_work():
        assert (Sheet.objects.count(), SheetValue.objects.count()) == (1, 1)
    with city.at_work():
        assert Received.objects.filter(sender=county.committee).count() == 1
        assert ReceivedValue.objects.count() == 1
    assert verify().ok


def test_corrections_returns_and_reminders_at_once_leave_one_version_that_counts(city: Office) -> None:
    first, second = open_office(COUNTY, units=3), open_office(COUNTY_2, units=5)
    made = ask(city)
    for office in (first, second):
        report(office)
        correct(office)
        prepare(office)
    works: list[tuple[Office, Callable[[], object]]] = []
    clerk = city.actor("staff")
    for office in (first, second):
        leader, sheet, old = office.actor("leader"), sheet_of(office), received(city, office)
        seen = offices.seen_of(office, sheet)
        works += [
            (office, lambda a=leader, s=sheet, n=seen: reporting.sign_sheet(actor=a, sheet=s, seen=n)),
            (office, lambda a=leader, s=sheet, n=seen: reporting.sign_sheet(actor=a, sheet=s, seen=n)),
            (city, lambda r=old: asking.return_sheet(actor=clerk, received=r, reason="少报")),
            (city, lambda: asking.remind_missing(actor=clerk, request=made)),
        ]
    answers = at_once(works)
    assert [answers[i : i + 2].count("done") for i in (0, 4)] == [1, 1]
    for office in (first, second):
        assert (received(city, office).version, received(city, office).state) == (2, "received")
    assert verify().ok


def test_withdrawing_and_signing_at_once_leave_one_of_both(city: Office) -> None:
    county = open_office(COUNTY, units=3)
    made = ask(city)
    sheet, leader, clerk = prepare(county), county.actor("leader"), city.actor("staff")
    seen = offices.seen_of(county, sheet)
    answers = at_once(
        [
            (county, lambda: reporting.sign_sheet(actor=leader, sheet=sheet, seen=seen)),
            (city, lambda: asking.withdraw_request(actor=clerk, request=made)),
        ]
    )
    assert sorted(answers) == ["Refused", "done"]
    with county.at_work():
        left = Sheet.objects.count()
    with city.at_work():
        copies = ReceivedValue.objects.count()
    assert (left, copies) == ((1, 1) if answers[0] == "done" else (0, 0))
