"""Scenarios of who was where at the grass roots, and of problems: late ones, and shares of spans."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.scenario.world import installed, load, printed_of, stated, value_of
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db
_TODAY = date(2026, 10, 9)


@pytest.fixture(autouse=True)
def _installed() -> Iterator[None]:
    with clock.at(_TODAY):
        installed()
        yield


def test_scenario_of_visits_and_supervisions_alone_invents_where_and_by_whom() -> None:
    loaded = load(
        成县=[
            stated("grassroots.visits", 1300, qualifier="多"),
            stated("grassroots.visits", 17, period="2025-03"),
            stated("grassroots.supervisions", 24, period="2024"),
            stated("grassroots.supervisions", 40, qualifier="余", period="五年"),
            stated("grassroots.supervisions_open", 5),
        ]
    )
    assert loaded.left_out == []
    assert printed_of("成县", "grassroots.visits") == "1300多"
    assert value_of("成县", "grassroots.visits", "2025-03") == 17
    assert value_of("成县", "grassroots.supervisions", "2024") == 24
    assert printed_of("成县", "grassroots.supervisions", "五年") == "40余"
    assert value_of("成县", "grassroots.supervisions_open") == 5


def test_scenario_of_overdue_problems_beside_others_gives_each() -> None:
    loaded = load(
        成县=[
            stated("grassroots.problems_overdue", 7),
            stated("grassroots.problems_solved", 256, period="2024"),
            stated("grassroots.problems_solved_share", 91.4, period="2024"),
            stated("grassroots.problems_solved_share", 80, qualifier="左右", period="2025"),
            stated("grassroots.problems_open", 60, qualifier="多"),
            stated("grassroots.sessions", 312),
        ]
    )
    assert loaded.left_out == []
    assert value_of("成县", "grassroots.problems_overdue") == 7
    assert value_of("成县", "grassroots.problems_solved", "2024") == 256
    assert printed_of("成县", "grassroots.problems_solved_share", "2024") == "91.4%"
    assert printed_of("成县", "grassroots.problems_solved_share", "2025") == "80%左右"
    assert printed_of("成县", "grassroots.problems_open") == "60多"
    assert value_of("成县", "grassroots.sessions") == 312


def test_scenario_of_overdue_problems_alone_puts_them_on_the_ledger() -> None:
    assert load(成县=[stated("grassroots.problems_overdue", 3, period="今年")]).left_out == []
    assert [value_of("成县", f"grassroots.problems_{name}") for name in ("overdue", "open")] == [3, 3]


def test_scenario_of_more_overdue_problems_than_open_ones_loses_them() -> None:
    loaded = load(成县=[stated("grassroots.problems_open", 3), stated("grassroots.problems_overdue", 4)])
    assert [one.stated.figure for one in loaded.left_out] == ["grassroots.problems_overdue"]
    assert value_of("成县", "grassroots.problems_open") == 3


def test_scenario_of_supervisions_without_a_workstation_loses_them() -> None:
    loaded = load(成县=[stated("grassroots.stations", 0), stated("grassroots.supervisions", 4)])
    assert [one.stated.figure for one in loaded.left_out] == ["grassroots.supervisions"]
