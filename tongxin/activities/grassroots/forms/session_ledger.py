"""The form that takes a register of past years."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

# Some thousands of rows.
_MAX_BYTES = 5 * 1024 * 1024


class LedgerForm(forms.Form):
    """One workbook."""

    file = forms.FileField(
        label=_lazy("台账"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=_lazy(".xlsx或.csv，最多5MB。"),
    )

    def clean_file(self) -> Any:  # noqa: ANN401 (an uploaded file)
        """Refuse what is far too large for a register."""
        file = self.cleaned_data["file"]
        if file.size > _MAX_BYTES:
            raise ValidationError(_("文件太大，最多5MB。请按年份分成几份。"))
        return file
