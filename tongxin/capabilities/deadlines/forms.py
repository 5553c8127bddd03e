"""Input of the calendar page."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from tongxin.capabilities.deadlines.models import AnnouncedYear, CalendarDay


class CalendarDayForm(forms.ModelForm[CalendarDay]):
    """A day that is treated otherwise than announced."""

    class Meta:
        model = CalendarDay
        fields: ClassVar = ["on", "kind", "name", "basis"]
        widgets: ClassVar = {
            "on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "kind": forms.RadioSelect,
        }
        labels: ClassVar = {"kind": _("这一天")}
        help_texts: ClassVar = {
            "name": _("例如：州庆纪念日、因会议调休。"),
            "basis": _("哪份文件定的，会印在期限说明下面。"),
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        self.fields["kind"].choices = CalendarDay.Kind.choices  # type: ignore[attr-defined]  # no empty choice


class AnnouncedYearForm(forms.ModelForm[AnnouncedYear]):
    """The document that arranges the holidays of a year."""

    class Meta:
        model = AnnouncedYear
        fields: ClassVar = ["basis"]
        labels: ClassVar = {"basis": _("文件名称和文号")}
