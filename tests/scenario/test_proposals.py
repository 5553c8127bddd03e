"""Scenarios of how proposals are answered and followed: in time, solved, promised, looked back at, and by whom."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.scenario.world import everywhere, installed, load, printed_of, stated, value_of
from tongxin.activities.proposals.models import Promise, Proposal
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


def _made(place: str, *lines: tuple[str, float, str | None, str | None]) -> dict[tuple[str, str | None], str]:
    """Load these statements, of which none may be left out, and return how each is printed."""
    figures = [stated(figure, value, qualifier=word, period=span) for figure, value, word, span in lines]
    assert load(**{place: figures}).left_out == []
    return {(figure, span): printed_of(place, figure, span) for figure, _value, _word, span in lines}


def test_scenario_of_shares_of_answers_alone_gives_each_of_them() -> None:
    assert _made(
        "武威市",
        ("proposals.on_time_rate", 98.6, None, None),
        ("proposals.class_a_rate", 61.3, None, "2025"),
        ("proposals.overdue", 3, None, None),
        ("proposals.taking_part_rate", 85.7, None, None),
    ) == {
        ("proposals.on_time_rate", None): "98.6%",
        ("proposals.class_a_rate", "2025"): "61.3%",
        ("proposals.overdue", None): "3",
        ("proposals.taking_part_rate", None): "85.7%",
    }
    assert value_of("武威市", "proposals.on_time_rate") == Decimal("98.6")


def test_scenario_of_promises_and_look_backs_gives_each_in_its_span() -> None:
    assert _made(
        "成县",
        ("proposals.promises_open", 12, None, None),
        ("proposals.promises_open", 2, None, "2024"),
        ("proposals.promises_kept", 30, "余", "2025"),
        ("proposals.promises_kept", 40, None, None),
        ("proposals.look_backs", 7, None, "2024"),
        ("proposals.look_backs", 9, "多", "五年"),
    ) == {
        ("proposals.promises_open", None): "12",
        ("proposals.promises_open", "2024"): "2",
        ("proposals.promises_kept", "2025"): "30余",
        ("proposals.promises_kept", None): "40",
        ("proposals.look_backs", "2024"): "7",
        ("proposals.look_backs", "五年"): "9多",
    }
    with everywhere():
        # Nobody keeps a promise before it was made, and it was made after the answer.
        kept = Promise.objects.filter(state=Promise.State.KEPT).select_related("proposal")
        assert [one for one in kept if not one.proposal.replied_on <= one.reported_on == one.kept_on] == []
        assert kept.count() == 40


def test_scenario_of_everything_about_one_year_of_proposals_holds_together() -> None:
    assert _made(
        "镇原县",
        ("proposals.filed", 300, "余", "2024"),
        ("proposals.on_time_rate", 97.5, None, "2024"),
        ("proposals.reply_rate", 98.9, None, "2024"),
        ("proposals.class_a_rate", 70, "左右", "2024"),
        ("proposals.satisfied_rate", 95.5, None, "2024"),
        ("proposals.satisfied_rate.attitude", 99.1, None, "2024"),
        ("proposals.overdue", 2, None, "2024"),
        ("organization.members", 210, None, None),
        ("proposals.taking_part_rate", 80, None, "2024"),
        ("proposals.members_taking_part", 190, None, None),
        ("proposals.filed", 950, None, None),
        ("proposals.look_backs", 2, None, "今年"),
        ("proposals.supervisions.bridge", 2, None, "2024"),
    ) == {
        ("proposals.filed", "2024"): "300余",
        ("proposals.on_time_rate", "2024"): "97.5%",
        ("proposals.reply_rate", "2024"): "98.9%",
        ("proposals.class_a_rate", "2024"): "70%左右",
        ("proposals.satisfied_rate", "2024"): "95.5%",
        ("proposals.satisfied_rate.attitude", "2024"): "99.1%",
        ("proposals.overdue", "2024"): "2",
        ("organization.members", None): "210",
        ("proposals.taking_part_rate", "2024"): "80%",
        ("proposals.members_taking_part", None): "190",
        ("proposals.filed", None): "950",
        ("proposals.look_backs", "今年"): "2",
        ("proposals.supervisions.bridge", "2024"): "2",
    }
    with everywhere():
        late = Proposal.objects.filter(matter__deadlines__kind="reply", filed_on__year=2024)
        assert late.distinct().count() == 2


def test_scenario_of_what_waits_beside_shares_of_what_does_not_gives_both() -> None:
    assert _made(
        "甘州区",
        ("proposals.on_time_rate", 100, None, "五年"),
        ("proposals.class_a_rate", 0, None, None),
        ("proposals.promises_open", 1, None, "2026"),
        ("proposals.overdue", 40, "多", None),
        ("proposals.in_hand", 55, None, None),
    ) == {
        ("proposals.on_time_rate", "五年"): "100",
        ("proposals.class_a_rate", None): "0%",
        ("proposals.promises_open", "2026"): "1",
        ("proposals.overdue", None): "40多",
        ("proposals.in_hand", None): "55",
    }


def test_scenario_of_who_takes_part_in_several_spans_lets_some_propose_in_several() -> None:
    assert _made(
        "岷县",
        ("proposals.taking_part_rate", 92.3, None, "今年"),
        ("proposals.taking_part_rate", 60, None, "2023"),
        ("proposals.received", 100, None, "2023"),
        ("organization.enrolment_share", 100, None, None),
        ("organization.enrolment_share_before", 30, "左右", None),
    ) == {
        ("proposals.taking_part_rate", "今年"): "92.3%",
        ("proposals.taking_part_rate", "2023"): "60%",
        ("proposals.received", "2023"): "100",
        ("organization.enrolment_share", None): "100",
        ("organization.enrolment_share_before", None): "30%左右",
    }


def test_scenario_of_late_answers_in_a_month_is_left_out_with_its_reason() -> None:
    loaded = load(成县=[stated("proposals.on_time_rate", 90, period="2025-03"), stated("proposals.filed", 8)])
    assert [one.stated.figure for one in loaded.left_out] == ["proposals.on_time_rate"]
    assert value_of("成县", "proposals.filed") == 8


def test_scenario_of_shares_above_a_hundred_loses_them() -> None:
    loaded = load(成县=[stated("proposals.class_a_rate", 101), stated("proposals.taking_part_rate", 120)])
    assert [one.stated.figure for one in loaded.left_out] == [
        "proposals.class_a_rate",
        "proposals.taking_part_rate",
    ]
