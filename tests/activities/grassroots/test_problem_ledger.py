"""Entering problems of past years that no session agreed on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from tests.factories import make_house
from tests.village import Village, make_village
from tongxin.activities.grassroots.actions.problem_ledger import ProblemLine, enter_past_problems
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.figures import EVER, calendar_year, figure

pytestmark = pytest.mark.django_db


@pytest.fixture
def village(db: None) -> Village:
    """One village."""
    return make_village(make_house())


def _line(village: Village, solved_on: date | None = None) -> ProblemLine:
    return ProblemLine(village.council, date(2021, 3, 1), "装了路灯", "村委会", solved_on)


def test_past_problems_count_as_solved_but_not_as_agreed_in_a_session(village: Village) -> None:
    house = village.house
    with house.at_work():
        lines = [_line(village, date(2021, 4, 1)), _line(village)]
        enter_past_problems(actor=house.actor("staff"), lines=lines, source="台账")
        ids = ("problems", "problems_solved", "implemented_matters")
        found = [figure(f"grassroots.{name}").value(house.committee.pk, calendar_year(2021)) for name in ids]
    assert found == [2, 1, 0]


def test_past_problem_with_its_day_gone_by_is_overdue_and_asked_for(village: Village) -> None:
    house = village.house
    with house.at_work():
        late = replace(_line(village), due_on=date(2021, 5, 6))
        enter_past_problems(actor=house.actor("staff"), lines=[late, _line(village)], source="台账")
        (asked,) = Deadline.objects.running()
        assert (asked.kind, asked.starts_on, asked.due_on) == ("solve", date(2021, 3, 1), date(2021, 5, 6))
        assert figure("grassroots.problems_overdue").value(house.committee.pk, EVER) == 1


@pytest.mark.parametrize(
    "wrong", [{"solved_on": date(2021, 2, 1)}, {"owner": " "}, {"due_on": date(2021, 2, 28)}]
)
def test_past_problems_that_cannot_be_are_refused(village: Village, wrong: dict[str, object]) -> None:
    with village.house.at_work(), pytest.raises(Refused):
        enter_past_problems(
            actor=village.house.actor("staff"),
            lines=[replace(_line(village), **wrong)],  # type: ignore[arg-type]
            source="台账",
        )


def test_past_problems_are_entered_by_the_office_only(village: Village) -> None:
    with village.house.at_work(), pytest.raises(PermissionDenied):
        enter_past_problems(actor=village.house.actor("leader"), lines=[_line(village)], source="台账")
