"""The record of a session: beginning, what was said, what was agreed, archiving, opening it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tongxin.activities.grassroots.actions.moving_session import (
    advance_session,
    lock_session,
    start_record_deadline,
)
from tongxin.activities.grassroots.enums import Presence
from tongxin.activities.grassroots.gaps import gaps_in
from tongxin.activities.grassroots.lifecycle_session import SESSION
from tongxin.activities.grassroots.models import Attendee, Statement, Suggestion
from tongxin.capabilities.matters.models import Participation, TimelineEntry, Visibility
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused, ensure
from tongxin.foundation.core.record_language import in_record_language
from tongxin.foundation.core.templatetags.ui import zh_date

if TYPE_CHECKING:
    from datetime import date

    from tongxin.activities.grassroots.models import DeliberationSession
    from tongxin.foundation.core.access import Actor

# What is written, and how long it may be.
FIELDS = {"chaired_by": 60, "summary": 20_000, "agreed": 20_000, "not_agreed": 20_000}
_SAID_MOST = 5_000
_WHO_MOST = 80


class Stale(Refused):
    """The field was changed since the writer saw it.

    Attributes:
        field: which field.
        standing: what stands there now.
        version: its version now.
    """

    def __init__(self, field: str, standing: str, version: int) -> None:
        super().__init__(
            _("这一栏刚刚有人改过，您写的没有保存。下面是现在的内容和您写的，请合在一起再保存。")
        )
        self.field, self.standing, self.version = field, standing, version


@transaction.atomic
def begin_record(
    *, actor: Actor, session: DeliberationSession, held_on: date | None = None
) -> DeliberationSession:
    """Open the session: from now on its record is written, and it counts as held.

    Args:
        actor: who keeps it.
        session: which one.
        held_on: the day; when not given, the planned day, or today where that lies in the future.

    Raises:
        PermissionDenied: the actor does not keep this session.
        Refused: it has begun already, or the day has not come.
    """
    locked = lock_session(session)
    SESSION.check("begin_record", actor, locked)
    today = clock.today()
    planned = timezone.localtime(locked.starts_at, clock.ZONE).date()
    ensure(planned <= today or held_on is not None, because=_("还没有到开会的日子。要提前开，请先改时间。"))
    day = held_on or planned
    ensure(day <= today, because=_("开会的日期不能晚于今天。"))
    locked.held_on = day
    locked.save(update_fields=["held_on"])
    with in_record_language():
        text = f"开会，开始记录（{zh_date(day)}）"
    advance_session("begin_record", actor=actor, session=locked, text=text)
    start_record_deadline(locked, on=day, reason="开会")
    return locked


@transaction.atomic
def write_field(
    *, actor: Actor, session: DeliberationSession, field: str, text: str, seen: int | None = None
) -> int:
    """Write one field of the record and return its new version.

    Args:
        actor: who keeps the session.
        session: which one.
        field: one of ``FIELDS``.
        text: the whole field.
        seen: the version that the writer had before them; the field is overwritten unasked when not given.

    Raises:
        PermissionDenied: the actor does not keep this session.
        Stale: somebody changed the field since; nothing is written.
        Refused: the record is not open, or the text is too long.
        ValueError: there is no such field.
    """
    if field not in FIELDS:
        msg = f"the record has no field {field}"
        raise ValueError(msg)
    locked = lock_session(session)
    SESSION.check("write_record", actor, locked)
    before = int(locked.field_versions.get(field, 0))
    version = put_field(locked, field, text, seen=seen)
    if version != before:
        _note(actor, locked, "write_field", field=field, version=version)
    return version


def put_field(session: DeliberationSession, field: str, text: str, *, seen: int | None = None) -> int:
    """Write one field of a locked session and return its version. The caller has asked leave.

    Raises:
        Stale: somebody changed the field since the writer saw it; nothing is written.
        Refused: the text is too long.
    """
    text = text.replace("\r\n", "\n").strip()
    ensure(
        len(text) <= FIELDS[field],
        because=_("这一栏最多%(most)d字，现在有%(now)d字。") % {"most": FIELDS[field], "now": len(text)},
    )
    version = int(session.field_versions.get(field, 0))
    standing = str(getattr(session, field))
    if standing == text:
        return version
    if seen is not None and seen != version:
        raise Stale(field, standing, version)
    setattr(session, field, text)
    session.field_versions = {**session.field_versions, field: version + 1}
    session.save(update_fields=[field, "field_versions"])
    return version + 1


@transaction.atomic
def add_statement(
    *, actor: Actor, session: DeliberationSession, text: str, who: str = "", attendee: Attendee | None = None
) -> Statement:
    """Write down what one side said.

    Raises:
        PermissionDenied: the actor does not keep this session.
        Refused: the record is not open, or it is not said who spoke or what they said.
    """
    locked = lock_session(session)
    SESSION.check("write_record", actor, locked)
    ensure(attendee is None or attendee.session_id == locked.pk, because=_("名单上没有这个人。"))
    made = put_statement(locked, text=text, who=who, attendee=attendee)
    _note(actor, locked, "add_statement", statement=str(made.pk))
    return made


def put_statement(
    session: DeliberationSession, *, text: str, who: str = "", attendee: Attendee | None = None
) -> Statement:
    """Write a statement into a locked session. The caller has asked leave."""
    who = " ".join(who.split())[:_WHO_MOST] or (attendee.name if attendee else "")
    text = _said(text)
    ensure(bool(who), because=_("请写是谁说的，例如「村民代表」。"))
    last = session.statements.aggregate(last=Max("order"))["last"] or 0
    return Statement.objects.create(
        committee_id=session.committee_id,
        session=session,
        attendee=attendee,
        who=who,
        text=text,
        order=last + 1,
    )


@transaction.atomic
def add_suggestion(
    *, actor: Actor, session: DeliberationSession, text: str, attendee: Attendee | None = None
) -> Suggestion:
    """Write down one suggestion that the session made; each is counted.

    Raises:
        PermissionDenied: the actor does not keep this session.
        Refused: the record is not open, the suggestion is empty, or it stands there already.
    """
    locked = lock_session(session)
    SESSION.check("write_record", actor, locked)
    ensure(attendee is None or attendee.session_id == locked.pk, because=_("名单上没有这个人。"))
    ensure(not locked.suggestions.filter(text=_said(text)).exists(), because=_("这一条意见建议已经记下了。"))
    made = put_suggestion(locked, text=text, attendee=attendee)
    _note(actor, locked, "add_suggestion", suggestion=str(made.pk))
    return made


def put_suggestion(
    session: DeliberationSession, *, text: str, attendee: Attendee | None = None
) -> Suggestion:
    """Write a suggestion into a locked session; the same words are one. The caller has asked leave."""
    text = _said(text)
    return session.suggestions.filter(text=text).first() or Suggestion.objects.create(
        committee_id=session.committee_id,
        session=session,
        text=text,
        by_attendee=attendee,
        on=session.held_on or clock.today(),
    )


@transaction.atomic
def remove_statement(*, actor: Actor, statement: Statement) -> None:
    """Take what one side said out of an open record.

    Raises:
        PermissionDenied: the actor does not keep this session.
        Refused: the record is not open.
    """
    locked = lock_session(statement.session)
    SESSION.check("write_record", actor, locked)
    statement.delete()
    _note(actor, locked, "remove_statement", who=statement.who)


@transaction.atomic
def remove_suggestion(*, actor: Actor, suggestion: Suggestion) -> None:
    """Take a suggestion out of an open record, unless something came of it already.

    Raises:
        PermissionDenied: the actor does not keep this session.
        Refused: the record is not open, or the suggestion led to another matter.
    """
    locked = lock_session(suggestion.session)
    SESSION.check("write_record", actor, locked)
    current = Suggestion.objects.get(pk=suggestion.pk)
    ensure(current.led_to_id is None, because=_("这一条意见建议已经转办了，不能删。"))
    current.delete()
    _note(actor, locked, "remove_suggestion", suggestion=str(suggestion.pk))


@transaction.atomic
def archive_record(
    *, actor: Actor, session: DeliberationSession, publish: bool = False
) -> DeliberationSession:
    """Close the record (归档): who was there is counted, who did not come is marked.

    Args:
        actor: who keeps it.
        session: which one.
        publish: everybody may read on the page of the place what was agreed. Only staff can choose so.

    Raises:
        PermissionDenied: the actor does not keep this session.
        Refused: something is missing; the sentence says what.
    """
    locked = lock_session(session)
    SESSION.check("archive_record", actor, locked)
    missing = gaps_in(
        locked,
        somebody_came=locked.attendees.filter(presence=Presence.PRESENT).exists(),
        is_disputed=locked.conflicts.filter(resolved_at__isnull=True).exists(),
    )
    ensure(not missing, because=_("还不能归档，缺：%s。") % _("；").join(missing))
    locked.attendees.filter(presence__in=(Presence.INVITED, Presence.COMING)).update(presence=Presence.ABSENT)
    _count_members(locked)
    locked.recorded_on = clock.today()
    locked.save(update_fields=["recorded_on"])
    locked.matter.visibility = Visibility.PUBLIC if publish else Visibility.MEMBERS
    advance_session(
        "archive_record",
        actor=actor,
        session=locked,
        text="记录归档，公开结果" if publish else "记录归档",
        audience=TimelineEntry.Audience.PUBLIC if publish else TimelineEntry.Audience.PARTIES,
    )
    return locked


@transaction.atomic
def reopen_record(*, actor: Actor, session: DeliberationSession, reason: str) -> DeliberationSession:
    """Open an archived record again, to put something right; nobody outside reads it meanwhile.

    Raises:
        PermissionDenied: not staff.
        Refused: it is not archived, or no reason is given.
    """
    locked = lock_session(session)
    SESSION.check("reopen_record", actor, locked)
    reason = reason.strip()
    ensure(bool(reason), because=_("请写为什么要重新打开。"))
    locked.recorded_on = None
    locked.save(update_fields=["recorded_on"])
    locked.attendees.filter(presence=Presence.ABSENT).update(presence=Presence.INVITED)
    locked.matter.visibility = Visibility.MEMBERS
    locked.matter.closed_on = None
    advance_session("reopen_record", actor=actor, session=locked, text="重新打开记录", note=reason)
    start_record_deadline(locked, on=clock.today(), reason="重新打开记录")
    return locked


def _count_members(session: DeliberationSession) -> None:
    """Let the duty archive know which members took part, as the list stands now."""
    there = set(
        session.attendees.filter(presence=Presence.PRESENT, member__isnull=False).values_list(
            "member_id", flat=True
        )
    )
    kept = Participation.objects.filter(matter=session.matter, role=Participation.Role.PRESENT)
    kept.exclude(member_id__in=there).delete()
    have = set(kept.values_list("member_id", flat=True))
    Participation.objects.bulk_create(
        Participation(
            committee_id=session.committee_id,
            matter=session.matter,
            member_id=member_id,
            role=Participation.Role.PRESENT,
            on=session.held_on or clock.today(),
        )
        for member_id in sorted(there - have)
    )


def _said(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    ensure(bool(text), because=_("请写内容。"))
    ensure(len(text) <= _SAID_MOST, because=_("一条最多%d字，请分成几条。") % _SAID_MOST)
    return text


def _note(actor: Actor, session: DeliberationSession, act: str, **detail: object) -> None:
    record(
        actor=actor,
        action=f"session.{act}",
        target=f"matter:{session.pk}",
        committee_id=session.committee_id,
        **detail,
    )
