"""What is kept of numbers: their codes, how they are printed, what was reported from elsewhere, saved tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongxin.foundation.core import clock
from tongxin.foundation.core.periods import Period, span_of
from tongxin.foundation.core.wording import WORDS
from tongxin.foundation.organization.models import Owned, OwnedQuerySet, Place

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor


class NumberCode(Owned):
    """A short code for one number: figure, span, and part; it stands in Word, PDF and Excel (数据码)."""

    code = models.CharField(_("数据码"), max_length=12)
    figure = models.CharField(max_length=80)
    # As `Period.key` has it.
    period = models.CharField(max_length=24, blank=True, default="")
    # Along which breakdown (month, or of a table's cell month~place), and which part; both empty for the whole.
    by = models.CharField(max_length=50, blank=True, default="")
    part = models.CharField(max_length=80, blank=True, default="")
    made_on = models.DateField(default=clock.today)
    objects = OwnedQuerySet["NumberCode"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["committee", "code"], name="number_code_once"),
            models.UniqueConstraint(
                fields=["committee", "figure", "period", "by", "part"], name="number_has_one_code"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Wording(Owned):
    """How a committee prints one of its numbers: 412 as 400余."""

    figure = models.CharField(max_length=80)
    # As `Period.key` has it; empty: whatever the span.
    period = models.CharField(max_length=24, blank=True, default="")
    word = models.CharField(_("约数"), max_length=4, choices=[(word, word) for word in WORDS], blank=True)
    step = models.PositiveIntegerField(_("取整到"), default=0)
    in_wan = models.BooleanField(_("以万计"), default=False)
    objects = OwnedQuerySet["Wording"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["committee", "figure", "period"], name="wording_once")
        ]


class ReportedNumberQuerySet(OwnedQuerySet["ReportedNumber"]):
    """Reported numbers, filtered."""

    def standing(self) -> Self:
        """Return those that were not taken back."""
        return self.filter(withdrawn_on__isnull=True)


class ReportedNumber(Owned):
    """A total from before the platform, or from a place that does not use it (报送数). Never mixed with counted ones.

    It stays as it was entered; who finds it wrong takes it back with a reason and enters another.
    """

    figure = models.CharField(_("数字"), max_length=80)
    # Whose number it is; empty: the committee's own.
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateField(_("从"))
    until = models.DateField(_("到"))
    value = models.DecimalField(_("数值"), max_digits=16, decimal_places=2)
    document = models.CharField(_("依据的文件（名称、文号）"), max_length=120)
    reported_by = models.CharField(_("报送人"), max_length=60)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=60)
    entered_on = models.DateField(default=clock.today)
    withdrawn_on = models.DateField(null=True)
    withdrawn_reason = models.CharField(_("撤回的原因"), max_length=200, blank=True, default="")
    objects = ReportedNumberQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-until", "figure"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until__gte=models.F("since")), name="reported_span"),
            models.CheckConstraint(condition=Q(value__gte=0), name="reported_not_negative"),
            # Said twice it would be added twice.
            models.UniqueConstraint(
                fields=["committee", "figure", "place", "since", "until"],
                condition=Q(withdrawn_on__isnull=True),
                nulls_distinct=False,
                name="reported_once",
            ),
        ]

    @property
    def source(self) -> str:
        """Where it is from, as a report states it."""
        return f"报送数：{self.document}，{self.reported_by}"

    @property
    def period(self) -> Period:
        """The span that it is of."""
        return span_of(self.since, self.until)


class SavedTableQuerySet(OwnedQuerySet["SavedTable"]):
    """Saved tables, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Return those that this person made, or that somebody shared with the committee."""
        return super().visible_to(actor).filter(Q(is_shared=True) | Q(by_id=actor.user_id))


class SavedTable(Owned):
    """A table that somebody put together: a figure, along two breakdowns, in a span (自由统计表)."""

    name = models.CharField(_("名称"), max_length=60)
    figure = models.CharField(_("数字"), max_length=80)
    rows = models.CharField(_("行"), max_length=24)
    columns = models.CharField(_("列"), max_length=24, blank=True, default="")
    # As it was chosen: 今年 stays this year.
    period = models.CharField(_("时间"), max_length=24, blank=True, default="")
    is_shared = models.BooleanField(_("本会都能看"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=60)
    made_on = models.DateField(default=clock.today)
    objects = SavedTableQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["committee", "by", "name"], name="saved_table_once")
        ]

    def __str__(self) -> str:
        return self.name
