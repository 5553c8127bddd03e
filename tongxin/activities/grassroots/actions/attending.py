"""Who comes and who came: answering an invitation, checking in, taking a mistake back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.grassroots.actions.moving_session import lock_session
from tongxin.activities.grassroots.enums import HowPresent, Presence, Side
from tongxin.activities.grassroots.lifecycle_session import SESSION
from tongxin.activities.grassroots.models import Attendee, SecondedPerson
from tongxin.activities.grassroots.permissions_session import can_keep_session
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused, ensure, require
from tongxin.foundation.organization.models import Member

if TYPE_CHECKING:
    from datetime import datetime

    from tongxin.activities.grassroots.models import DeliberationSession
    from tongxin.foundation.core.access import Actor

# The largest number of people of whom no names were taken that one session can have.
OTHERS_MOST = 100_000


@transaction.atomic
def mark_present(  # one person at the table has this many sides
    *,
    actor: Actor,
    session: DeliberationSession,
    how: str = HowPresent.DESK,
    attendee: Attendee | None = None,
    member: Member | None = None,
    person: SecondedPerson | None = None,
    side: str = "",
    name: str = "",
    post: str = "",
    at: datetime | None = None,
) -> Attendee:
    """Note that somebody is there (签到). Who is noted already stays as they are: a second time changes nothing.

    One of ``attendee`` (a row of this session), ``member``, ``person``, or ``name`` with ``side`` says who. A
    member who is also a seconded person is one human being and one row.

    Args:
        actor: who keeps the session; or the member themself.
        session: which one.
        how: at the desk or by scanning the code.
        attendee: a row of this session.
        member: a member of this committee.
        person: a seconded person of this committee or the one above.
        side: on which side somebody sits who is known by name only.
        name: that name.
        post: unit and title beside the name.
        at: when it was, for a phone that was offline; now when not given.

    Raises:
        PermissionDenied: a member who checks in somebody else, or nobody of this session.
        Refused: the session is archived or cancelled, or a member is not on any list.
    """
    locked = lock_session(session)
    SESSION.check("check_in", actor, locked)
    row = row_of(locked, attendee, member, person, side=side, name=name, post=post)
    itself = row.member_id is not None and row.member_id == actor.member_id
    require(can_keep_session(actor, locked) or itself, because=_("您只能给自己签到。"))
    if put_present(row, how=how, at=at):
        _note(actor, locked, "mark_present", row)
    return row


def put_present(row: Attendee, *, how: str, at: datetime | None = None) -> bool:
    """Note in one row that somebody is there; say whether that was news. The caller has asked leave."""
    if row.presence == Presence.PRESENT and not row._state.adding:  # noqa: SLF001 (whether it has a row yet)
        return False
    row.presence, row.how = Presence.PRESENT, how
    row.present_at = min(at or clock.now(), clock.now())
    row.save()
    return True


@transaction.atomic
def unmark_present(*, actor: Actor, attendee: Attendee) -> None:
    """Take back a check-in that was a mistake. Who was not invited leaves the list.

    Raises:
        PermissionDenied: the actor does not keep this session.
        Refused: the session is archived, or this person is on the record with what they said.
    """
    locked = lock_session(attendee.session)
    SESSION.check("check_in", actor, locked)
    require(can_keep_session(actor, locked), because=_("您的岗位不办理这件事。"))
    row = Attendee.objects.get(pk=attendee.pk)
    ensure(row.presence == Presence.PRESENT, because=_("这个人现在没有签到，可能别人刚刚撤过了。"))
    take_present_back(row)
    _note(actor, locked, "unmark_present", row)


def take_present_back(row: Attendee) -> None:
    """Undo a check-in in one row. The caller has asked leave."""
    row.presence, row.how, row.present_at = Presence.INVITED, "", None
    row.save()


@transaction.atomic
def set_others_present(*, actor: Actor, session: DeliberationSession, count: int) -> None:
    """Note how many came of whom no names were taken.

    Raises:
        PermissionDenied: the actor does not keep this session.
        Refused: the session is archived or cancelled, or the number cannot be.
    """
    locked = lock_session(session)
    SESSION.check("check_in", actor, locked)
    require(can_keep_session(actor, locked), because=_("您的岗位不办理这件事。"))
    ensure(0 <= count <= OTHERS_MOST, because=_("人数应当在0到100000之间。"))
    if locked.others_present != count:
        # Phones that have not seen this number must not overwrite it.
        seen = int(locked.field_versions.get("others_present", 0))
        locked.field_versions = {**locked.field_versions, "others_present": seen + 1}
    locked.others_present = count
    locked.save(update_fields=["others_present", "field_versions"])
    record(
        actor=actor,
        action="session.set_others_present",
        target=f"matter:{locked.pk}",
        committee_id=locked.committee_id,
        count=count,
    )


@transaction.atomic
def answer_invitation(
    *, actor: Actor, session: DeliberationSession, coming: bool, reason: str = ""
) -> Attendee:
    """Say whether one comes: a member who was invited, for themself. It may be changed until the session.

    Raises:
        PermissionDenied: the actor is no member here.
        Refused: not invited, no reason for leave, or the session has begun.
    """
    locked = lock_session(session)
    SESSION.check("answer_invitation", actor, locked)
    row = locked.attendees.filter(member_id=actor.member_id).first() if actor.member_id else None
    ensure(row is not None, because=_("这次会议的名单上没有您。想参加，请联系召集人。"))
    assert row is not None  # noqa: S101 (said so to the person above; for the type)
    ensure(row.presence != Presence.PRESENT, because=_("您已经签到了，不用再答复。"))
    ensure(coming or bool(reason.strip()), because=_("请假请写一句原因。"))
    row.presence = Presence.COMING if coming else Presence.LEAVE
    row.leave_reason = "" if coming else reason.strip()[:120]
    row.save(update_fields=["presence", "leave_reason"])
    _note(actor, locked, "answer_invitation", row)
    return row


def row_of(
    session: DeliberationSession,
    attendee: Attendee | None,
    member: Member | None,
    person: SecondedPerson | None,
    *,
    side: str,
    name: str,
    post: str,
) -> Attendee:
    """Return the row of whoever this is, a new one (unsaved) where the session has none."""
    if attendee is not None:
        ensure(attendee.session_id == session.pk, because=_("名单上没有这个人。"))
        return Attendee.objects.get(pk=attendee.pk)
    name = " ".join(name.split())
    if member is None and person is None and side == Side.MEMBER:
        member, person = _by_name(session.committee_id, name, post)
    if member is not None or person is not None:
        return _row_of_member(session, member, person)
    ensure(bool(name) and side in Side.values, because=_("请写姓名，并选身份。"))
    found = session.attendees.filter(
        side=side, name=name, post=post, member__isnull=True, person__isnull=True
    ).first()
    return found or Attendee(
        committee_id=session.committee_id, session=session, side=side, name=name[:60], post=post[:80]
    )


def _row_of_member(
    session: DeliberationSession, member: Member | None, person: SecondedPerson | None
) -> Attendee:
    member, person = both_sides_of(member, person)
    rows = list(session.attendees.all())
    for row in rows:
        if (member and row.member_id == member.pk) or (person and row.person_id == person.pk):
            return row
    known = member or person
    assert known is not None  # noqa: S101 (the caller knows one of the two)
    ensure(known.committee_id == session.committee_id, because=_("名单上没有这个人。"))
    return Attendee(
        committee_id=session.committee_id,
        session=session,
        side=Side.MEMBER,
        name=known.name,
        post=(person.work_unit_and_title if person else "")[:80],
        member=member,
        person=person,
    )


def both_sides_of(
    member: Member | None, person: SecondedPerson | None
) -> tuple[Member | None, SecondedPerson | None]:
    """Return somebody both as a member and as a seconded person, as far as they are both."""
    if person is not None and person.member_id:
        member = person.member
    elif member is not None and person is None:
        person = SecondedPerson.objects.filter(member=member).first()
    return member, person


def _by_name(committee_id: int, name: str, post: str) -> tuple[Member | None, SecondedPerson | None]:
    """Return the one member or seconded person of that name.

    Who sits there as a member is counted as one, so they have to be known.
    """
    people = SecondedPerson.objects.filter(committee_id=committee_id, name=name)
    persons = list(people.filter(work_unit_and_title=post) if post else people) or list(people)
    if len(persons) == 1:
        return both_sides_of(None, persons[0])
    members = [] if persons else list(Member.objects.filter(committee_id=committee_id, name=name)[:2])
    if len(members) == 1:
        return both_sides_of(members[0], None)
    if persons or members:
        raise Refused(_("叫「%s」的委员不止一位，请从名单里选。") % name)
    raise Refused(_("委员名单和下沉委员名单里都没有「%s」。请从名单里选，或者换一个身份。") % name)


def _note(actor: Actor, session: DeliberationSession, act: str, row: Attendee) -> None:
    record(
        actor=actor,
        action=f"session.{act}",
        target=f"matter:{session.pk}",
        committee_id=session.committee_id,
        attendee=str(row.pk),
        presence=str(row.presence),
    )
