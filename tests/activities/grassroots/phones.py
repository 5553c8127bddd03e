"""A session and phones at its desk, for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from tests.factories import make_house
from tests.village import make_village
from tongxin.activities.grassroots.actions.sync_reading import read_act
from tongxin.activities.grassroots.actions.syncing import Answer, sync_acts
from tongxin.activities.grassroots.enums import Presence, SessionState, Side
from tongxin.activities.grassroots.models import Attendee, DeliberationSession, RecordConflict
from tongxin.capabilities.matters.models import Kind, Matter
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from tests.village import Village

Sent = dict[str, Any]


def session_at(village: Village, *, state: str = SessionState.HELD, people: int = 0) -> DeliberationSession:
    """Make a session of the village's room that began an hour ago, with people from the village invited."""
    committee = village.house.committee
    with village.house.at_work():
        matter = Matter.objects.create(
            committee=committee,
            kind=Kind.SESSION,
            title="村道路灯怎么装",
            state=state,
            opened_on=clock.today(),
        )
        session = DeliberationSession.objects.create(
            matter=matter,
            committee=committee,
            node=village.room,
            starts_at=clock.now() - timedelta(hours=1),
            held_on=clock.today() if state == SessionState.HELD else None,
        )
        Attendee.objects.bulk_create(
            Attendee(committee=committee, session=session, side=Side.MASSES, name=f"村民{n:02d}")
            for n in range(1, people + 1)
        )
    return session


def village_with_session(**more: Any) -> tuple[Village, DeliberationSession]:
    village = make_village(make_house())
    return village, session_at(village, **more)


def act(kind: str, *, key: UUID | None = None, base: int = 0, after: str = "", **payload: Any) -> Sent:
    """Return an act as a phone sends it."""
    return {"key": str(key or uuid4()), "kind": kind, "payload": payload, "base": base, "after": after}


def field(name: str, text: str, **more: Any) -> Sent:
    return act("field", field=name, text=text, **more)


def guest(name: str, *, side: str = Side.MASSES, post: str = "") -> Sent:
    return act("present", side=side, name=name, post=post)


def send(village: Village, session: DeliberationSession, *sent: Sent, who: str = "worker") -> list[Answer]:
    """Upload acts as one batch."""
    with village.house.at_work():
        return sync_acts(
            actor=village.house.actor(who), session=session, acts=[read_act(row) for row in sent]
        )


def statuses(answers: list[Answer]) -> list[str]:
    return [a.status for a in answers]


def there(village: Village, session: DeliberationSession) -> list[str]:
    with village.house.at_work():
        rows = session.attendees.filter(presence=Presence.PRESENT).order_by("name")
        return list(rows.values_list("name", flat=True))


def now(village: Village, session: DeliberationSession) -> DeliberationSession:
    with village.house.at_work():
        return DeliberationSession.objects.select_related("matter").get(pk=session.pk)


def open_conflicts(village: Village) -> list[tuple[str, str, str]]:
    with village.house.at_work():
        found = RecordConflict.objects.filter(resolved_at__isnull=True).order_by("arrived")
        return list(found.values_list("field", "standing", "arrived"))


def conflict_of(village: Village, session: DeliberationSession) -> RecordConflict:
    send(village, session, field("agreed", "装十二盏灯。"))
    send(village, session, field("agreed", "装十盏灯。"), who="head")
    with village.house.at_work():
        return RecordConflict.objects.select_related("session").get()
