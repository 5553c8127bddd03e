"""Input of the log's page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class EntryFilterForm(forms.Form):
    """Which entries to show."""

    person = forms.CharField(label=_("姓名"), required=False, max_length=60)
    action = forms.CharField(label=_("操作"), required=False, max_length=80)
    target = forms.CharField(label=_("对象"), required=False, max_length=120)
    first = forms.DateField(
        label=_("从"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
