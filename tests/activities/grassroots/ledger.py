"""Problems to test with, each one hand further than the one before; all through the real actions."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from tests.factories import make_house
from tests.village import make_village
from tongxin.activities.grassroots.actions import problems as ledger
from tongxin.activities.grassroots.models import DeliberationSession
from tongxin.capabilities.matters.actions import open_matter
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from tests.village import Village
    from tongxin.activities.grassroots.models import Problem

MONDAY = date(2026, 3, 16)
DUE = date(2026, 4, 15)


def village() -> Village:
    """Return a committee with its village."""
    return make_village(make_house())


def added(here: Village, *, by: str = "staff", unit: str = "b", **more: Any) -> Problem:
    """A problem that was given to a unit, or with ``owner=`` to somebody by name."""
    with here.house.at_work():
        given = {} if more.get("owner") else {"unit": here.house.units[unit]}
        return ledger.add_problem(
            actor=here.house.actor(by),
            **{
                "node": here.council,
                "text": "村口的路灯不亮，晚上看不见路。",
                "due_on": DUE,
                **given,
                **more,
            },
        )


def reported(here: Village, *, unit: str = "b", **more: Any) -> Problem:
    """A problem of which the unit says that it is solved."""
    made = added(here, unit=unit, **more)
    by = "worker_of_all" if more.get("owner") else f"clerk_{unit}"
    who = here.house.actor("head" if by == "worker_of_all" else by)
    with here.house.at_work():
        ledger.sign_problem(actor=who, problem=made)
        return ledger.report_problem(actor=who, problem=made, result="换了6盏灯，夜里看过，都亮了。")


def solved(here: Village, **more: Any) -> Problem:
    """A problem that was confirmed as solved."""
    made = reported(here, **more)
    with here.house.at_work():
        return ledger.confirm_problem(actor=here.house.actor("staff"), problem=made)


def session_in(here: Village, title: str = "村口路灯怎么修") -> DeliberationSession:
    """A deliberation session that took place at the council."""
    with here.house.at_work():
        matter = open_matter(
            actor=here.house.actor("staff"),
            kind=DeliberationSession.KIND,
            title=title,
            state="recorded",
            committee_id=here.house.committee.pk,
        )
        return DeliberationSession.objects.create(
            matter=matter,
            committee=here.house.committee,
            node=here.council,
            starts_at=datetime.combine(clock.today(), datetime.min.time(), tzinfo=clock.now().tzinfo),
            held_on=clock.today(),
        )
