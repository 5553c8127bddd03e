"""What lower committees report upward: the request, the reporter's own sheet, what the upper one received.

Nobody reads another committee's tables. When a sheet is signed, a copy is written among the rows of the upper
committee; from then on each side has its own.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongxin.foundation.core import clock
from tongxin.foundation.core.models import new_id
from tongxin.foundation.core.periods import Period, span_of
from tongxin.foundation.organization.models import Committee, Owned, OwnedQuerySet


class Source(models.TextChoices):
    """Where a number of a sheet comes from."""

    RECORDS = "records", _("平台记录")
    REPORTED = "reported", _("报送数")
    BELOW = "below", _("下级汇总")
    # What those below had reported from elsewhere, or what was reported for them: never added to records.
    BELOW_REPORTED = "below_reported", _("下级报送数")


class _Spanned(Owned):
    """Something of a span of days."""

    since = models.DateField(_("从"))
    until = models.DateField(_("到"))

    class Meta:
        abstract = True

    @property
    def period(self) -> Period:
        """The span that it is of."""
        return span_of(self.since, self.until)


class Request(_Spanned):
    """An upper committee asks those below it for numbers of a span (上报通知)."""

    # The same in the sheets of all who were asked.
    key = models.UUIDField(default=new_id, editable=False, unique=True)
    title = models.CharField(_("标题"), max_length=80)
    figures = models.JSONField(default=list)
    due_on = models.DateField(_("报送期限"))
    note = models.CharField(_("说明"), max_length=300, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=60)
    made_on = models.DateField(default=clock.today)
    objects = OwnedQuerySet["Request"].as_manager()

    class Meta:
        ordering: ClassVar = ["-until", "-made_on"]


class Sheet(_Spanned):
    """A committee's numbers of a span, to be signed and sent up (上报表)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("待上报")
        READY = "ready", _("待签发")
        SIGNED = "signed", _("已上报")
        RETURNED = "returned", _("被退回")
        REPLACED = "replaced", _("已更正")

    request_key = models.UUIDField()
    to = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    figures = models.JSONField(default=list)
    due_on = models.DateField()
    note = models.CharField(max_length=300, blank=True, default="")
    # A correction is a new version; the one before stays as it was signed.
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    remark = models.CharField(_("需要说明的情况"), max_length=300, blank=True, default="")
    # Why there is a version after the first.
    correction = models.CharField(_("更正的原因"), max_length=200, blank=True, default="")
    returned_reason = models.CharField(max_length=200, blank=True, default="")
    signed_on = models.DateField(null=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_by_name = models.CharField(max_length=60, blank=True, default="")
    # Codes of the committees below that had not reported when it was signed.
    missing = models.JSONField(default=list)
    # What the upper committee told those who reported: by figure, the median and of how many. Nobody's own number.
    medians = models.JSONField(default=dict)
    medians_on = models.DateField(null=True)
    objects = OwnedQuerySet["Sheet"].as_manager()

    class Meta:
        ordering: ClassVar = ["-until", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["committee", "request_key", "version"], name="sheet_version_once"
            ),
            models.UniqueConstraint(
                fields=["committee", "request_key"],
                condition=Q(state__in=["draft", "ready"]),
                name="sheet_open_once",
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it was not signed yet."""
        return self.state in {self.State.DRAFT, self.State.READY}

    @property
    def is_late(self) -> bool:
        """Whether it was signed after the day that was asked for (迟报)."""
        return self.signed_on is not None and self.signed_on > self.due_on


class _Value(Owned):
    """One number. Of a share, part and whole are what adds up."""

    figure = models.CharField(max_length=80)
    source = models.CharField(max_length=16, choices=Source)
    value = models.DecimalField(max_digits=18, decimal_places=2)
    part = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    whole = models.DecimalField(max_digits=18, decimal_places=2, null=True)

    class Meta:
        abstract = True


class SheetValue(_Value):
    """A number of a signed sheet."""

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="values")
    objects = OwnedQuerySet["SheetValue"].as_manager()

    class Meta:
        ordering: ClassVar = ["figure", "source"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sheet", "figure", "source"], name="sheet_value_once")
        ]


class Received(Owned):
    """What one committee below was asked for, and what came of it, as the upper committee has it."""

    class State(models.TextChoices):
        AWAITED = "awaited", _("未报")
        RECEIVED = "received", _("已报")
        RETURNED = "returned", _("已退回")
        REPLACED = "replaced", _("已被更正")

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="received")
    sender = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.AWAITED)
    remark = models.CharField(max_length=300, blank=True, default="")
    correction = models.CharField(max_length=200, blank=True, default="")
    signed_on = models.DateField(null=True)
    signed_by_name = models.CharField(max_length=60, blank=True, default="")
    returned_reason = models.CharField(_("退回的原因"), max_length=200, blank=True, default="")
    reminded_on = models.DateField(null=True)
    missing = models.JSONField(default=list)
    objects = OwnedQuerySet["Received"].as_manager()

    class Meta:
        ordering: ClassVar = ["sender", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "sender", "version"], name="received_version_once"),
            # Of one committee one version counts; the others were replaced by it.
            models.UniqueConstraint(
                fields=["request", "sender"], condition=~Q(state="replaced"), name="received_counts_once"
            ),
        ]


class ReceivedValue(_Value):
    """A number that was received; it never changes."""

    received = models.ForeignKey(Received, on_delete=models.CASCADE, related_name="values")
    objects = OwnedQuerySet["ReceivedValue"].as_manager()

    class Meta:
        ordering: ClassVar = ["figure", "source"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["received", "figure", "source"], name="received_value_once")
        ]
        indexes: ClassVar = [models.Index(fields=["committee", "figure"])]
