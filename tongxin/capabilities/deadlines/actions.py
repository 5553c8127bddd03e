"""Starting, meeting, dropping and extending deadlines, and keeping the calendar they are counted by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.capabilities.deadlines.calendars import stages
from tongxin.capabilities.deadlines.models import AnnouncedYear, CalendarChange, CalendarDay, Deadline
from tongxin.capabilities.deadlines.news import tell_moved
from tongxin.capabilities.deadlines.permissions import can_change_calendar
from tongxin.capabilities.deadlines.selectors import calendar_of, changes_under, deadlines_touching
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.core.record_language import in_record_language
from tongxin.foundation.core.templatetags.ui import zh_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from uuid import UUID

    from tongxin.capabilities.deadlines.models import DeadlineQuerySet
    from tongxin.capabilities.deadlines.selectors import Change
    from tongxin.capabilities.deadlines.workdays import Calendar
    from tongxin.capabilities.matters.models import Matter
    from tongxin.foundation.core.access import Actor

# As long as the timeline's column.
_LINE_CHARACTERS = 200


# A part of the room's action around it, whose savepoint undoes both.
@transaction.atomic(savepoint=False)
def start_deadline(
    *,
    matter: Matter,
    kind: str,
    starts_on: date,
    reason: str,
    months: int = 0,
    working_days: int = 0,
    on: date | None = None,
    basis: str = "",
    subject_id: UUID | None = None,
    unit_id: UUID | None = None,
    key: UUID | None = None,
) -> Deadline:
    """Let a deadline run from the day after an event; one of the same kind that still ran is dropped.

    Args:
        matter: what has to be done by then.
        kind: which of the room's deadlines this is.
        starts_on: day of the event; not counted.
        reason: the event in words, as it follows the date in a sentence: 交办, 收到答复.
        months: length in months; or
        working_days: length in working days; or
        on: the day itself, as it was promised. Exactly one of the three.
        basis: the rule that sets the length, in words.
        subject_id: the part of the matter that it is about; None for the whole.
        unit_id: the unit that has to meet it.
        key: its key, where the usual one would tell the moment in which it was made.

    Raises:
        ValueError: several lengths or none.
    """
    if [bool(months), bool(working_days), bool(on)].count(True) != 1:
        msg = "a deadline has a length in months or in working days, or a day"
        raise ValueError(msg)
    _running(matter, [kind]).filter(subject_id=subject_id).update(dropped_on=clock.today())
    deadline = Deadline(
        committee_id=matter.committee_id,
        matter=matter,
        kind=kind,
        subject_id=subject_id,
        unit_id=unit_id,
        starts_on=starts_on,
        months=months,
        working_days=working_days,
        fixed_on=on,
        reason=reason,
        basis=basis,
    )
    deadline.pk = key or deadline.pk
    _set_date(deadline, calendar_of(matter.committee_id))
    deadline.save(force_insert=True)
    return deadline


def meet_deadline(*, matter: Matter, kinds: Iterable[str], subject_id: UUID | None = None) -> None:
    """Note that what was due is done today. Without a subject: for all parts of the matter."""
    _running(matter, kinds, subject_id).update(met_on=clock.today())


def drop_deadlines(
    *, matter: Matter, kinds: Iterable[str] | None = None, subject_id: UUID | None = None
) -> None:
    """End deadlines that nobody has to meet any more. Without kinds or a subject: all of the matter."""
    _running(matter, kinds, subject_id).update(dropped_on=clock.today())


@transaction.atomic
def extend_deadline(*, deadline: Deadline, months: int = 0, working_days: int = 0, reason: str) -> Deadline:
    """Add time to a running deadline, as approved (经批准延长).

    Raises:
        Refused: it has been met or dropped meanwhile.
        ValueError: nothing is added.
    """
    if months < 0 or working_days < 0 or not months + working_days:
        msg = "an extension adds months or working days"
        raise ValueError(msg)
    locked = Deadline.objects.select_for_update().get(pk=deadline.pk)
    ensure(locked.is_running, because=_("这个期限已经办结，不能再延长。"))
    locked.extension_months += months
    locked.extension_working_days += working_days
    locked.extension_reason = reason
    _set_date(locked, calendar_of(locked.committee_id))
    locked.save()
    return locked


@transaction.atomic
def set_calendar_day(*, actor: Actor, on: date, kind: str, name: str, basis: str) -> list[Change]:
    """Make a day off or a working day in the committee's calendar; the dates that rest on it move.

    Returns:
        The running deadlines that moved, with both dates. They are in the timelines of their matters.

    Raises:
        PermissionDenied: actor does not keep the calendar.
    """
    committee_id = _leave_to_change(actor)
    CalendarDay.objects.update_or_create(
        committee_id=committee_id,
        on=on,
        defaults={"kind": kind, "name": name, "basis": basis, "by_id": actor.user_id},
    )
    target = f"calendar:{on}"
    record(actor=actor, action="deadlines.set_calendar_day", target=target, kind=kind, name=name, basis=basis)
    day = _day_in_record(on)
    why = f"{day}是{name}，放假" if kind == CalendarDay.Kind.HOLIDAY else f"{day}上班（{name}）"
    return _recalculate(actor, committee_id, deadlines_touching(committee_id, on), why)


@transaction.atomic
def remove_calendar_day(*, actor: Actor, on: date) -> list[Change]:
    """Let a day be again as announced; the dates that rest on it move.

    Raises:
        PermissionDenied: actor does not keep the calendar.
        Refused: the calendar has no such day.
    """
    committee_id = _leave_to_change(actor)
    removed, _each = CalendarDay.objects.filter(committee_id=committee_id, on=on).delete()
    ensure(bool(removed), because=_("日历里已经没有这一天的设置。"))
    record(actor=actor, action="deadlines.remove_calendar_day", target=f"calendar:{on}")
    why = f"{_day_in_record(on)}恢复为公布的安排"
    return _recalculate(actor, committee_id, deadlines_touching(committee_id, on), why)


@transaction.atomic
def announce_year(*, actor: Actor, year: int, basis: str) -> list[Change]:
    """Say that the holidays of a year are entered in full, so that its dates are no longer provisional.

    Raises:
        PermissionDenied: actor does not keep the calendar.
        Refused: the year is known already.
    """
    committee_id = _leave_to_change(actor)
    ensure(
        not calendar_of(committee_id).announced(year),
        because=_("%(year)s年的放假安排已经在日历里了。") % {"year": year},
    )
    AnnouncedYear.objects.create(committee_id=committee_id, year=year, basis=basis, by_id=actor.user_id)
    record(actor=actor, action="deadlines.announce_year", target=f"calendar:{year}", basis=basis)
    why = f"{year}年放假安排已录入"
    return _recalculate(actor, committee_id, _provisional(committee_id), why)


@transaction.atomic
def recalculate_deadlines(*, actor: Actor, committee_id: int) -> list[Change]:
    """Compute the running deadlines that rest on a year that was not announced; tell what moved."""
    return _recalculate(actor, committee_id, _provisional(committee_id), "放假安排已公布")


def _leave_to_change(actor: Actor) -> int:
    require(can_change_calendar(actor), because=_("只有政协机关工作人员和本会管理员可以改日历。"))
    return int(actor.committee_id or 0)


def _running(matter: Matter, kinds: Iterable[str] | None, subject_id: UUID | None = None) -> DeadlineQuerySet:
    found = Deadline.objects.running().filter(matter=matter)
    if kinds is not None:
        found = found.filter(kind__in=list(kinds))
    return found.filter(subject_id=subject_id) if subject_id else found


def _provisional(committee_id: int) -> DeadlineQuerySet:
    return Deadline.objects.running().filter(committee_id=committee_id, provisional=True)


def _set_date(deadline: Deadline, calendar: Calendar) -> None:
    found = stages(deadline, calendar)
    deadline.due_on = found[-1].due_on
    deadline.provisional = any(stage.provisional for stage in found)


def _recalculate(actor: Actor, committee_id: int, deadlines: DeadlineQuerySet, why: str) -> list[Change]:
    locked = list(deadlines.select_for_update(of=("self",)).select_related("matter", "unit").order_by("pk"))
    changes = changes_under(locked, calendar_of(committee_id))
    # The reservation may have gone even where the date stays.
    Deadline.objects.bulk_update(locked, ["due_on", "provisional"], batch_size=500)
    _write_timeline(actor, changes, why)
    CalendarChange.objects.create(
        committee_id=committee_id,
        by_id=actor.user_id,
        who=actor.name,
        text=why[:_LINE_CHARACTERS],
        at=clock.now(),
        moved=[
            {
                "code": change.deadline.matter.code or "",
                "unit": str(change.deadline.unit or ""),
                "before": change.before.isoformat(),
                "after": change.after.isoformat(),
            }
            for change in changes
        ],
    )
    record(
        actor=actor, action="deadlines.recalculate", committee_id=committee_id, why=why, moved=len(changes)
    )
    tell_moved(actor=actor, changes=changes, why=why)
    return changes


def _day_in_record(day: date) -> str:
    with in_record_language():
        return zh_date(day)


def _write_timeline(actor: Actor, changes: Sequence[Change], why: str) -> None:
    at = clock.now()
    TimelineEntry.objects.bulk_create(
        [
            TimelineEntry(
                committee_id=change.deadline.committee_id,
                matter_id=change.deadline.matter_id,
                user_id=actor.user_id,
                who=actor.name,
                verb="move_deadline",
                text=(f"期限由{_day_in_record(change.before)}改为{_day_in_record(change.after)}：{why}")[
                    :_LINE_CHARACTERS
                ],
                at=at,
            )
            for change in changes
        ],
        batch_size=500,
    )
