"""Scenarios of online conversations: how many, what was said in them, and by how many."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.scenario.world import everywhere, installed, load, printed_of, stated, value_of
from tongxin.activities.conversations.models import Voice
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


def test_scenario_of_conversations_gives_what_was_said_in_each_span() -> None:
    loaded = load(
        成县=[
            stated("conversations.begun", 5, period="2025"),
            stated("conversations.closed", 4, period="2025"),
            stated("conversations.voices", 600, qualifier="余", period="2025"),
            stated("conversations.answers", 3400, qualifier="多", period="2025"),
            stated("conversations.statements", 61, period="2025"),
            stated("conversations.begun", 8, period="五年"),
            stated("conversations.voices", 700, period="五年"),
            stated("conversations.answers", 4000, period="五年"),
        ]
    )
    assert loaded.left_out == []
    assert value_of("成县", "conversations.begun", "2025") == 5
    assert value_of("成县", "conversations.closed", "2025") == 4
    assert printed_of("成县", "conversations.voices", "2025") == "600余"
    assert printed_of("成县", "conversations.answers", "2025") == "3400多"
    assert value_of("成县", "conversations.statements", "2025") == 61
    assert value_of("成县", "conversations.begun", "五年") == 8
    assert value_of("成县", "conversations.voices", "五年") == 700
    assert value_of("成县", "conversations.answers", "五年") == 4000
    with everywhere():
        # Of what has ended nothing leads to who spoke any more.
        ended = Voice.objects.filter(conversation__matter__state="closed")
        assert ended.exclude(key_index=None).count() == 0


def test_scenario_of_statements_that_were_used_leads_them_to_matters_that_are_there() -> None:
    loaded = load(
        成县=[
            stated("topics.collected", 6),
            stated("conversations.uses", 9, period="2025"),
            stated("conversations.uses", 20, qualifier="多"),
            stated("conversations.closed", 3),
            stated("conversations.answers", 260, qualifier="余", period="2025"),
        ]
    )
    assert loaded.left_out == []
    assert value_of("成县", "topics.collected") == 6
    assert value_of("成县", "conversations.uses", "2025") == 9
    assert printed_of("成县", "conversations.uses") == "20多"
    assert value_of("成县", "conversations.closed") == 3
    assert printed_of("成县", "conversations.answers", "2025") == "260余"


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        ("conversations.begun", 3),
        ("conversations.closed", 2),
        ("conversations.voices", 7),
        ("conversations.voices", 412),
        ("conversations.answers", 15),
        ("conversations.answers", 1234),
        ("conversations.statements", 130),
        ("conversations.statements", 0),
        ("conversations.uses", 8),
    ],
)
def test_scenario_of_one_figure_of_conversations_invents_the_rest(figure: str, value: int) -> None:
    assert load(成县=[stated(figure, value)]).left_out == []
    assert value_of("成县", figure) == value


def test_scenario_of_fewer_answers_than_are_told_loses_them() -> None:
    loaded = load(成县=[stated("conversations.begun", 1), stated("conversations.answers", 4)])
    assert [one.stated.figure for one in loaded.left_out] == ["conversations.answers"]
    assert value_of("成县", "conversations.begun") == 1
