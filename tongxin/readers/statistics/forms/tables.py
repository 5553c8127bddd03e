"""The name of a table, and whether the committee sees it."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from tongxin.readers.statistics.models import SavedTable


class TableForm(forms.ModelForm[SavedTable]):
    """What somebody writes to keep a table."""

    use_required_attribute = False

    class Meta:
        model = SavedTable
        fields: ClassVar = ["name", "is_shared"]
        help_texts: ClassVar = {"is_shared": _("不勾选，就只有您自己看得到。")}
        error_messages: ClassVar = {"name": {"required": _("请给这张表起个名称。")}}
