"""Whom a session invites: putting people on the list, taking them off, sending the invitations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.grassroots.actions.attending import both_sides_of
from tongxin.activities.grassroots.actions.moving_session import (
    advance_session,
    is_expected,
    lock_session,
    tell_invited,
)
from tongxin.activities.grassroots.enums import Presence, Side
from tongxin.activities.grassroots.lifecycle_session import SESSION
from tongxin.activities.grassroots.models import Attendee
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core.errors import ensure
from tongxin.foundation.core.record_language import in_record_language
from tongxin.foundation.core.templatetags.ui import zh_datetime

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tongxin.activities.grassroots.models import DeliberationSession, SecondedPerson
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Member, Unit

# As many as sit around a square; more come as 其他到场人数.
INVITED_MOST = 300


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody to be invited."""

    side: str
    name: str
    post: str = ""
    member: Member | None = None
    person: SecondedPerson | None = None
    unit: Unit | None = None


@transaction.atomic
def invite_people(*, actor: Actor, session: DeliberationSession, guests: Sequence[Guest]) -> list[Attendee]:
    """Put people on the list of a session, all or none.

    Raises:
        PermissionDenied: the actor does not keep it.
        Refused: somebody is on the list already or twice among these; the sentence says who.
    """
    locked = lock_session(session)
    SESSION.check("invite", actor, locked)
    rows = list(locked.attendees.all())
    have = {key for row in rows for key in _keys(row)}
    made = []
    for guest in guests:
        row = _attendee(locked, guest)
        keys = _keys(row)
        ensure(have.isdisjoint(keys), because=_("「%s」已经在名单上了，不用再加。") % row.name)
        have |= keys
        made.append(row)
    ensure(
        len(rows) + len(made) <= INVITED_MOST,
        because=_("一次会议最多邀请%d人，其他到场的只记人数。") % INVITED_MOST,
    )
    Attendee.objects.bulk_create(made)
    record(
        actor=actor,
        action="session.invite_people",
        target=f"matter:{locked.pk}",
        committee_id=locked.committee_id,
        added=len(made),
    )
    return made


@transaction.atomic
def remove_invited(*, actor: Actor, attendee: Attendee) -> None:
    """Take somebody off the list; who has an account is told.

    Raises:
        PermissionDenied: the actor does not keep the session.
        Refused: the session has begun, or this person is there already.
    """
    locked = lock_session(attendee.session)
    SESSION.check("invite", actor, locked)
    row = Attendee.objects.filter(pk=attendee.pk).first()
    ensure(row is not None, because=_("名单上已经没有这个人了。"))
    assert row is not None  # noqa: S101 (said so to the person above; for the type)
    ensure(row.presence != Presence.PRESENT, because=_("「%s」已经签到，不能从名单里去掉。") % row.name)
    record(
        actor=actor,
        action="session.remove_invited",
        target=f"matter:{locked.pk}",
        committee_id=locked.committee_id,
        attendee=str(row.pk),
    )
    if _was_invited(locked):
        tell_invited(
            actor=actor,
            session=locked,
            text=f"「{locked.matter.title}」的名单调整了，这次不用您参加",
            attendees=[row],
        )
    row.delete()


@transaction.atomic
def send_invitations(*, actor: Actor, session: DeliberationSession) -> int:
    """Send a notice to everybody on the list who has an account here; return how many were told.

    Sent again after more people were added, those who have it unread do not get it twice.

    Raises:
        PermissionDenied: the actor does not keep it.
        Refused: nobody is on the list, or the session has begun.
    """
    locked = lock_session(session)
    SESSION.check("invite", actor, locked)
    rows: Iterable[Attendee] = [row for row in locked.attendees.all() if is_expected(row.presence)]
    ensure(bool(rows), because=_("名单上还没有人。请先加上要邀请的人。"))
    with in_record_language():
        when = zh_datetime(locked.starts_at)
    text = f"请您参加协商议事「{locked.matter.title}」：{when}，{locked.venue or locked.node.name}。请答复能不能来"
    told = tell_invited(actor=actor, session=locked, text=text, attendees=rows)
    advance_session("invite", actor=actor, session=locked, text=f"发出邀请，站内提醒{told}人")
    return told


def _attendee(session: DeliberationSession, guest: Guest) -> Attendee:
    member, person = both_sides_of(guest.member, guest.person)
    for known in (member, person, guest.unit):
        ensure(known is None or known.committee_id == session.committee_id, because=_("名单上没有这个人。"))
    return Attendee(
        committee_id=session.committee_id,
        session=session,
        side=Side.MEMBER if member or person else guest.side,
        name=" ".join(guest.name.split())[:60],
        post=" ".join(guest.post.split())[:80],
        member=member,
        person=person,
        unit=guest.unit,
    )


def _keys(row: Attendee) -> frozenset[tuple[str, ...]]:
    """Return what makes somebody the same: the member, the seconded person, or side, name and post."""
    keys: set[tuple[str, ...]] = set()
    if row.member_id:
        keys.add(("member", str(row.member_id)))
    if row.person_id:
        keys.add(("person", str(row.person_id)))
    return frozenset(keys or {("guest", str(row.side), row.name, row.post)})


def _was_invited(session: DeliberationSession) -> bool:
    return session.matter.timeline.filter(verb="invite").exists()
