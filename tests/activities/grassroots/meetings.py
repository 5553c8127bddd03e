"""Sessions to test with, at every state; each is made by the room's own actions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from tongxin.activities.grassroots.actions import attending, inviting, planning, recording
from tongxin.activities.grassroots.actions.inviting import Guest
from tongxin.activities.grassroots.actions.planning import Plan
from tongxin.activities.grassroots.enums import Side
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from typing import Any

    from tests.village import Village
    from tongxin.activities.grassroots.models import DeliberationSession

# A Tuesday; the session is on the Thursday after it.
TUESDAY = datetime(2026, 11, 3, 10, 0, tzinfo=clock.ZONE)
STARTS = datetime(2026, 11, 5, 15, 0, tzinfo=clock.ZONE)
LATER = datetime(2026, 11, 5, 15, 30, tzinfo=clock.ZONE)
TITLE = "三社饮水管网怎么修"


def plan_of(here: Village, **changed: Any) -> Plan:
    """Return a plan that can be announced."""
    return Plan(
        **(
            {
                "title": TITLE,
                "node": here.council,
                "starts_at": STARTS,
                "venue": "村委会前广场",
                "outline": "管网从哪一段先修",
            }
            | changed
        )
    )


def planned(here: Village, *, who: str = "staff", **changed: Any) -> DeliberationSession:
    """Return a session that was only planned."""
    actor = here.house.actor(who)
    with here.house.at_work():
        return planning.plan_session(actor=actor, plan=plan_of(here, **changed))


def invited(here: Village, *, who: str = "staff", **changed: Any) -> DeliberationSession:
    """Return a session with a member, a guest of the city and somebody of the village on its list."""
    session = planned(here, who=who, **changed)
    guests = [
        Guest(Side.MEMBER, here.person.name, person=here.person),
        Guest(Side.MEMBER, here.guest.name, "市政协委员", person=here.guest),
        Guest(Side.MASSES, "张桂兰", "三社村民"),
    ]
    actor = here.house.actor(who)
    with here.house.at_work():
        inviting.invite_people(actor=actor, session=session, guests=guests)
        inviting.send_invitations(actor=actor, session=session)
    return session


def announced(here: Village, **changed: Any) -> DeliberationSession:
    """Return a session that everybody may read of."""
    session = invited(here, **changed)
    actor = here.house.actor("staff")
    with here.house.at_work():
        return planning.announce_session(actor=actor, session=session)


def held(here: Village, **changed: Any) -> DeliberationSession:
    """Return a session that has begun, with the two members there."""
    session = invited(here, **changed)
    actor = here.house.actor("staff")
    with here.house.at_work(), clock.at(session.starts_at):
        session = recording.begin_record(actor=actor, session=session)
        for person in (here.person, here.guest):
            attending.mark_present(actor=actor, session=session, person=person)
    return session


def written(here: Village, **changed: Any) -> DeliberationSession:
    """Return a session that can be archived, with one suggestion and one statement."""
    session = held(here, **changed)
    actor = here.house.actor("staff")
    with here.house.at_work(), clock.at(session.starts_at):
        recording.write_field(actor=actor, session=session, field="agreed", text="先修三社到学校这一段")
        recording.add_suggestion(actor=actor, session=session, text="每月公布一次水质")
        recording.add_statement(actor=actor, session=session, text="夏天没有水", who="三社村民")
    return session


def recorded(here: Village, *, publish: bool = False, **changed: Any) -> DeliberationSession:
    """Return an archived session."""
    session = written(here, **changed)
    actor = here.house.actor("staff")
    with here.house.at_work(), clock.at(session.starts_at):
        return recording.archive_record(actor=actor, session=session, publish=publish)
