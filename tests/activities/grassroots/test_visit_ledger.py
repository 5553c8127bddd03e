"""Entering visits of members from a register."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from tests.factories import make_house
from tests.village import Village, make_village
from tongxin.activities.grassroots.actions.visit_ledger import PastVisit, enter_past_visits
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.figures import EVER, calendar_year, figure
from tongxin.foundation.organization.models import Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def village(db: None) -> Village:
    """One village."""
    return make_village(make_house())


def _line(village: Village, on: date) -> PastVisit:
    return PastVisit(village.council, Member.objects.filter(committee=village.house.committee)[0], on)


def test_past_visits_count_on_their_days_and_leave_one_entry(village: Village) -> None:
    house = village.house
    with house.at_work():
        lines = [
            _line(village, date(2021, 3, 1)),
            _line(village, date(2021, 3, 1)),
            _line(village, date(2023, 1, 1)),
        ]
        enter_past_visits(actor=house.actor("staff"), lines=lines, source="走访台账")
        visits = figure("grassroots.visits")
        assert [visits.value(house.committee.pk, p) for p in (EVER, calendar_year(2021))] == [3, 2]
        (entry,) = Entry.objects.filter(action="grassroots.enter_past_visits")
        assert (entry.detail["visits"], entry.detail["source"]) == (3, "走访台账")


def test_past_visit_that_lies_ahead_is_refused(village: Village) -> None:
    with village.house.at_work():
        line = _line(village, clock.today() + timedelta(days=1))
        with pytest.raises(Refused):
            enter_past_visits(actor=village.house.actor("staff"), lines=[line], source="台账")


def test_past_visits_are_entered_by_the_office_only(village: Village) -> None:
    with village.house.at_work():
        line = _line(village, date(2021, 3, 1))
        with pytest.raises(PermissionDenied):
            enter_past_visits(actor=village.house.actor("leader"), lines=[line], source="台账")
