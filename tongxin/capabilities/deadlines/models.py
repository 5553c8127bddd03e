"""Dates by which something is due, and how they came about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongxin.capabilities.matters.models import Matter
from tongxin.foundation.core import clock
from tongxin.foundation.organization.models import Owned, OwnedQuerySet, Unit


class CalendarDay(Owned):
    """A day that this committee's calendar treats otherwise than the shipped one."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("放假")
        WORKDAY = "workday", _("调休上班")

    on = models.DateField(_("日期"))
    kind = models.CharField(_("性质"), max_length=8, choices=Kind)
    name = models.CharField(_("名称"), max_length=40)
    basis = models.CharField(_("依据"), max_length=120, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    objects = OwnedQuerySet["CalendarDay"].as_manager()

    class Meta:
        ordering: ClassVar = ["on"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["committee", "on"], name="calendar_day_once")
        ]


class AnnouncedYear(Owned):
    """A year whose holidays staff entered in full before a version of the software brought them."""

    year = models.PositiveSmallIntegerField(_("年份"))
    basis = models.CharField(_("依据"), max_length=120)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    objects = OwnedQuerySet["AnnouncedYear"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["committee", "year"], name="announced_year_once")
        ]


class CalendarChange(Owned):
    """One change of the calendar, and which dates it moved."""

    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    who = models.CharField(max_length=80)
    text = models.CharField(max_length=200)
    # One {"code", "unit", "before", "after"} for each date that moved. No titles: whoever keeps the calendar
    # need not be allowed to read every matter.
    moved = models.JSONField(default=list)
    objects = OwnedQuerySet["CalendarChange"].as_manager()

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [models.Index(fields=["committee", "-at"])]

    @property
    def moves(self) -> list[Move]:
        """The dates that moved, with their days as dates."""
        return [
            Move(row["code"], row["unit"], *(date.fromisoformat(row[day]) for day in ("before", "after")))
            for row in self.moved
        ]


@dataclass(frozen=True)
class Move:
    """One date that a change of the calendar moved."""

    code: str
    unit: str
    before: date
    after: date


class DeadlineQuerySet(OwnedQuerySet["Deadline"]):
    """Deadlines, filtered."""

    def running(self) -> DeadlineQuerySet:
        """Return deadlines that somebody still has to meet."""
        return self.filter(met_on__isnull=True, dropped_on__isnull=True)

    def overdue_on(self, day: date) -> DeadlineQuerySet:
        """Return running deadlines that lie before that day."""
        return self.running().filter(due_on__lt=day)


class Deadline(Owned):
    """One date by which something is due (期限)."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="deadlines")
    # Which deadline of the room's rules this is: "sign_for", "reply", …
    kind = models.CharField(max_length=24)
    # The part of the matter that it is about, where a matter has several (an assignment to a unit).
    subject_id = models.UUIDField(null=True)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    # The first day is not counted.
    starts_on = models.DateField()
    months = models.PositiveSmallIntegerField(default=0)
    working_days = models.PositiveSmallIntegerField(default=0)
    # The day itself, where it was promised and not counted out.
    fixed_on = models.DateField(null=True)
    # What was added by approval, and why.
    extension_months = models.PositiveSmallIntegerField(default=0)
    extension_working_days = models.PositiveSmallIntegerField(default=0)
    extension_reason = models.CharField(max_length=120, blank=True, default="")
    due_on = models.DateField()
    # True while the arrangement of holidays of that year is not announced.
    provisional = models.BooleanField(default=False)
    # From which event it runs and by which rule, in words.
    reason = models.CharField(max_length=120)
    basis = models.CharField(max_length=120, blank=True, default="")
    met_on = models.DateField(null=True)
    dropped_on = models.DateField(null=True)
    objects = DeadlineQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["matter", "kind", "subject_id"],
                condition=Q(met_on__isnull=True, dropped_on__isnull=True),
                nulls_distinct=False,
                name="one_running_deadline",
            ),
            models.CheckConstraint(
                condition=Q(months__gt=0, working_days=0, fixed_on__isnull=True)
                | Q(months=0, working_days__gt=0, fixed_on__isnull=True)
                | Q(months=0, working_days=0, fixed_on__isnull=False),
                name="deadline_has_one_length",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["committee", "due_on"],
                condition=Q(met_on__isnull=True, dropped_on__isnull=True),
                name="running_by_date",
            )
        ]

    @property
    def is_running(self) -> bool:
        """Whether somebody still has to meet it."""
        return self.met_on is None and self.dropped_on is None


class SentReminder(Owned):
    """That somebody was reminded of a date, so that nobody is told the same twice.

    A date that moved is another date: its reminders begin anew.
    """

    deadline = models.ForeignKey(Deadline, on_delete=models.CASCADE, related_name="reminders")
    due_on = models.DateField()
    # Working days that were left; below 0 the week of being late.
    step = models.SmallIntegerField()
    sent_on = models.DateField(default=clock.today)
    objects = OwnedQuerySet["SentReminder"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["deadline", "due_on", "step"], name="reminded_once")
        ]
