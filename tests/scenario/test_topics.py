"""Scenarios of topics that wait, of sayings of the public, and of scans."""

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


def test_scenario_of_topics_that_wait_beside_their_shares_gives_each() -> None:
    loaded = load(
        成县=[
            stated("topics.collected", 310, qualifier="余", period="2024"),
            stated("topics.decided_share", 93.6, period="2024"),
            stated("topics.decided_share", 90, qualifier="左右", period="2025"),
            stated("topics.waiting", 60),
            stated("topics.collected.member", 110),
            stated("topics.taken_up", 205, period="2024"),
            stated("topics.voices", 4500, qualifier="多", period="五年"),
            stated("topics.voices", 0, period="2025-03"),
            stated("topics.collected", 900),
        ]
    )
    assert loaded.left_out == []
    assert printed_of("成县", "topics.collected", "2024") == "310余"
    assert printed_of("成县", "topics.decided_share", "2024") == "93.6%"
    assert printed_of("成县", "topics.decided_share", "2025") == "90%左右"
    assert value_of("成县", "topics.waiting") == 60
    assert value_of("成县", "topics.collected.member") == 110
    assert value_of("成县", "topics.taken_up", "2024") == 205
    assert printed_of("成县", "topics.voices", "五年") == "4500多"
    assert value_of("成县", "topics.voices", "2025-03") == 0
    assert value_of("成县", "topics.collected") == 900


def test_scenario_of_one_figure_of_topics_alone_invents_the_rest() -> None:
    loaded = load(
        成县=[stated("topics.waiting", 7, period="今年")],
        徽县=[stated("topics.voices", 20_000)],
        两当县=[stated("topics.decided_share", 98.7, period="2023")],
        康县=[
            stated("codes.scans", 36_500, qualifier="多", period="2025"),
            stated("codes.scans", 0, period="2023"),
        ],
        文县=[
            stated("codes.scans", 12),
            stated("codes.room_coverage", 0),
            stated("codes.station_coverage", 50),
        ],
    )
    assert loaded.left_out == []
    assert value_of("成县", "topics.waiting") == 7
    assert value_of("徽县", "topics.voices") == 20_000
    assert printed_of("两当县", "topics.decided_share", "2023") == "98.7%"
    assert printed_of("康县", "codes.scans", "2025") == "36500多"
    assert value_of("康县", "codes.scans", "2023") == 0
    assert value_of("文县", "codes.scans") == 12
    assert value_of("文县", "codes.room_coverage") == 0
    assert value_of("文县", "codes.station_coverage") == 50


def test_scenario_of_sayings_without_any_topic_loses_them() -> None:
    loaded = load(成县=[stated("topics.collected", 0), stated("topics.voices", 4)])
    assert [one.stated.figure for one in loaded.left_out] == ["topics.voices"]


def test_scenario_of_more_topics_that_wait_than_were_collected_loses_them() -> None:
    loaded = load(成县=[stated("topics.collected", 5), stated("topics.waiting", 6)])
    assert [one.stated.figure for one in loaded.left_out] == ["topics.waiting"]
