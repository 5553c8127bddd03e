"""Several hands on one appraisal at the same moment, with real commits: one list stands."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.activities.grassroots.ledger import village
from tests.activities.grassroots.schemes import all_checked, checked, given, more_stations, opened, sheet
from tests.activities.proposals.test_races import at_once
from tongxin.activities.grassroots.actions import appraising, scoring
from tongxin.activities.grassroots.models import StationScore
from tongxin.foundation.audit.models import Entry

if TYPE_CHECKING:
    from tests.village import Village


@pytest.fixture
def here(fresh_db: str) -> Village:
    return village()


def test_two_leaders_approve_at_once_and_one_list_stands(here: Village) -> None:
    more_stations(here, 3)
    scheme = opened(here)
    all_checked(here, scheme, [90, 80, 70])
    leader = here.house.actor("leader")
    works = [
        lambda n=n: appraising.approve_scheme(actor=leader, scheme=scheme, decision=f"第{n}次会议")
        for n in range(8)
    ]
    assert at_once(here.house, works) == ["Refused"] * 7 + ["done"]
    with here.house.at_work():
        found = StationScore.objects.filter(scheme=scheme).values_list("award_yuan", flat=True)
        assert sum(found, Decimal(0)) == Decimal(180_000)
        assert Entry.objects.filter(action="appraisal.approve_scheme").count() == 1


def test_check_that_comes_with_the_approval_is_before_it_or_refused(here: Village) -> None:
    scheme = opened(here)
    own = checked(here, sheet(here, scheme), 50, 30)
    staff, leader = here.house.actor("staff"), here.house.actor("leader")
    points = given(sheet(here, scheme), 60, 40, words="补了依据")
    at_once(
        here.house,
        [
            lambda: scoring.check_score(actor=staff, score=own, given=points),
            lambda: appraising.approve_scheme(actor=leader, scheme=scheme, decision="会议"),
        ],
    )
    found = sheet(here, scheme)
    with here.house.at_work():
        approved = Entry.objects.get(action="appraisal.approve_scheme")
        checks = Entry.objects.filter(action="appraisal.check_score").order_by("-seq")[0]
    assert found.state == "approved"
    assert found.checked_total == sum(r.checked_points or 0 for r in found.items.all())
    assert checks.seq < approved.seq
