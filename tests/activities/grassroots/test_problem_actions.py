"""The ledger of problems: from the session to the look-back, and what is refused on the way."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.activities.grassroots.ledger import DUE, MONDAY, added, session_in, village
from tongxin.activities.grassroots.enums import ProblemState
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.matters.models import MatterLink, Relation
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.village import Village

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_monday() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


@pytest.fixture
def here() -> Village:
    return village()


def running(here: Village) -> list[tuple[str, date]]:
    with here.house.at_work():
        return list(Deadline.objects.running().order_by("kind").values_list("kind", "due_on"))


def test_problem_of_a_session_is_linked_numbered_and_due(here: Village) -> None:
    session = session_in(here)
    made = added(here, by="head", session=session)
    with here.house.at_work():
        link = MatterLink.objects.get(target=made.matter)
    assert (made.state, made.matter.code, made.matter.title) == (
        ProblemState.OPEN,
        "2026-001",
        "村口的路灯不亮，晚上看不见路。",
    )
    assert (link.source_id, link.relation) == (session.pk, Relation.RAISED)
    assert running(here) == [("solve", DUE)]
