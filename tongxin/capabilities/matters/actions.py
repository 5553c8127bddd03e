"""Opening matters, moving them, numbering them, and telling the timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import connection, transaction

from tongxin.capabilities.matters.models import (
    Counter,
    Matter,
    MatterLink,
    Participation,
    TimelineEntry,
    Visibility,
)
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.models import new_id

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Body, Member, Place


@transaction.atomic(savepoint=False)
def open_matter(
    *,
    actor: Actor,
    kind: str,
    title: str,
    state: str,
    committee_id: int,
    place: Place | None = None,
    opened_on: date | None = None,
) -> Matter:
    """Begin a matter in its first state."""
    matter = Matter.objects.create(
        committee_id=committee_id,
        kind=kind,
        title=title,
        state=state,
        place=place,
        opened_on=opened_on or clock.today(),
    )
    record(actor=actor, action=f"{kind}.open", target=f"matter:{matter.pk}", committee_id=committee_id)
    return matter


@transaction.atomic(savepoint=False)
def move_matter(  # one row of history has this many sides
    *,
    actor: Actor,
    matter: Matter,
    verb: str,
    text: str,
    state: str | None = None,
    who: str = "",
    note: str = "",
    acting_unit_id: UUID | None = None,
    audience: str = TimelineEntry.Audience.PARTIES,
    closes: bool = False,
    **detail: Any,  # noqa: ANN401
) -> TimelineEntry:
    """Write one move: the new state, the timeline and the audit log together.

    Args:
        state: the state after the move; unchanged when not given.
        who: whom the timeline names (an office, a unit, a member); the actor when not given.
        text: what happened, as a sentence without its subject.
        closes: the matter ends with this move.
    """
    before = matter.state
    if state is not None:
        matter.state = state
    if closes:
        matter.closed_on = clock.today()
    matter.version += 1
    matter.save(update_fields=["state", "closed_on", "version", "title", "code", "visibility"])
    entry = TimelineEntry.objects.create(
        committee_id=matter.committee_id,
        matter=matter,
        user_id=actor.user_id,
        who=who or actor.name,
        acting_unit_id=acting_unit_id,
        verb=verb,
        text=text,
        note=note,
        audience=audience,
        at=clock.now(),
    )
    record(
        actor=actor,
        action=f"{matter.kind}.{verb}",
        target=f"matter:{matter.pk}",
        committee_id=matter.committee_id,
        **{"from": before, "to": matter.state, **detail},
    )
    return entry


def open_untimed_matter(
    *, kind: str, title: str, state: str, committee_id: int, place: Place | None = None
) -> Matter:
    """Begin a matter that somebody raised without giving a name.

    Nothing of it tells when to the minute: its key is random, its time is rounded to the hour, and neither
    timeline nor audit log has an entry of this moment. The room that takes it in seals it at night.
    """
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    return Matter.objects.create(
        id=uuid4(),
        committee_id=committee_id,
        kind=kind,
        title=title,
        state=state,
        place=place,
        opened_on=clock.today(),
        made_at=hour,
    )


def take_number(*, committee_id: int, series: str, count: int = 1) -> int:
    """Return the next number of a series; of several that are taken at once, the last. A failure gives them back.

    The row stays locked until the transaction ends: numbers are unique and without gaps.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{Counter._meta.db_table}" (id, committee_id, series, last) VALUES (%s, %s, %s, %s)'  # noqa: SLF001, S608
            " ON CONFLICT (committee_id, series) DO UPDATE SET last ="
            f' "{Counter._meta.db_table}".last + excluded.last RETURNING last',  # noqa: SLF001
            [new_id(), committee_id, series, count],
        )
        return int(cursor.fetchone()[0])


def take_part(
    *, matter: Matter, role: str, on: date, member: Member | None = None, body: Body | None = None
) -> Participation:
    """Record that a member or a body took part in a matter; a second time changes nothing."""
    participation, _made = Participation.objects.get_or_create(
        committee_id=matter.committee_id,
        matter=matter,
        member=member,
        body=body,
        role=role,
        defaults={"on": on},
    )
    return participation


@transaction.atomic(savepoint=False)
def link_matters(*, actor: Actor, source: Matter, target: Matter, relation: str) -> MatterLink:
    """Record that one matter led to another; a second time changes nothing."""
    link, made = MatterLink.objects.get_or_create(
        committee_id=source.committee_id,
        source=source,
        target=target,
        relation=relation,
        defaults={"on": clock.today()},
    )
    if made:
        record(
            actor=actor,
            action="matter.link",
            target=f"matter:{source.pk}",
            committee_id=source.committee_id,
            relation=relation,
            to=str(target.pk),
        )
    return link


@transaction.atomic(savepoint=False)
def set_visibility(*, actor: Actor, matter: Matter, visibility: Visibility) -> None:
    """Change who may see a matter."""
    matter.visibility = visibility
    matter.version += 1
    matter.save(update_fields=["visibility", "version"])
    record(
        actor=actor,
        action="matter.set_visibility",
        target=f"matter:{matter.pk}",
        committee_id=matter.committee_id,
        visibility=visibility,
    )
