"""Many hands on one problem at the same moment, with real commits: exactly one effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.activities.grassroots.ledger import added, reported, solved, village
from tests.activities.proposals.test_races import at_once
from tongxin.activities.grassroots.actions import problems as ledger
from tongxin.activities.grassroots.models import Problem
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.foundation.audit.verify import verify

if TYPE_CHECKING:
    from tests.village import Village

HANDS = 50


@pytest.fixture
def here(fresh_db: str) -> Village:
    return village()


def test_two_clerks_confirm_at_once_and_one_does(here: Village) -> None:
    made = reported(here, due_on=None)
    works = [
        lambda who=who: ledger.confirm_problem(actor=here.house.actor(who), problem=made)
        for who in ("staff", "staff_2", "head")
    ]
    assert at_once(here.house, works) == ["Refused", "Refused", "done"]
    with here.house.at_work():
        assert TimelineEntry.objects.filter(verb="confirm_problem").count() == 1
        assert Deadline.objects.running().filter(kind="look_back").count() == 1
    assert verify().ok


def test_fifty_objections_at_once_are_one(here: Village) -> None:
    made = solved(here, due_on=None)
    works = [lambda n=n: ledger.object_to_problem(problem=made, text=f"第{n}个人说") for n in range(HANDS)]
    assert at_once(here.house, works) == ["Refused"] * (HANDS - 1) + ["done"]
    with here.house.at_work():
        found = Problem.objects.select_related("matter").get(pk=made.pk)
    assert (found.matter.state, found.objection[:1]) == ("under_way", "第")


def test_fifty_problems_at_once_are_numbered_without_gap(here: Village) -> None:
    works = [lambda n=n: added(here, text=f"第{n}件", due_on=None) for n in range(HANDS)]
    assert at_once(here.house, works) == ["done"] * HANDS
    with here.house.at_work():
        codes = sorted(Problem.objects.values_list("matter__code", flat=True))
    assert [code[-3:] for code in codes] == [f"{n:03d}" for n in range(1, HANDS + 1)]
