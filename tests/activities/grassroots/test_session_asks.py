"""Sessions on the to-do list: of who holds them, and of who was asked to come."""

from __future__ import annotations

import pytest

from tests.activities.grassroots.meetings import TITLE, TUESDAY, announced
from tests.factories import make_house
from tests.village import Village, make_village
from tongxin.activities.grassroots.actions import attending
from tongxin.activities.grassroots.selectors import asks_sessions
from tongxin.activities.grassroots.selectors.session_wanted import Wanted
from tongxin.activities.grassroots.selectors.sessions import seen_sessions
from tongxin.foundation.core import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Village:
    return make_village(make_house())


def asked(here: Village, who: str) -> tuple[list[tuple[str, str, int]], list[tuple[str, int]]]:
    """Return somebody's to-dos of sessions, and each count with what its list holds."""
    actor = here.house.actor(who)
    with here.house.at_work():
        todos = [(t.kind, t.title, t.due_on.day) for t in asks_sessions.asked(actor, limit=8).todos]
        groups = asks_sessions.asked(actor, limit=8).groups
        counts = [(g.count, seen_sessions(actor, Wanted(ask=g.url.split("=")[1])).count()) for g in groups]
    assert all(count == listed for count, listed in counts)
    return todos, [(g.kind, g.count) for g in groups]


def test_announced_session_is_asked_of_who_keeps_it_and_of_who_was_invited(here: Village) -> None:
    with clock.at(TUESDAY):
        session = announced(here)
        other = make_village(here.house, name="沿河村", town="安口镇", key="2")
        announced(other, title="沿河村的事")

        # The two villages' days are the same; the worker keeps the room, the head all of the station.
        assert asked(here, "head") == ([("hold", TITLE, 5)], [("hold", 1)])
        assert asked(here, "staff")[1] == [("hold", 2)]
        assert asked(here, "proposer")[1] == [("come", 2)]
        assert asked(here, "cosigner_1") == ([], [])
        assert asked(here, "clerk_a") == ([], [])

        with here.house.at_work():
            attending.answer_invitation(actor=here.house.actor("proposer"), session=session, coming=True)
        assert asked(here, "proposer") == ([("come", "沿河村的事", 5)], [("come", 1)])


def test_session_that_began_is_no_longer_asked(here: Village) -> None:
    with clock.at(TUESDAY):
        announced(here)
    with clock.at(TUESDAY.replace(day=6)):
        # Nobody opened the record: who keeps it still has to, who did not come is not asked any more.
        assert asked(here, "head")[1] == [("hold", 1)]
        assert asked(here, "proposer") == ([], [])
